"""The deal's field *stock check* is kept true: written when the state changes, and at no other time (R8)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from backend.domain.approval import Verdict
from backend.erp.memory.faults import Fault
from backend.ports.crm import DealField
from backend.ports.store import OperationSearch
from backend.services.ask_approval import ask_approval
from backend.services.decide_approval import decide_approval, expire_approvals
from backend.services.follow_orders import follow_account
from backend.services.keep_picture import keep_picture
from backend.services.operations.desk import Desk
from backend.services.operations.dismiss import dismiss_operation
from backend.services.stock_check import CHECK_GOOD_FOR, CheckState, check_state, check_text, see_basket
from backend.services.take_picture import take_picture
from tests.support.house import ACCOUNT, ADMIN, BROKEN, FILLABLE, MANAGER, RIVAL, SHORT, SUPERVISOR, House
from tests.support.refreshing import field, kept, refresh, watched, with_fields

WON = 142
PASSED, APPROVED, FAILED, STALE = (
    check_text("ru", CheckState(one)) for one in ("passed", "approved", "failed", "stale")
)


@pytest.fixture(autouse=True)
def _fields(house: House) -> None:
    with_fields(house)


def sell(house: House, sku: str, quantity: str) -> None:
    house.erp.people.promise(house.products[sku].id, "msk", Decimal(quantity), assigned=True)


def writes(house: House) -> int:
    house.drain()
    return house.crm.calls.count("update_deal")


def seen_in_crm(house: House, deal_id: int, after: timedelta = timedelta(seconds=1)) -> None:
    """What a webhook's re-read does with the basket it finds."""
    seen_at = house.clock.advance(after)
    basket = house.crm.deals_seen([deal_id])[0].basket
    account = house.services.account(ACCOUNT)
    with house.store.write() as unit:
        see_basket(unit, account, deal_id, basket, seen_at=seen_at, now=seen_at)


def kinds(house: House, deal_id: int) -> list[str]:
    with house.store.read() as unit:
        return [one.kind for one in unit.journal.of_deal(ACCOUNT, deal_id)]


@pytest.mark.parametrize(("deal_id", "text"), [(FILLABLE, PASSED), (SHORT, FAILED), (BROKEN, FAILED)])
def test_a_look_tells_its_outcome(house: House, deal_id: int, text: str) -> None:
    assert field(house, deal_id) is None
    house.live(deal_id)
    assert field(house, deal_id) == text


def test_the_budget_and_other_fields_are_not_touched(house: House) -> None:
    there = house.crm.deals[FILLABLE]
    there.deal = replace(there.deal, budget=Decimal(777))
    there.fields[DealField.PAYMENT] = "как было"
    house.live(FILLABLE)
    assert field(house, FILLABLE) == PASSED
    assert there.deal.budget == Decimal(777)
    assert there.fields[DealField.PAYMENT] == "как было"


@pytest.mark.parametrize(("deal_id", "yes"), [(RIVAL, "Да"), (SHORT, None)])
def test_one_field_is_empty_unless_it_passed(house: House, deal_id: int, yes: str | None) -> None:
    """amoCRM asks of a mandatory field only that there is something in it."""
    house.live(deal_id)
    house.drain()
    assert house.crm.deals[deal_id].fields.get(DealField.CHECK_PASSED) == yes
    sell(house, "PANEL", "3")
    refresh(house)
    house.drain()
    assert house.crm.deals[deal_id].fields.get(DealField.CHECK_PASSED) is None


def test_an_account_that_an_earlier_version_set_up(house: House) -> None:
    """It lacks the newer field until somebody presses set-up again; the others are kept all the same."""
    with house.store.write() as unit:
        setup = unit.accounts.crm_setup(ACCOUNT)
        assert setup is not None
        ids = {one: number for one, number in setup.field_ids.items() if one is not DealField.CHECK_PASSED}
        unit.accounts.save_crm_setup(ACCOUNT, replace(setup, field_ids=ids))
    house.live(FILLABLE)
    assert field(house, FILLABLE) == PASSED
    assert DealField.CHECK_PASSED not in house.crm.deals[FILLABLE].fields


