"""An ERP that is silent for a while is an alert; its first answer ends it and wakes what waited."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from prometheus_client import REGISTRY

from backend.erp.exchange import Exchange
from backend.erp_alarms import AGAIN, DOWN_AFTER, ErpAlarms
from backend.ports.store import Alert
from backend.storage import SqlStore
from tests.support.storage import ACCOUNT, DEAL, OTHER, RecordingAnnouncer, TickingClock, make_store, sqlite_url
from tests.unit.test_crm_alarms import Counting

GOOD = Exchange("POST", "erp.example", "ask", 200, 0.1, 10, 10)
SILENT = Exchange("POST", "erp.example", "ask", None, 3.0, 10, 0, failure="ErpUnavailable")
REFUSED = Exchange("POST", "erp.example", "ask", 403, 0.1, 10, 10)


class Ward:
    """One account's ERP as the alarms hear it."""

    def __init__(self, store: SqlStore, clock: TickingClock) -> None:
        self.store, self.clock = Counting(store), clock
        self.passed_on: list[Exchange] = []
        self.alarms = ErpAlarms(self.store, clock)
        self.hear = self.alarms.hearing(ACCOUNT, self.passed_on.append)

    def silent_for(self, span: timedelta) -> None:
        self.hear(SILENT)
        self.clock.advance(span)
        self.hear(SILENT)

    def open(self) -> list[Alert]:
        with self.store.real.read() as unit:
            return list(unit.alerts.open())


@pytest.fixture
def announcer() -> RecordingAnnouncer:
    return RecordingAnnouncer()


@pytest.fixture
def ward(tmp_path: Path, announcer: RecordingAnnouncer) -> Iterator[Ward]:
    clock = TickingClock()
    real = make_store(sqlite_url(tmp_path), accounts=(ACCOUNT, OTHER), clock=clock, announcer=announcer)
    yield Ward(real, clock)
    real.close()


def test_a_short_silence_is_nobodys_business(ward: Ward) -> None:
    ward.silent_for(DOWN_AFTER - timedelta(seconds=1))
    assert ward.open() == []
    assert len(ward.passed_on) == 2


def test_a_long_one_is_raised_and_says_since_when(ward: Ward) -> None:
    begun = ward.clock.now()
    ward.silent_for(DOWN_AFTER)
    [alert] = ward.open()
    assert (alert.account_id, alert.kind, alert.data) == (ACCOUNT, "erp_down", {"since": begun.isoformat()})


def test_it_is_not_written_at_every_failure(ward: Ward) -> None:
    ward.silent_for(DOWN_AFTER)
    for _ in range(20):
        ward.hear(SILENT)
    assert ward.store.writes == 1
    ward.clock.advance(AGAIN)
    ward.hear(SILENT)
    assert ward.open()[0].times == 2


def test_an_answer_between_two_failures_begins_anew(ward: Ward) -> None:
    ward.hear(SILENT)
    ward.clock.advance(DOWN_AFTER / 2)
    ward.hear(GOOD)
    ward.hear(SILENT)
    ward.clock.advance(DOWN_AFTER / 2)
    ward.hear(SILENT)
    assert ward.open() == []


def test_a_refusal_is_an_answer(ward: Ward) -> None:
    """A wrong password is told elsewhere: the ERP itself is there."""
    ward.silent_for(DOWN_AFTER)
    ward.hear(REFUSED)
    assert ward.open() == []


def test_another_process_that_hears_an_answer_closes_it(ward: Ward) -> None:
    """Web, worker and clock hear for themselves; whoever hears an answer first ends the alert."""
    ward.silent_for(DOWN_AFTER)
    other = ErpAlarms(ward.store, ward.clock)
    other.hearing(ACCOUNT, lambda exchange: None)(GOOD)
    assert ward.open() == []


def test_answers_cost_nothing_while_all_is_well(ward: Ward) -> None:
    for _ in range(50):
        ward.hear(GOOD)
    assert (ward.store.reads, ward.store.writes) == (1, 0)


def test_a_busy_store_delays_the_alarm(ward: Ward) -> None:
    ward.hear(SILENT)
    ward.clock.advance(DOWN_AFTER)
    ward.store.busy = 1
    ward.hear(SILENT)
    assert ward.open() == []
    ward.hear(SILENT)
    assert len(ward.open()) == 1
    ward.store.busy = 1
    ward.hear(GOOD)
    assert len(ward.open()) == 1
    ward.hear(GOOD)
    assert ward.open() == []


def test_what_waited_for_the_erp_has_its_turn_at_once(ward: Ward, announcer: RecordingAnnouncer) -> None:
    """Not what waits for the CRM, not another account's, not what never failed on the ERP."""
    waiting = {
        name: _put_off(ward, account_id=account, kind=kind, deal_id=DEAL + number, code=code)
        for number, (name, account, kind, code) in enumerate(
            [
                ("ours", ACCOUNT, "order.place", "erp_unavailable"),
                ("crm", ACCOUNT, "crm.note", "crm_unavailable"),
                ("theirs", OTHER, "order.place", "erp_unavailable"),
                ("else", ACCOUNT, "order.submit", "crm_throttled"),
            ]
        )
    }
    ward.silent_for(DOWN_AFTER)
    announcer.announced.clear()
    ward.hear(GOOD)
    assert announcer.ids == [waiting["ours"]]


def test_the_breaker_is_seen_by_account(ward: Ward) -> None:
    labels = {"account": str(ACCOUNT)}
    told = ward.alarms.breaker(ACCOUNT)
    told(True)
    assert REGISTRY.get_sample_value("stockgate_erp_breaker_open", labels) == 1
    told(False)
    assert REGISTRY.get_sample_value("stockgate_erp_breaker_open", labels) == 0


def _put_off(ward: Ward, *, account_id: int, kind: str, deal_id: int, code: str) -> str:
    now = ward.clock.now()
    with ward.store.real.write() as unit:
        made = unit.operations.add(account_id, kind=kind, key=kind + code, payload={}, deal_id=deal_id, due_at=now)
        assert unit.operations.claim(made, worker="w", now=now, lease=timedelta(seconds=20))
        later = now + timedelta(minutes=30)
        assert unit.operations.retry(made, worker="w", due_at=later, code=code, detail="")
    return made
