"""The sweep brings back what nobody heard of, once, and does not fill an engine nobody empties."""

from __future__ import annotations

from datetime import timedelta

import pytest

from backend.jobs.policy import Policy
from backend.jobs.sweep import EVERY as SWEEP_EVERY
from backend.jobs.sweep import FEW, LONG_QUIET, MANY, QUIET, Sweep
from backend.ports.queue import Queue
from backend.ports.store import LONGEST_LEASE, LONGEST_WAIT
from backend.storage import SqlStore
from tests.support.storage import ACCOUNT, START, RecordingAnnouncer, TickingClock

SECOND = timedelta(seconds=1)
LEASE = Policy().lease


def add(store: SqlStore, key: str, deal: int | None = None, wait: timedelta = timedelta(0)) -> str:
    with store.write() as unit:
        return unit.operations.add(ACCOUNT, kind="place", key=key, payload={}, deal_id=deal, due_at=START + wait)


def claim(store: SqlStore, operation_id: str, clock: TickingClock) -> bool:
    with store.write() as unit:
        taken = unit.operations.claim(operation_id, worker="w", now=clock.now(), lease=LEASE)
    return taken is not None


@pytest.fixture
def sweep(store: SqlStore, clock: TickingClock, announcer: RecordingAnnouncer) -> Sweep:
    return Sweep(store, clock, announcer)


def test_what_was_just_announced_is_left_to_the_engine(
    store: SqlStore, clock: TickingClock, announcer: RecordingAnnouncer, sweep: Sweep
) -> None:
    made = add(store, "a")
    announcer.announced.clear()
    clock.advance(QUIET - SECOND)
    assert sweep() == 0
    clock.advance(SECOND)
    assert sweep() == 1
    assert announcer.announced == [(made, timedelta(0))]
    assert sweep() == 0


def test_a_vanished_workers_operation_is_announced_within_half_a_minute(
    store: SqlStore, clock: TickingClock, announcer: RecordingAnnouncer, sweep: Sweep
) -> None:
    """The worst case: its last heartbeat right after a turn of the sweep, whenever it had been announced."""
    assert timedelta(seconds=30) > LEASE + SWEEP_EVERY
    assert QUIET <= LEASE
    for late in range(0, 40, 5):
        made = add(store, f"{late}")
        clock.advance(late * SECOND)
        assert claim(store, made, clock)
        announcer.announced.clear()
        vanished_at = clock.now()
        while made not in announcer.ids:
            clock.advance(SWEEP_EVERY)
            sweep()
        assert clock.now() - vanished_at <= LEASE + SWEEP_EVERY
        assert claim(store, made, clock)
        clock.moment = START


def test_two_sweeps_announce_once(store: SqlStore, clock: TickingClock, announcer: RecordingAnnouncer) -> None:
    """The second looks after the first noted it and before the first has told anybody."""
    ids = [add(store, f"{number}", deal=number) for number in range(5)]
    clock.advance(QUIET)
    announcer.announced.clear()
    with store.write() as unit:
        first = unit.operations.tell_again(now=clock.now(), quiet=QUIET, deserted=False, limit=100)
    assert first == [(each, "place") for each in ids]
    assert Sweep(store, clock, announcer)() == 0


def test_everything_comes_back_at_once_after_the_engine_lost_its_memory(
    store: SqlStore, clock: TickingClock, announcer: RecordingAnnouncer
) -> None:
    ids = {add(store, f"{number}", deal=number) for number in range(25)}
    clock.advance(QUIET)
    announcer.announced.clear()
    assert Sweep(store, clock, announcer, batch=4)() == 25
    assert set(announcer.ids) == ids


def test_while_messages_wait_nothing_is_repeated_for_long(
    store: SqlStore, clock: TickingClock, announcer: RecordingAnnouncer, sweep: Sweep
) -> None:
    """A backlog is not announced again and again; yet a message lost in it is missed at last."""
    add(store, "a")
    announcer.untaken = FEW
    clock.advance(LONG_QUIET - SECOND)
    assert sweep() == 0
    clock.advance(SECOND)
    assert sweep() == 1


@pytest.mark.parametrize("untaken", [FEW, MANY])
def test_what_a_vanished_worker_held_waits_behind_no_backlog(
    store: SqlStore, clock: TickingClock, announcer: RecordingAnnouncer, sweep: Sweep, untaken: int
) -> None:
    left, _ = add(store, "a"), add(store, "b")
    assert claim(store, left, clock)
    announcer.announced.clear()
    announcer.queues.clear()
    announcer.untaken = untaken
    clock.advance(LEASE)
    assert sweep() == 1
    assert (announcer.ids, announcer.queues) == ([left], [Queue.QUICK])


@pytest.mark.parametrize("untaken", [MANY, None], ids=["nobody takes them", "the engine cannot be reached"])
def test_nothing_is_announced_in_vain(
    store: SqlStore, clock: TickingClock, announcer: RecordingAnnouncer, sweep: Sweep, untaken: int | None
) -> None:
    """Nor noted as announced: the turn after the engine is back finds it."""
    add(store, "a")
    clock.advance(timedelta(days=1))
    announcer.untaken = untaken
    assert sweep() == 0
    announcer.untaken = 0
    assert sweep() == 1


def test_what_waits_for_its_time_is_missed_only_after_it(store: SqlStore, clock: TickingClock, sweep: Sweep) -> None:
    """The engine holds a message until then; the sweep counts from then."""
    add(store, "a", wait=timedelta(minutes=10))
    clock.advance(timedelta(minutes=10) + QUIET - SECOND)
    assert sweep() == 0
    clock.advance(SECOND)
    assert sweep() == 1


def test_what_waits_for_another_of_its_deal_is_not_announced(
    store: SqlStore, clock: TickingClock, announcer: RecordingAnnouncer, sweep: Sweep
) -> None:
    first, _ = add(store, "a", deal=7), add(store, "b", deal=7)
    clock.advance(QUIET)
    announcer.announced.clear()
    sweep()
    assert announcer.ids == [first]


def test_a_clock_that_was_set_back_hides_nothing(
    store: SqlStore, clock: TickingClock, announcer: RecordingAnnouncer, sweep: Sweep
) -> None:
    """Announced, put off and claimed in a future that never came: all three run again."""
    clock.advance(timedelta(days=30))
    put_off, claimed = add(store, "a", deal=1, wait=timedelta(days=30, minutes=5)), add(store, "b", deal=2)
    assert claim(store, claimed, clock)
    announcer.announced.clear()
    clock.moment = START
    assert sweep() == 2
    assert sorted(announcer.ids) == sorted([put_off, claimed])
    assert claim(store, put_off, clock)
    assert claim(store, claimed, clock)


def test_a_time_or_a_lease_we_may_have_given_is_kept(store: SqlStore, clock: TickingClock) -> None:
    """The control of the test above: the longest wait and any lease are respected."""
    assert LEASE * 2 <= LONGEST_LEASE
    late, held = add(store, "a", wait=LONGEST_WAIT), add(store, "b")
    assert claim(store, held, clock)
    assert not claim(store, late, clock)
    assert not claim(store, held, clock)
