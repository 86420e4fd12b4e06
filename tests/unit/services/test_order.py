"""From the button to one order in the ERP, whatever happens on the way (R9, R10, R14)."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from backend.domain.customer import CustomerKey
from backend.erp.memory.faults import Fault
from backend.jobs.runner import Outcome
from backend.ports.crm import CrmDenied, CrmUnavailable
from backend.ports.erp import ErpUnavailable, OrderState
from backend.ports.store import Operation
from backend.services.edit_basket import apply_remedy
from backend.services.operations.desk import Desk
from backend.services.operations.dismiss import dismiss_operation
from backend.services.place_order import fail_order
from backend.services.retry_order import retry_order
from backend.services.set_up_account import start_set_up
from backend.services.submit_order import NotAllowed, PictureChanged, StockTaken, submit_order
from tests.support.house import (
    ACCOUNT,
    ADMIN,
    ADMINISTRATOR,
    BROKEN,
    COLLEAGUE,
    FILLABLE,
    INN,
    KPP,
    MANAGER,
    RIVAL,
    SHORT,
    House,
)
from tests.support.storage import drain


def held(house: House, sku: str, warehouse: str = "msk") -> Decimal:
    """Our holds that count against a reading taken now."""
    key = (house.products[sku].id, warehouse)
    with house.store.read() as unit:
        counted = unit.holds.counted(ACCOUNT, [key[0]], [key[1]], taken_at=house.clock.now())
    return counted.get(key, Decimal(0))


def test_the_whole_way(house: House) -> None:
    panel = house.order(FILLABLE)
    assert panel["state"] == "placing"
    house.drain()
    panel = house.live(FILLABLE)
    assert panel["state"] == "placed"
    [order] = house.erp_orders()
    assert order.customer_id == "c-1"
    assert [line.ordered for line in order.lines] == [Decimal(10), Decimal(6)]
    assert panel["order"]["numbers"] == [order.number]
    assert panel["order"]["total"] == "34290.54"
    assert house.crm.deals[FILLABLE].deal.budget == Decimal("34290.54")
    assert any(order.number in note for note in house.notes(FILLABLE))
    assert [one["kind"] for one in panel["documents"]] == ["invoice"]


def test_deal_fields_are_kept_when_the_account_was_set_up(house: House) -> None:
    start_set_up(house.services, ADMINISTRATOR)
    house.drain()
    house.order(FILLABLE)
    house.drain()
    fields = {field.value: text for field, text in house.crm.deals[FILLABLE].fields.items()}
    assert fields["order_state"] == "Оформлен"
    assert fields["stock_check"] == "Пройдена"
    assert fields["payment"] == "Не оплачен"


def test_line_that_waits_is_promised_for_its_day(house: House) -> None:
    house.order(FILLABLE)
    house.drain()
    drill = next(one for one in house.live(FILLABLE)["order"]["lines"] if one["sku"] == "DRILL")
    assert (drill["reserved"], drill["awaiting"], drill["expected"]) == ("3", "3", "2026-11-28") or (
        drill["awaiting"] == "6" and drill["expected"] == "2026-11-28"
    )


def test_pressing_twice_makes_one_order(house: House) -> None:
    seen = house.live(FILLABLE)["decision"]["fingerprint"]
    submit_order(house.services, MANAGER, FILLABLE, seen)
    again = json.loads(submit_order(house.services, COLLEAGUE, FILLABLE, seen))
    assert again["state"] == "placing"
    house.drain()
    assert len(house.erp_orders()) == 1


def test_two_tabs_at_once_make_one_order(house: House) -> None:
    """The rival's press goes through between our look and our write: the store's constraint decides, not the look."""
    seen = house.live(FILLABLE)["decision"]["fingerprint"]
    house.store.rival = lambda: submit_order(house.services, COLLEAGUE, FILLABLE, seen)
    panel = json.loads(submit_order(house.services, MANAGER, FILLABLE, seen))
    assert panel["state"] == "placing"
    house.drain()
    assert len(house.erp_orders()) == 1
    assert held(house, "SOCKET") == 0


def test_last_pieces_go_to_one_of_two(house: House) -> None:
    """Four and five cannot both be served from six: who writes first wins, the other sees the new figures (R9)."""
    house.set_quantity(SHORT, "PANEL", "5")
    seen = house.live(SHORT)["decision"]["fingerprint"]
    house.store.rival = lambda: house.order(RIVAL)
    with pytest.raises(StockTaken) as caught:
        submit_order(house.services, MANAGER, SHORT, seen)
    panel = house.products["PANEL"]
    assert caught.value.data["lines"] == [
        {"line_id": str(house.element("PANEL")), "name": panel.name, "free": "2"}
    ]  # fmt: skip
    house.drain()
    assert [order.lines[0].ordered for order in house.erp_orders()] == [Decimal(4)]
    assert house.live(SHORT)["lines"][0]["available"] == "2"


def test_a_hold_is_not_counted_beside_the_reserve_it_became(house: House) -> None:
    house.order(RIVAL)
    assert house.live(SHORT)["lines"][0]["available"] == "2"
    house.drain()
    assert house.live(SHORT)["lines"][0]["available"] == "2"
    assert held(house, "PANEL") == 0


def test_what_the_person_saw_is_what_is_ordered(house: House) -> None:
    seen = house.live(FILLABLE)["decision"]["fingerprint"]
    house.set_quantity(FILLABLE, "SOCKET", "11")
    with pytest.raises(PictureChanged):
        submit_order(house.services, MANAGER, FILLABLE, seen)
    house.drain()
    assert house.erp_orders() == []


def test_a_changed_price_is_not_ordered_silently(house: House) -> None:
    seen = house.live(FILLABLE)["decision"]["fingerprint"]
    house.erp.people.set_price(house.products["SOCKET"].id, Decimal(200))
    with pytest.raises(PictureChanged):
        submit_order(house.services, MANAGER, FILLABLE, seen)


@pytest.mark.parametrize("deal", [SHORT, BROKEN])
def test_what_is_not_allowed_leaves_nothing_behind(house: House, deal: int) -> None:
    with pytest.raises(NotAllowed) as caught:
        house.order(deal)
    assert caught.value.data["reasons"]
    assert house.drain() == []
    assert house.erp_orders() == []
    assert held(house, "PANEL") == 0


def test_new_customer_is_made_once(house: House) -> None:
    house.erp.people._books.parties.clear()
    house.erp.script.fail("create_customer", Fault.LOST_AFTER)
    house.order(FILLABLE)
    house.drain(timedelta(minutes=5))
    key = CustomerKey(inn=INN, kpp=KPP)
    assert len(house.erp.find_customers(key)) == 1
    assert house.live(FILLABLE)["state"] == "placed"


@pytest.mark.parametrize("step", ["place_order", "place_order.create", "place_order.confirm", "place_order.reserve"])
@pytest.mark.parametrize("fault", [Fault.LOST_BEFORE, Fault.LOST_AFTER, Fault.UNAVAILABLE, Fault.BUSY])
def test_lost_answers_and_repeats_make_one_order(house: House, step: str, fault: Fault) -> None:
    house.order(FILLABLE)
    house.erp.script.fail(step, fault, times=2)
    house.drain(timedelta(minutes=10))
    [order] = house.erp_orders()
    assert order.state is OrderState.OPEN
    assert house.live(FILLABLE)["state"] == "placed"
    assert len(house.notes(FILLABLE)) == 1


def test_goods_gone_before_its_turn(house: House) -> None:
    """Somebody in the ERP took them while the operation waited: the deal is told, nothing is left in the ERP."""
    house.order(RIVAL)
    house.erp.people.count(house.products["PANEL"].id, "msk", Decimal(1))
    house.drain(timedelta(minutes=1))
    panel = house.live(RIVAL)
    assert panel["order"]["state"] == "failed"
    assert panel["order"]["error"]["code"] == "erp_shortage"
    assert [order.state for order in house.erp_orders()] in ([], [OrderState.CANCELLED])
    assert held(house, "PANEL") == 0
    assert any("не оформлен" in note for note in house.notes(RIVAL))


def test_killed_between_telling_and_giving_up_it_can_still_be_resumed(house: House) -> None:
    """The order says that it waits for a person; its operation must then be dead, or their button finds nothing."""
    house.order(FILLABLE)
    with house.store.write() as unit:
        [operation_id] = unit.operations.runnable(now=house.clock.now(), limit=9)
        left = unit.operations.claim(operation_id, worker="killed", now=house.clock.now(), lease=timedelta(seconds=1))
    assert left is not None
    fail_order(house.services, left, ErpUnavailable())
    house.clock.advance(timedelta(minutes=1))
    assert house.runner.run(operation_id) is Outcome.DEAD
    retry_order(house.services, MANAGER, FILLABLE)
    house.drain()
    assert len(house.erp_orders()) == 1
    assert house.live(FILLABLE)["state"] == "placed"


def test_retry_after_a_refusal_is_a_new_order(house: House) -> None:
    house.order(RIVAL)
    house.erp.people.count(house.products["PANEL"].id, "msk", Decimal(1))
    house.drain(timedelta(minutes=1))
    house.erp.people.count(house.products["PANEL"].id, "msk", Decimal(6))
    retry_order(house.services, MANAGER, RIVAL)
    house.drain(timedelta(minutes=1))
    assert house.live(RIVAL)["state"] == "placed"
    assert len([one for one in house.erp_orders() if one.state is OrderState.OPEN]) == 1


def test_total_that_differs_stops_the_order(house: House) -> None:
    """R12: both figures are told, the ERP's order is cancelled, nobody is charged another sum."""
    house.order(RIVAL)
    with house.store.write() as unit:
        order = unit.orders.latest_of_deal(ACCOUNT, RIVAL)
        assert order is not None
        unit.orders.save(replace(order, total=order.total + Decimal("0.01")))
    house.drain(timedelta(minutes=1))
    error = house.live(RIVAL)["order"]["error"]
    assert error["code"] == "total_mismatch"
    assert Decimal(error["params"]["total"]) - Decimal(error["params"]["erp_total"]) == Decimal("0.01")
    assert [one.state for one in house.erp_orders()] == [OrderState.CANCELLED]
    assert house.live(SHORT)["lines"][0]["available"] == "6"


