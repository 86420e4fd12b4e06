"""What waits in the queue for a deal: found, and taken back whatever it is doing."""

from __future__ import annotations

from datetime import timedelta

from backend.ports.store import OperationState, UnitOfWork
from backend.storage import SqlStore
from tests.support.storage import ACCOUNT, DEAL, OTHER, RecordingAnnouncer, TickingClock

LEASE = timedelta(seconds=20)
KIND = "order.submit"


def add(unit: UnitOfWork, clock: TickingClock, key: str, kind: str = KIND, deal_id: int = DEAL) -> str:
    return unit.operations.add(ACCOUNT, kind=kind, key=key, payload={}, deal_id=deal_id, due_at=clock.now())


def test_only_what_is_unfinished_is_found(store: SqlStore, clock: TickingClock) -> None:
    with store.write() as unit:
        assert unit.operations.open_of_deal(ACCOUNT, DEAL, KIND) is None
        add(unit, clock, "place", kind="order.place")
        first = add(unit, clock, "a")
        add(unit, clock, "b", deal_id=DEAL + 1)
    with store.read() as unit:
        found = unit.operations.open_of_deal(ACCOUNT, DEAL, KIND)
        assert found is not None
        assert found.id == first
        assert unit.operations.open_of_deal(OTHER, DEAL, KIND) is None


def test_taken_back_while_it_waits_and_the_next_of_its_lane_is_told(
    store: SqlStore, clock: TickingClock, announcer: RecordingAnnouncer
) -> None:
    with store.write() as unit:
        waiting = add(unit, clock, "a")
        behind = add(unit, clock, "place", kind="order.place")
    announcer.announced.clear()
    with store.write() as unit:
        assert unit.operations.take_back(waiting, by=7, why="not_needed", now=clock.now())
    assert announcer.ids == [behind]
    with store.write() as unit:
        gone = unit.operations.get(waiting)
        assert gone is not None
        assert (gone.state, gone.dismissed_by, gone.dismissed_why) == (OperationState.DISMISSED, 7, "not_needed")
        assert unit.operations.open_of_deal(ACCOUNT, DEAL, KIND) is None
        assert unit.operations.claim(behind, worker="w", now=clock.now(), lease=LEASE) is not None


def test_a_running_one_is_taken_from_its_worker(store: SqlStore, clock: TickingClock) -> None:
    """The worker neither finishes nor puts off what was taken back under its hands."""
    with store.write() as unit:
        running = add(unit, clock, "a")
    with store.write() as unit:
        assert unit.operations.claim(running, worker="w", now=clock.now(), lease=LEASE) is not None
        assert unit.operations.take_back(running, by=7, why="not_needed", now=clock.now())
        assert not unit.operations.finish(running, worker="w", now=clock.now())
        assert not unit.operations.retry(running, worker="w", due_at=clock.now(), code="x", detail="")
        assert not unit.operations.heartbeat(running, worker="w", until=clock.now() + LEASE)


def test_what_ended_is_not_taken_back(store: SqlStore, clock: TickingClock) -> None:
    with store.write() as unit:
        done = add(unit, clock, "a")
        unit.operations.claim(done, worker="w", now=clock.now(), lease=LEASE)
        assert unit.operations.finish(done, worker="w", now=clock.now())
        assert not unit.operations.take_back(done, by=7, why="not_needed", now=clock.now())


def test_a_key_is_known_once_it_was_added(store: SqlStore, clock: TickingClock) -> None:
    with store.write() as unit:
        assert not unit.operations.known(ACCOUNT, "a")
        add(unit, clock, "a")
        assert unit.operations.known(ACCOUNT, "a")
        assert not unit.operations.known(OTHER, "a")
