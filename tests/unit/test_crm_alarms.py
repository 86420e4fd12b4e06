"""What amoCRM answers to a whole account becomes an alert, and its next answer ends it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from backend.crm_alarms import AGAIN, QUIET, CrmAlarms
from backend.ports.crm import CrmExchange
from backend.ports.store import AlertKind, UnitOfWork
from backend.storage import SqlStore
from backend.storage.errors import StoreBusy
from tests.support.storage import ACCOUNT, OTHER, TickingClock, make_store, sqlite_url


class Counting:
    """The store; counts its transactions, and is busy for as many writes as it is told."""

    def __init__(self, store: SqlStore) -> None:
        self.real = store
        self.writes = self.reads = self.busy = 0

    @contextmanager
    def write(self) -> Iterator[UnitOfWork]:
        self.writes += 1
        if self.busy:
            self.busy -= 1
            raise StoreBusy("busy")
        with self.real.write() as unit:
            yield unit

    @contextmanager
    def read(self) -> Iterator[UnitOfWork]:
        self.reads += 1
        with self.real.read() as unit:
            yield unit

    def open(self) -> list[tuple[int, str, int]]:
        with self.real.read() as unit:
            return [(one.account_id, one.kind, one.times) for one in unit.alerts.open()]


@pytest.fixture
def clock() -> TickingClock:
    return TickingClock()


@pytest.fixture
def store(tmp_path: Path, clock: TickingClock) -> Iterator[Counting]:
    real = make_store(sqlite_url(tmp_path), accounts=(ACCOUNT, OTHER), clock=clock)
    yield Counting(real)
    real.close()


@pytest.fixture
def journal() -> list[CrmExchange]:
    return []


@pytest.fixture
def alarms(store: Counting, clock: TickingClock, journal: list[CrmExchange]) -> CrmAlarms:
    return CrmAlarms(store, clock, journal.append)


def answered(outcome: str, account_id: int = ACCOUNT) -> CrmExchange:
    return CrmExchange(account_id, "GET", "/api/v4/leads/501", 403, "r-1", timedelta(0), outcome)


@pytest.mark.parametrize(
    ("outcome", "kind"), [("crm_blocked", AlertKind.CRM_BLOCKED), ("crm_payment_required", AlertKind.CRM_UNPAID)]
)
def test_what_stops_an_account_is_raised(alarms: CrmAlarms, store: Counting, outcome: str, kind: AlertKind) -> None:
    alarms(answered(outcome))
    assert store.open() == [(ACCOUNT, kind, 1)]


@pytest.mark.parametrize("outcome", ["crm_throttled", "crm_unavailable", "crm_refused", "unauthorised", "notthere"])
def test_what_passes_or_concerns_one_request_is_not(alarms: CrmAlarms, store: Counting, outcome: str) -> None:
    alarms(answered(outcome))
    assert (store.open(), store.writes, store.reads) == ([], 0, 0)


def test_every_exchange_goes_on_to_the_journal(alarms: CrmAlarms, journal: list[CrmExchange]) -> None:
    sent = [answered(one) for one in ("ok", "crm_blocked", "crm_refused")]
    for one in sent:
        alarms(one)
    assert journal == sent


def test_a_crowd_that_is_blocked_at_once_writes_once(alarms: CrmAlarms, store: Counting, clock: TickingClock) -> None:
    for _ in range(50):
        alarms(answered("crm_blocked"))
    assert (store.writes, store.open()) == (1, [(ACCOUNT, "crm_blocked", 1)])
    clock.advance(AGAIN)
    alarms(answered("crm_blocked"))
    assert store.open() == [(ACCOUNT, "crm_blocked", 2)]


def test_an_answer_that_was_under_way_does_not_end_it(alarms: CrmAlarms, store: Counting, clock: TickingClock) -> None:
    alarms(answered("crm_blocked"))
    alarms(answered("ok"))
    clock.advance(AGAIN)
    alarms(answered("ok"))
    assert store.open() == [(ACCOUNT, "crm_blocked", 1)]


def test_the_first_answer_after_the_pause_ends_it(alarms: CrmAlarms, store: Counting, clock: TickingClock) -> None:
    alarms(answered("crm_blocked"))
    alarms(answered("crm_blocked", OTHER))
    clock.advance(QUIET)
    alarms(answered("ok"))
    assert store.open() == [(OTHER, "crm_blocked", 1)], "each account by itself"


def test_another_process_ends_it_too(store: Counting, clock: TickingClock, alarms: CrmAlarms) -> None:
    alarms(answered("crm_blocked"))
    clock.advance(QUIET)
    CrmAlarms(store, clock, lambda _: None)(answered("ok"))
    assert store.open() == []


def test_good_answers_cost_a_look_a_minute_and_no_write(
    alarms: CrmAlarms, store: Counting, clock: TickingClock
) -> None:
    for _ in range(100):
        alarms(answered("ok"))
    assert (store.reads, store.writes) == (1, 0)
    clock.advance(AGAIN)
    alarms(answered("ok"))
    assert (store.reads, store.writes) == (2, 0)


def test_a_busy_store_hides_no_answer_and_is_asked_again(alarms: CrmAlarms, store: Counting) -> None:
    store.busy = 1
    alarms(answered("crm_blocked"))
    assert store.open() == []
    alarms(answered("crm_blocked"))
    assert store.open() == [(ACCOUNT, "crm_blocked", 1)]