def test_erp_down_for_long_then_back(house: House) -> None:
    house.order(FILLABLE)
    house.erp.script.down()
    house.drain(timedelta(minutes=3))
    with house.store.read() as unit:
        order = unit.orders.latest_of_deal(ACCOUNT, FILLABLE)
    assert order is not None
    assert str(order.status) == "placing"
    house.erp.script.up()
    house.drain(timedelta(minutes=30))
    assert house.live(FILLABLE)["state"] == "placed"


def test_crm_down_does_not_stop_the_order(house: House) -> None:
    house.order(FILLABLE)
    house.crm.fail_next("update_deal", CrmUnavailable())
    house.crm.fail_next("add_note", CrmUnavailable())
    house.drain(timedelta(minutes=5))
    assert house.crm.deals[FILLABLE].deal.budget == Decimal("34290.54")
    assert len(house.notes(FILLABLE)) == 1


def test_two_warehouses_make_two_erp_orders_under_one_deal(house: House) -> None:
    remedy = next(one for one in house.live(SHORT)["remedies"] if one["kind"] == "other_warehouse")
    panel = json.loads(apply_remedy(house.services, MANAGER, SHORT, remedy["id"]))
    assert panel["state"] == "ready"
    house.order(SHORT)
    house.drain()
    assert sorted(order.warehouse_id for order in house.erp_orders()) == ["msk", "spb"]
    assert len(house.live(SHORT)["order"]["numbers"]) == 2


