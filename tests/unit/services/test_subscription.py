"""A webhook that amoCRM switched off, or somebody removed, comes back, and somebody hears of it."""

from __future__ import annotations

import pytest

from backend.ports.crm import CrmUnavailable
from backend.ports.store import AlertKind
from backend.services.keep_subscription import check_subscriptions
from backend.services.set_up_account import start_clean_up, start_set_up
from tests.support.house import ADMINISTRATOR, House
from tests.support.storage import ACCOUNT


@pytest.fixture
def ready(house: House) -> House:
    start_set_up(house.services, ADMINISTRATOR)
    house.drain()
    return house


def open_alerts(house: House) -> list[str]:
    with house.store.read() as unit:
        return [str(one.data["state"]) for one in unit.alerts.open(ACCOUNT) if one.kind == AlertKind.WEBHOOK_DISABLED]


@pytest.mark.parametrize("state", ["off", "missing"])
def test_it_is_restored_and_the_alert_lasts_until_it_is_seen_to_be_on(ready: House, state: str) -> None:
    (url,) = ready.crm.webhooks
    if state == "off":
        ready.crm.webhooks_off.add(url)
    else:
        ready.crm.webhooks.clear()
    check_subscriptions(ready.services)
    assert open_alerts(ready) == [state]
    ready.drain()
    assert (ready.crm.webhooks, ready.crm.webhooks_off) == ({url}, set())
    assert open_alerts(ready) == [state]
    check_subscriptions(ready.services)
    assert open_alerts(ready) == []


def test_one_that_is_on_is_left_alone(ready: House) -> None:
    ready.crm.calls.clear()
    check_subscriptions(ready.services)
    ready.drain()
    assert ready.crm.calls == ["hook_state"]
    assert open_alerts(ready) == []


def test_a_crm_that_is_down_raises_no_alarm_about_the_webhook(ready: House) -> None:
    ready.crm.webhooks.clear()
    ready.crm.fail_next("hook_state", CrmUnavailable())
    check_subscriptions(ready.services)
    assert open_alerts(ready) == []
    check_subscriptions(ready.services)
    assert open_alerts(ready) == ["missing"]


def test_an_account_that_was_cleaned_up_wants_no_webhook(ready: House) -> None:
    (url,) = ready.crm.webhooks
    ready.crm.webhooks_off.add(url)
    check_subscriptions(ready.services)
    start_clean_up(ready.services, ADMINISTRATOR)
    ready.drain()
    assert url not in ready.crm.webhooks
    ready.crm.calls.clear()
    check_subscriptions(ready.services)
    assert ready.crm.calls == []
