"""Alerts follow what the rows show: raised once, told once, closed when the cause is over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from backend.alert_watch import watch_alerts
from backend.domain.errors import Permanent
from backend.jobs.runner import OperationRunner
from backend.operations import handlers
from backend.ports.alarms import AlertRefused, AlertUndelivered
from backend.ports.crm import CrmRefused
from backend.ports.store import AccountState, Alert, AlertKind, Operation, OperationSearch, OperationState
from backend.services.deps import Services
from backend.services.watch_alerts import forget_alerts, review_alerts, tell_alerts
from tests.support.house import ACCOUNT, FILLABLE, House
from tests.support.storage import drain

BOX: Mapping[str, object] = {"path": "/api/v4/leads"}


@dataclass
class Inbox:
    """Implements `ports.alarms.AlertSink`; `refusals` are raised first."""

    notices: list[Mapping[str, object]] = field(default_factory=list)
    refusals: list[Exception] = field(default_factory=list)

    def send(self, notice: Mapping[str, object]) -> None:
        if self.refusals:
            raise self.refusals.pop(0)
        self.notices.append(notice)


def opened(house: House) -> list[Alert]:
    with house.store.read() as unit:
        return list(unit.alerts.open())


def keys(house: House) -> list[str]:
    return [one.key for one in opened(house)]


def dead_note(house: House, key: str = "n") -> str:
    """A note that amoCRM refused."""
    house.crm.fail_next("add_note", CrmRefused("422", message="no"))
    with house.store.write() as unit:
        operation_id = unit.operations.add(
            ACCOUNT, kind="crm.note", key=key, payload={"text": key}, deal_id=FILLABLE, due_at=house.clock.now()
        )
    house.drain()
    return operation_id


def revive(house: House, operation_id: str) -> None:
    with house.store.write() as unit:
        assert unit.operations.revive(operation_id, now=house.clock.now())


def state(house: House, wanted: AccountState) -> None:
    with house.store.write() as unit:
        account = unit.accounts.get(ACCOUNT)
        assert account is not None
        unit.accounts.save(replace(account, state=wanted))


def sending(house: House, inbox: Inbox) -> Services:
    """The services of an installation with an address for alerts; the house's runner uses them too."""
    services = replace(house.services, alert_sink=inbox)
    house.runner = OperationRunner(house.store, house.clock, handlers(services))
    return services


def sends(house: House) -> list[Operation]:
    with house.store.read() as unit:
        return list(unit.desk.search(OperationSearch(kinds=["alert.send"])))


def test_a_dead_operation_is_raised_once_and_closed_when_it_lives_again(house: House) -> None:
    operation_id = dead_note(house)
    for _ in range(2):
        review_alerts(house.services)
    assert [(one.key, one.times, one.data["code"]) for one in opened(house)] == [
        ("operation_dead:crm.note", 1, "crm_refused")
    ]
    revive(house, operation_id)
    review_alerts(house.services)
    assert opened(house) == []


def test_another_death_of_the_kind_counts_and_one_life_does_not_close_it(house: House) -> None:
    first = dead_note(house, "1")
    review_alerts(house.services)
    house.clock.advance(timedelta(minutes=1))
    dead_note(house, "2")
    review_alerts(house.services)
    assert [(one.times, one.data["count"]) for one in opened(house)] == [(2, 2)]
    revive(house, first)
    review_alerts(house.services)
    assert keys(house) == ["operation_dead:crm.note"]


def test_a_death_in_the_same_moment_is_not_missed(house: House) -> None:
    dead_note(house, "1")
    review_alerts(house.services)
    dead_note(house, "2")
    review_alerts(house.services)
    assert [one.data["count"] for one in opened(house)] == [2]


def test_a_dismissed_one_is_over(house: House) -> None:
    operation_id = dead_note(house)
    review_alerts(house.services)
    with house.store.write() as unit:
        seen = unit.operations.get(operation_id)
        assert seen is not None
        assert unit.desk.dismiss(seen, by=None, why="known", now=house.clock.now())
    review_alerts(house.services)
    assert opened(house) == []


def test_dead_tokens_are_an_alert_until_the_account_is_connected_again(house: House) -> None:
    state(house, AccountState.REAUTHORISE)
    for _ in range(3):
        review_alerts(house.services)
    assert [(one.kind, one.times) for one in opened(house)] == [("crm_reauthorise", 1)]
    state(house, AccountState.ACTIVE)
    review_alerts(house.services)
    assert opened(house) == []


