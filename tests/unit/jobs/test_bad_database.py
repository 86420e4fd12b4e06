"""A database that is full, or lets nobody write: nothing is lost, and work goes on when it is over."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from sqlalchemy import Connection, event

from backend.jobs.policy import Policy
from backend.jobs.pulse import Pulse
from backend.jobs.runner import OperationRunner, Outcome
from backend.jobs.sweep import Sweep
from backend.ports.store import Operation, OperationState
from backend.storage import SqlStore
from backend.storage.errors import StoreBusy
from tests.support.databases import Sqlite
from tests.support.storage import ACCOUNT, START, RecordingAnnouncer, TickingClock, make_store
from tests.unit.jobs.rows import add, get

LEASE = Policy().lease


@dataclass
class Switch:
    """The database lets nobody write while `on`; the same to us as a standby, or an owner who said so."""

    on: bool = False

    def end(self, store: SqlStore) -> None:
        self.on = False
        store.engine.dispose()

    def begin(self, connection: Connection) -> None:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql(f"PRAGMA query_only={'ON' if self.on else 'OFF'}")
        elif self.on:
            connection.exec_driver_sql("SET TRANSACTION READ ONLY")


@pytest.fixture
def read_only(store: SqlStore) -> Switch:
    switch = Switch()
    event.listen(store.engine, "begin", switch.begin)
    return switch


def test_work_waits_while_nobody_may_write(
    store: SqlStore, clock: TickingClock, announcer: RecordingAnnouncer, read_only: Switch
) -> None:
    made, ran = add(store), []
    runner = OperationRunner(store, clock, {"place": ran.append})
    read_only.on = True
    for refused in (lambda: runner.run(made), lambda: add(store, "later"), Sweep(store, clock, announcer)):
        clock.advance(LEASE)
        with pytest.raises(StoreBusy):
            refused()
    assert ran == []
    read_only.end(store)
    assert Sweep(store, clock, announcer)() == 1
    assert runner.run(made) is Outcome.DONE


def test_an_end_that_could_not_be_written_is_found_out_by_reading_back(
    store: SqlStore, clock: TickingClock, read_only: Switch
) -> None:
    """It was done outside and nobody could say so here: the next one is told that it may have been."""
    made, entered, looked = add(store), [], []

    def work(operation: Operation) -> None:
        looked.append(operation.unsure)
        if operation.key not in entered:
            entered.append(operation.key)
            read_only.on = True

    runner = OperationRunner(store, clock, {"place": work})
    with pytest.raises(StoreBusy):
        runner.run(made)
    assert get(store, made).state is OperationState.RUNNING
    read_only.end(store)
    assert runner.run(made) is Outcome.NOT_OURS
    clock.advance(LEASE)
    assert runner.run(made) is Outcome.DONE
    assert (entered, looked) == (["k"], [False, True])


def test_the_heartbeat_outlives_it(store: SqlStore, clock: TickingClock, read_only: Switch) -> None:
    made = add(store)
    pulse = Pulse(store, clock, lease=LEASE, every=Policy().beat)
    with store.write() as unit:
        unit.operations.claim(made, worker="w", now=clock.now(), lease=LEASE)
    with pulse.during(made, worker="w"):
        read_only.on = True
        with pytest.raises(StoreBusy):
            pulse.beat()
        read_only.end(store)
        clock.advance(LEASE / 2)
        pulse.beat()
    assert get(store, made).lease_until == clock.now() + LEASE


def test_a_full_disk_leaves_no_half_done_write(sqlite: Sqlite, clock: TickingClock) -> None:
    """SQLite may not grow any more; what is there stays readable, and goes on once there is room."""
    store = make_store(sqlite.migrated(), clock=clock)
    pages = [0]

    def limit(connection: Connection) -> None:
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages[0] or 1_000_000}")

    event.listen(store.engine, "begin", limit)
    made = add(store)
    pages[0] = 1

    def fill() -> None:
        with store.write() as unit:
            unit.operations.add(ACCOUNT, kind="place", key="big", payload={"x": "y" * 300_000}, deal_id=9, due_at=START)

    with pytest.raises(StoreBusy):
        fill()
    with store.read() as unit:
        assert unit.operations.open_kinds(ACCOUNT, 9) == []
    pages[0] = 0
    fill()
    assert OperationRunner(store, clock, {"place": lambda _: None}).run(made) is Outcome.DONE
    store.close()