def test_nothing_is_written_while_it_stays_the_same(house: House) -> None:
    house.live(FILLABLE)
    before = writes(house)
    for _ in range(3):
        house.clock.advance(timedelta(minutes=10))
        house.live(FILLABLE)
        refresh(house)
    assert writes(house) == before


def test_stock_that_is_gone_marks_the_deal(house: House) -> None:
    """Nobody looked: the refresh did. The field and the journal say so, the feed is left in peace."""
    house.live(RIVAL)
    assert field(house, RIVAL) == PASSED
    sell(house, "PANEL", "3")
    refresh(house)
    assert field(house, RIVAL) == FAILED
    assert "check.changed" in kinds(house, RIVAL)
    assert house.notes(RIVAL) == []


def test_a_basket_changed_in_the_crm_makes_it_stale_until_it_is_taken_anew(house: House) -> None:
    house.live(FILLABLE)
    house.set_quantity(FILLABLE, "SOCKET", "45")
    seen_in_crm(house, FILLABLE)
    assert field(house, FILLABLE) == STALE
    assert refresh(house).taken == 1
    assert field(house, FILLABLE) == PASSED


def test_news_older_than_the_look_are_no_news(house: House) -> None:
    """A webhook's reading begun before the panel changed the basket comes late."""
    account = house.services.account(ACCOUNT)
    old = dict(house.crm.deals_seen([FILLABLE])[0].basket)
    seen_at = house.clock.now()
    house.set_quantity(FILLABLE, "SOCKET", "11")
    house.clock.advance(timedelta(seconds=1))
    house.live(FILLABLE)
    with house.store.write() as unit:
        see_basket(unit, account, FILLABLE, old, seen_at=seen_at, now=house.clock.now())
    assert field(house, FILLABLE) == PASSED


def test_the_same_basket_seen_again_changes_nothing(house: House) -> None:
    house.live(FILLABLE)
    before = writes(house)
    seen_in_crm(house, FILLABLE)
    seen_in_crm(house, SHORT)
    assert writes(house) == before
    assert kept(house, SHORT) is None


def test_an_erp_gone_for_a_day_outlasts_a_check(house: House) -> None:
    house.live(FILLABLE)
    house.erp.script.down(Fault.UNAVAILABLE)
    house.clock.advance(CHECK_GOOD_FOR - timedelta(minutes=4))
    refresh(house)
    assert field(house, FILLABLE) == PASSED
    refresh(house)
    assert field(house, FILLABLE) == STALE


def approve(house: House) -> None:
    ask_approval(house.services, MANAGER, SHORT, "Клиент подождёт")
    decide_approval(house.services, SUPERVISOR, SHORT, verdict=Verdict.APPROVE, reason="Так надо", quantities={})


def test_an_approval_is_told(house: House) -> None:
    house.live(SHORT)
    assert field(house, SHORT) == FAILED
    approve(house)
    assert field(house, SHORT) == APPROVED


def lapse(house: House) -> None:
    house.clock.advance(timedelta(hours=25))
    expire_approvals(house.services)


def worsen(house: House) -> None:
    sell(house, "PANEL", "3")
    refresh(house)


@pytest.mark.parametrize(("end", "text"), [(lapse, STALE), (worsen, FAILED)])
def test_an_approval_that_ends_is_told(house: House, end: Callable[[House], None], text: str) -> None:
    approve(house)
    assert field(house, SHORT) == APPROVED
    end(house)
    assert field(house, SHORT) == text


def test_an_order_that_is_over_gives_the_check_back_to_the_deal(house: House) -> None:
    house.live(RIVAL)
    house.order(RIVAL)
    assert field(house, RIVAL) == PASSED
    house.clock.advance(timedelta(days=3))
    (made,) = house.erp_orders()
    house.erp.cancel_order(made.id)
    follow_account(house.services, ACCOUNT, every=timedelta(minutes=1))
    assert field(house, RIVAL) == STALE
    refresh(house)
    assert field(house, RIVAL) == PASSED