def test_an_uninstalled_account_worries_nobody(house: House) -> None:
    dead_note(house)
    with house.store.write() as unit:
        unit.alerts.raise_alert(ACCOUNT, kind=AlertKind.CRM_BLOCKED, key="crm_blocked", data=BOX, now=house.clock.now())
    review_alerts(house.services)
    assert len(opened(house)) == 2
    state(house, AccountState.UNINSTALLED)
    review_alerts(house.services)
    assert opened(house) == []


def test_what_others_raised_stays_until_they_close_it(house: House) -> None:
    with house.store.write() as unit:
        unit.alerts.raise_alert(ACCOUNT, kind=AlertKind.ERP_DOWN, key="erp_down", data={}, now=house.clock.now())
    review_alerts(house.services)
    assert keys(house) == ["erp_down"]


def test_both_ends_are_told_once(house: House) -> None:
    inbox = Inbox()
    services = sending(house, inbox)
    operation_id = dead_note(house)
    for _ in range(3):
        watch_alerts(services)
        house.drain()
    revive(house, operation_id)
    for _ in range(3):
        watch_alerts(services)
        house.drain()
    assert [(one["state"], one["key"]) for one in inbox.notices] == [
        ("open", "operation_dead:crm.note"),
        ("closed", "operation_dead:crm.note"),
    ]


def test_the_notice_says_what_where_since_when_and_how_often(house: House) -> None:
    inbox = Inbox()
    services = sending(house, inbox)
    dead_note(house)
    since = house.clock.now().isoformat()
    watch_alerts(services)
    house.drain()
    assert inbox.notices == [
        {
            "source": "stockgate",
            "state": "open",
            "kind": "operation_dead",
            "key": "operation_dead:crm.note",
            "account": {"id": ACCOUNT, "domain": f"shop{ACCOUNT}.amocrm.ru"},
            "since": since,
            "last": since,
            "times": 1,
            "data": {"operation": "crm.note", "count": 1, "code": "crm_refused"},
        }
    ]


def test_a_notice_nobody_takes_waits_for_its_turn(house: House) -> None:
    inbox = Inbox(refusals=[AlertUndelivered("ConnectionError"), AlertUndelivered("HTTP 503")])
    services = sending(house, inbox)
    dead_note(house)
    watch_alerts(services)
    drain(house.store, house.runner, house.clock, patience=timedelta(minutes=1))
    assert [one["key"] for one in inbox.notices] == ["operation_dead:crm.note"]
    assert [(one.state, one.attempts) for one in sends(house)] == [(OperationState.DONE, 3)]


@pytest.mark.parametrize("refusal", [AlertRefused("HTTP 404", status=404), Permanent("no")])
def test_a_notice_that_is_refused_asks_for_no_other_notice(house: House, refusal: Exception) -> None:
    """Else every look of the clock would make one more."""
    inbox = Inbox(refusals=[refusal])
    services = sending(house, inbox)
    dead_note(house)
    for _ in range(4):
        watch_alerts(services)
        house.drain()
    assert [one.state for one in sends(house)] == [OperationState.DEAD]
    assert sorted(keys(house)) == ["operation_dead:alert.send", "operation_dead:crm.note"], "it is seen all the same"


def test_without_an_address_nothing_is_queued_but_all_is_told_to_the_log(house: House) -> None:
    dead_note(house)
    review_alerts(house.services)
    assert [one.key for one in tell_alerts(house.services)] == ["operation_dead:crm.note"]
    assert tell_alerts(house.services) == ()
    assert sends(house) == []


def test_an_address_that_was_taken_away_ends_what_waits_for_it(house: House) -> None:
    services = sending(house, Inbox())
    dead_note(house)
    watch_alerts(services)
    house.runner = OperationRunner(house.store, house.clock, handlers(house.services))
    house.drain()
    assert [one.state for one in sends(house)] == [OperationState.DONE]


def test_what_was_closed_long_ago_is_forgotten(house: House) -> None:
    operation_id = dead_note(house)
    review_alerts(house.services)
    revive(house, operation_id)
    review_alerts(house.services)
    assert forget_alerts(house.services) == 0
    house.clock.advance(timedelta(days=91))
    assert forget_alerts(house.services) == 1