def test_operations_of_one_deal_run_in_order(house: House) -> None:
    """The note about the order never comes before the order."""
    house.order(FILLABLE)
    house.erp.script.fail("place_order", Fault.UNAVAILABLE)
    drain(house.store, house.runner, house.clock)
    assert house.notes(FILLABLE) == []


def test_every_way_to_a_panel_asks_the_crm_who_may_see_it(house: House) -> None:
    """A living order, a failed one to resume: neither shows a panel to somebody the CRM would not let in."""
    seen = house.live(FILLABLE)["decision"]["fingerprint"]
    house.order(FILLABLE)
    house.crm.hide(FILLABLE, COLLEAGUE.user_id)
    with pytest.raises(CrmDenied):
        submit_order(house.services, COLLEAGUE, FILLABLE, seen)
    with pytest.raises(CrmDenied):
        retry_order(house.services, COLLEAGUE, FILLABLE)


def stopped_for_minutes(house: House, meanwhile: Callable[[Operation], object]) -> None:
    """The worker that places stands still right before the ERP is asked: its claim runs out, another one finds the ERP
    silent and puts the operation off; then `meanwhile`."""

    def gone() -> None:
        house.clock.advance(timedelta(minutes=1))
        with house.store.read() as unit:
            [operation_id] = unit.operations.runnable(now=house.clock.now(), limit=9)
        house.erp.script.fail("place_order", Fault.UNAVAILABLE)
        assert house.runner.run(operation_id) is Outcome.RETRY
        with house.store.read() as unit:
            operation = unit.operations.get(operation_id)
        assert operation is not None
        meanwhile(operation)

    house.erp.script.before("place_order.create", gone)


def test_a_worker_that_comes_to_itself_after_the_order_was_dismissed_leaves_nothing_in_the_erp(house: House) -> None:
    """Its holds are free and the manager may order anew: what is made now would be a second order."""
    house.order(RIVAL)
    desk = Desk(ACCOUNT, ADMIN)
    stopped_for_minutes(house, lambda one: dismiss_operation(house.services, desk, one.id, "не нужен"))
    house.drain()
    assert house.live(RIVAL)["order"]["state"] == "failed"
    assert [one.state for one in house.erp_orders()] == [OrderState.CANCELLED]


def test_nor_after_it_was_refused_by_another_worker(house: House) -> None:
    house.order(RIVAL)

    def refused(operation: Operation) -> None:
        panel = house.products["PANEL"].id
        house.clock.advance(timedelta(minutes=1))
        house.erp.people.count(panel, "msk", Decimal(1))
        assert house.runner.run(operation.id) is Outcome.DONE
        house.erp.people.count(panel, "msk", Decimal(6))

    stopped_for_minutes(house, refused)
    house.drain()
    assert house.live(RIVAL)["order"]["state"] == "failed"
    assert [one.state for one in house.erp_orders()] == [OrderState.CANCELLED]
