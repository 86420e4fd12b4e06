"""Exchanges with outside reach the journal in batches, survive a busy store, and say nothing personal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from backend.erp.exchange import Exchange
from backend.exchange_journal import LOST, MOST_WAITING, ExchangeJournal
from backend.ports.crm import CrmExchange
from backend.ports.current import CarryingPool, during_operation
from backend.ports.store import UnitOfWork
from backend.storage import SqlStore
from backend.storage.errors import StoreBusy
from tests.support.storage import ACCOUNT, TickingClock, make_store, sqlite_url
from tests.support.waiting import until


class Flaky:
    """The store, busy for as many writes as it is told."""

    def __init__(self, store: SqlStore) -> None:
        self._store = store
        self.busy = 0
        self.busy_after: int | None = None
        self.writes = 0

    @contextmanager
    def write(self) -> Iterator[UnitOfWork]:
        if self.busy:
            self.busy -= 1
            raise StoreBusy("busy")
        if self.busy_after is not None:
            self.busy_after -= 1
            if self.busy_after < 0:
                self.busy_after = None
                raise StoreBusy("busy")
        self.writes += 1
        with self._store.write() as unit:
            yield unit

    def read(self):  # type: ignore[no-untyped-def]
        return self._store.read()


@pytest.fixture
def clock() -> TickingClock:
    return TickingClock()


@pytest.fixture
def store(tmp_path: Path, clock: TickingClock) -> Iterator[Flaky]:
    real = make_store(sqlite_url(tmp_path), clock=clock)
    yield Flaky(real)
    real.close()


@pytest.fixture
def journal(store: Flaky, clock: TickingClock) -> ExchangeJournal:
    return ExchangeJournal(store, clock)


def erp_exchange(operation: str) -> Exchange:
    return Exchange("POST", "erp.example", operation, 200, 0.1234, 10, 20)


def written(store: Flaky) -> list[Any]:
    """Kind and data of every entry, oldest first."""
    with store.read() as unit:
        return list(unit.journal._sql.exec_driver_sql("select kind, data from journal order by id"))


def operations(store: Flaky) -> list[str]:
    return [row.data.split('"operation":')[1].split('"')[1] for row in written(store)]


def test_many_exchanges_are_one_write(journal: ExchangeJournal, store: Flaky) -> None:
    for number in range(50):
        journal.erp(ACCOUNT, erp_exchange(f"call-{number}"))
    assert store.writes == 0
    journal.flush()
    assert store.writes == 1
    assert operations(store) == [f"call-{number}" for number in range(50)]


def test_nothing_waiting_writes_nothing(journal: ExchangeJournal, store: Flaky) -> None:
    journal.flush()
    assert store.writes == 0


def test_busy_store_gets_them_later_in_their_order(journal: ExchangeJournal, store: Flaky) -> None:
    store.busy = 1
    journal.erp(ACCOUNT, erp_exchange("first"))
    journal.erp(ACCOUNT, erp_exchange("second"))
    journal.flush()
    journal.erp(ACCOUNT, erp_exchange("third"))
    assert written(store) == []
    journal.flush()
    assert operations(store) == ["first", "second", "third"]


def test_store_that_is_busy_for_ever_costs_the_oldest(journal: ExchangeJournal, store: Flaky) -> None:
    """Memory is bounded; what happened last is what somebody will look for."""
    for number in range(MOST_WAITING + 5):
        journal.erp(ACCOUNT, erp_exchange(f"call-{number}"))
    store.busy = 1
    journal.flush()
    journal.flush()
    kept = operations(store)
    assert (len(kept), kept[0], kept[-1]) == (MOST_WAITING, "call-5", f"call-{MOST_WAITING + 4}")


def test_one_the_store_refuses_is_lost_alone(journal: ExchangeJournal, store: Flaky) -> None:
    """An account nobody knows, say. The thread that writes lives on, and the rest is kept in its order."""
    lost = LOST._value.get()
    for number in range(9):
        journal.erp(ACCOUNT + 70 if number == 4 else ACCOUNT, erp_exchange(f"call-{number}"))
    with journal.running():
        until(lambda: len(operations(store)) == 8)
        journal.erp(ACCOUNT, erp_exchange("later"))
    assert operations(store) == [f"call-{number}" for number in range(9) if number != 4] + ["later"]
    assert LOST._value.get() - lost == 1


def test_a_store_that_is_busy_in_the_midst_of_it_loses_no_more(journal: ExchangeJournal, store: Flaky) -> None:
    for number in range(4):
        journal.erp(ACCOUNT + 70 if number == 0 else ACCOUNT, erp_exchange(f"call-{number}"))
    store.busy_after = 4
    journal.flush()
    journal.erp(ACCOUNT, erp_exchange("call-4"))
    assert operations(store) == ["call-1"]
    journal.flush()
    assert operations(store) == ["call-1", "call-2", "call-3", "call-4"]


def test_an_exchange_knows_the_operation_it_was_made_for(journal: ExchangeJournal, store: Flaky) -> None:
    """Also in a thread that worked for it; one made for nobody's operation knows none."""
    with CarryingPool(1) as pool:
        with during_operation("op-1"):
            pool.submit(journal.erp, ACCOUNT, erp_exchange("side")).result()
            journal.erp(ACCOUNT, erp_exchange("own"))
        pool.submit(journal.erp, ACCOUNT, erp_exchange("other")).result()
    journal.flush()
    with store.read() as unit:
        rows = unit.journal._sql.exec_driver_sql("select operation_id from journal order by id").all()
    assert [row[0] for row in rows] == ["op-1", "op-1", None]


def test_what_waits_at_the_end_is_written(journal: ExchangeJournal, store: Flaky) -> None:
    with journal.running():
        journal.erp(ACCOUNT, erp_exchange("last"))
    assert operations(store) == ["last"]


def test_figures_of_a_crm_exchange(journal: ExchangeJournal, store: Flaky) -> None:
    took = timedelta(milliseconds=120)
    journal.crm(CrmExchange(ACCOUNT, "GET", "/api/v4/leads/501", 200, "req-1", took, "ok"))
    journal.flush()
    [row] = written(store)
    assert row.kind == "crm.exchange"
    assert '"milliseconds":120' in row.data.replace(" ", "")