def test_an_order_that_was_not_placed(house: House) -> None:
    """Somebody in the ERP was quicker: the deal's own check counts again, and the refresh finds it wanting."""
    house.live(RIVAL)
    house.order(RIVAL)
    assert field_before_placing(house, RIVAL) == PASSED
    house.clock.advance(CHECK_GOOD_FOR + timedelta(hours=1))
    house.erp.script.fail("place_order", Fault.DENIED)
    assert field(house, RIVAL) == STALE
    assert house.cached(RIVAL)["state"] == "failed"


def field_before_placing(house: House, deal_id: int) -> str | None:
    with house.store.read() as unit:
        kept_check = unit.pictures.check(ACCOUNT, deal_id)
    return check_text("ru", CheckState(kept_check.told)) if kept_check is not None and kept_check.told else None


def test_an_account_without_our_fields_is_told_nothing_until_it_has_them(house: House) -> None:
    with house.store.write() as unit:
        setup = unit.accounts.crm_setup(ACCOUNT)
        unit.accounts.save_crm_setup(ACCOUNT, None)
    house.live(FILLABLE)
    assert field(house, FILLABLE) is None
    with house.store.write() as unit:
        unit.accounts.save_crm_setup(ACCOUNT, setup)
    refresh(house)
    assert field(house, FILLABLE) == PASSED


def test_fields_made_anew_are_told_anew(house: House) -> None:
    house.live(FILLABLE)
    field(house, FILLABLE)
    house.crm.deals[FILLABLE].fields.clear()
    with_fields(house)
    refresh(house)
    assert field(house, FILLABLE) == PASSED


def test_a_closed_deal_is_not_checked(house: House) -> None:
    """Nor is anything kept of it any longer."""
    house.live(FILLABLE)
    before = writes(house)
    there = house.crm.deals[FILLABLE]
    there.deal = replace(there.deal, stage_id=WON)
    house.live(FILLABLE)
    assert kept(house, FILLABLE) is None
    house.live(FILLABLE)
    assert kept(house, FILLABLE) is None
    assert writes(house) == before


def test_guard_and_field_say_the_same(house: House) -> None:
    for deal_id in (FILLABLE, SHORT, RIVAL):
        house.live(deal_id)
        watched(house, deal_id)
    sell(house, "PANEL", "3")
    refresh(house)
    for deal_id in (FILLABLE, SHORT, RIVAL):
        with house.store.read() as unit:
            seen = unit.watch.get(ACCOUNT, deal_id)
            assert seen is not None
            state = check_state(unit, ACCOUNT, deal_id, seen.basket, house.clock.now())
        assert field(house, deal_id) == check_text("ru", state)


def test_an_order_that_an_administrator_dismissed_is_no_check_any_more(house: House) -> None:
    house.live(RIVAL)
    house.order(RIVAL)
    sell(house, "PANEL", "3")
    house.clock.advance(CHECK_GOOD_FOR + timedelta(minutes=1))
    with house.store.read() as unit:
        [placing] = unit.desk.search(OperationSearch(kinds=["order.place"]))
    dismiss_operation(house.services, Desk(ACCOUNT, ADMIN), placing.id, "не нужен")
    assert kept(house, RIVAL).told == CheckState.STALE
    assert field(house, RIVAL) == STALE


def test_a_basket_that_changed_while_the_deal_was_looked_at_is_not_passed(house: House) -> None:
    """The CRM told of the new basket before the picture of the old one was kept."""
    watched(house, FILLABLE)
    picture = take_picture(house.services, ACCOUNT, FILLABLE, as_user=None)
    house.clock.advance(timedelta(seconds=2))
    house.set_quantity(FILLABLE, "SOCKET", "11")
    watched(house, FILLABLE)
    keep_picture(house.services, picture)
    assert field(house, FILLABLE) == STALE
