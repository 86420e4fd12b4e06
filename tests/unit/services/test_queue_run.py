"""The ERP answers again: what becomes of an order that waited (R13). Placed once, asked for, or said why not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from backend.domain.approval import Verdict
from backend.domain.customer import CustomerKey
from backend.domain.rules import ShortageRule, Supervisor
from backend.erp.memory.faults import Fault
from backend.operations import handlers
from backend.ports.crm import CrmReauthorise, CrmUnavailable
from backend.ports.erp import OrderState
from backend.ports.store import HoldWant, Operation, OperationState
from backend.services.ask_approval import ask_approval
from backend.services.decide_approval import decide_approval
from tests.support.house import (
    ACCOUNT,
    ANNA,
    COLLEAGUE,
    FILLABLE,
    IGOR,
    MANAGER,
    OLGA,
    RIVAL,
    SHORT,
    SUPERVISOR,
    House,
)
from tests.support.queued import AWHILE, back, days_go_by, queue, take_out, task_texts, waiting
from tests.support.storage import drain

LEASE = timedelta(seconds=21)


def told(house: House, deal_id: int) -> str:
    """The one note that says why nothing was placed; its task says the same."""
    [note] = [one for one in house.notes(deal_id) if one.startswith("Заказ из очереди")]
    assert [text for texts in task_texts(house, deal_id).values() for text in texts] == [note]
    return note


def test_placed_as_by_the_button(house: House) -> None:
    queue(house, FILLABLE)
    house.drain(timedelta(minutes=5))
    assert house.erp_orders() == []
    back(house)
    panel = house.live(FILLABLE)
    [order] = house.erp_orders()
    assert (panel["state"], panel["queued"], panel["order"]["numbers"]) == ("placed", None, [order.number])
    assert (order.customer_id, [line.ordered for line in order.lines]) == ("c-1", [Decimal(10), Decimal(6)])
    assert house.crm.deals[FILLABLE].deal.budget == Decimal("34290.54")
    with house.store.read() as unit:
        kept = unit.orders.latest_of_deal(ACCOUNT, FILLABLE)
    assert kept is not None
    assert kept.submitted_by == ANNA


def test_somebody_who_looks_at_the_card_brings_its_turn_at_once(house: House) -> None:
    """The wait between two attempts grows to minutes; a live look shows that the ERP answers."""
    queue(house, FILLABLE)
    house.drain(timedelta(minutes=5))
    house.erp.script.up()
    house.drain()
    assert house.erp_orders() == []
    assert house.live(FILLABLE)["state"] == "queued"
    house.drain()
    assert len(house.erp_orders()) == 1


@pytest.mark.parametrize("fault", [Fault.UNAVAILABLE, Fault.BUSY, Fault.GARBLED])
def test_it_waits_on_while_the_erp_does_not_answer_well(house: House, fault: Fault) -> None:
    queue(house, FILLABLE)
    house.erp.script.down(fault)
    house.drain(timedelta(hours=1))
    operation = waiting(house, FILLABLE)
    assert operation is not None
    assert (operation.state, operation.attempts > 10) == (OperationState.WAITING, True)
    assert [one for one in house.notes(FILLABLE) if one.startswith("Заказ из очереди")] == []


def test_after_days_of_silence_the_manager_is_told(house: House) -> None:
    queue(house, FILLABLE)
    days_go_by(house)
    assert "не ответила за всё время ожидания" in told(house, FILLABLE)
    assert list(task_texts(house, FILLABLE)) == [ANNA]
    assert waiting(house, FILLABLE) is None
    back(house)
    assert house.erp_orders() == []


def test_a_changed_basket_is_not_placed(house: House) -> None:
    queue(house, FILLABLE)
    house.set_quantity(FILLABLE, "SOCKET", "12")
    back(house)
    assert "«Розетка двойная»: было 10 шт, стало 12 шт." in told(house, FILLABLE)
    assert house.erp_orders() == []
    assert house.live(FILLABLE)["state"] == "ready"


def test_lines_that_came_and_went_are_named(house: House) -> None:
    queue(house, FILLABLE)
    house.crm.remove_line(FILLABLE, house.element("SOCKET"))
    house.crm.set_line(FILLABLE, house.element("PANEL"), "1")
    back(house)
    note = told(house, FILLABLE)
    assert "«Розетка двойная» больше нет в сделке." in note
    assert "В сделке появилось «Щит распределительный 24М»." in note


def test_a_changed_price_is_not_placed(house: House) -> None:
    queue(house, FILLABLE)
    house.erp.people.set_price(house.products["SOCKET"].id, Decimal(200))
    back(house)
    assert "сумма была 2\u00a0075,22\u00a0₽, стала 2\u00a0196,00\u00a0₽" in told(house, FILLABLE)
    assert house.erp_orders() == []


def test_another_customer_is_not_placed(house: House) -> None:
    queue(house, FILLABLE)
    house.erp.people.customer("АО «Другие»", CustomerKey(inn="7707083893", kpp="770701001"), id="c-2",
                              price_type_id="wholesale")  # fmt: skip
    kept = house.crm.deals[FILLABLE]
    kept.deal = replace(kept.deal, company=House._client(9, "7707083893", "770701001"))
    back(house)
    assert "Изменились покупатель или сумма заказа." in told(house, FILLABLE)


def test_goods_sold_meanwhile_ask_a_supervisor(house: House) -> None:
    """The account lets a supervisor decide on shortages: the request is made with the figures of now."""
    queue(house, RIVAL)
    house.erp.people.count(house.products["PANEL"].id, "msk", Decimal(1))
    back(house)
    panel = house.live(RIVAL)
    assert (panel["state"], panel["queued"]) == ("asked", None)
    assert panel["approval"]["requested_by"]["id"] == ANNA
    assert "ждал в очереди" in panel["approval"]["reason"]
    assert "нужно 4, доступно 1" in panel["approval"]["reason"]
    assert list(task_texts(house, RIVAL)) == [OLGA]
    assert any("просит разрешить заказ" in note for note in house.notes(RIVAL))
    assert house.erp_orders() == []


def test_goods_sold_meanwhile_where_nobody_may_allow_it(house: House) -> None:
    house.settle(shortage=ShortageRule.BLOCK)
    queue(house, RIVAL)
    house.erp.people.count(house.products["PANEL"].id, "msk", Decimal(1))
    back(house)
    assert "не хватает 3 шт, нужно 4, доступно 1" in told(house, RIVAL)
    assert house.erp_orders() == []
    assert house.live(RIVAL)["state"] == "short"


def test_nobody_to_ask(house: House) -> None:
    house.settle(supervisors=(Supervisor(ANNA),))
    queue(house, SHORT)
    back(house)
    assert "решать некому" in told(house, SHORT)


def test_a_supervisor_who_said_no_is_not_asked_again(house: House) -> None:
    ask_approval(house.services, MANAGER, SHORT, "Нужно")
    house.drain()
    decide_approval(
        house.services, SUPERVISOR, SHORT, verdict=Verdict.REJECT, reason="Нет", quantities={}
    )  # fmt: skip
    queue(house, SHORT)
    back(house)
    [note] = [one for one in house.notes(SHORT) if one.startswith("Заказ из очереди")]
    assert "руководитель уже отказал" in note


def test_an_approved_order_waits_and_is_placed_as_approved(house: House) -> None:
    ask_approval(house.services, MANAGER, SHORT, "Нужно")
    decide_approval(house.services, SUPERVISOR, SHORT, verdict=Verdict.APPROVE, reason="Да", quantities={})
    queue(house, SHORT)
    back(house)
    [order] = house.erp_orders()
    assert order.lines[0].ordered == Decimal(10)
    assert house.live(SHORT)["state"] == "placed"


def test_asked_by_hand_meanwhile_is_asked_once(house: House) -> None:
    """Somebody opened the card right when the ERP came back and asked before the queue had its turn."""
    queue(house, SHORT)
    house.drain()
    house.erp.script.up()
    ask_approval(house.services, COLLEAGUE, SHORT, "Сам спрошу")
    house.drain(AWHILE)
    panel = house.live(SHORT)
    assert (panel["state"], panel["approval"]["requested_by"]["id"]) == ("asked", IGOR)
    assert [one for one in house.notes(SHORT) if one.startswith("Заказ из очереди")] == []


def test_a_rival_in_the_last_moment(house: House) -> None:
    """Taken between our look and our write: it looks again, and asks with what is left."""
    queue(house, RIVAL)
    house.drain()
    house.erp.script.up()
    house.erp.script.after("quote_prices", lambda: _take_panels(house, "5"))
    house.drain(AWHILE)
    assert "нужно 4, доступно 1" in house.live(RIVAL)["approval"]["reason"]
    assert [order.lines[0].ordered for order in house.erp_orders()] == [Decimal(5)]


def test_rivals_at_every_look_are_told_with_what_is_free(house: House) -> None:
    """Whenever it looks there is enough, whenever it writes there is not: it does not go round for ever."""
    queue(house, RIVAL)
    house.drain()
    house.erp.script.up()
    _rival_at_every_look(house, "PANEL", Decimal(5))
    house.drain(AWHILE)
    assert "«Щит распределительный 24М»: свободно 1 шт." in told(house, RIVAL)
    assert house.erp_orders() == []


def _rival_at_every_look(house: House, sku: str, quantity: Decimal) -> None:
    """Holds the goods right before each write, and lets them go before the next look."""
    want = HoldWant("rival", house.products[sku].id, "msk", quantity, None)

    def take() -> None:
        with house.store.write() as unit:
            unit.holds.take(ACCOUNT, [want], taken_at=house.clock.now(), now=house.clock.now())

    def look() -> None:
        with house.store.write() as unit:
            unit.holds.release(ACCOUNT, "rival", at=house.clock.now())
        house.store.rival = take
        house.erp.script.before("warehouses", look)

    house.erp.script.before("warehouses", look)


def _take_panels(house: House, quantity: str) -> None:
    house.set_quantity(SHORT, "PANEL", quantity)
    house.order(SHORT, COLLEAGUE)


def test_the_manager_lost_their_right_to_the_deal(house: House) -> None:
    """Nothing is placed in the name of somebody the CRM no longer lets in; who keeps the deal now is told."""
    queue(house, FILLABLE)
    house.crm.hide(FILLABLE, ANNA)
    kept = house.crm.deals[FILLABLE]
    kept.deal = replace(kept.deal, responsible_id=IGOR)
    back(house)
    assert "больше не видит эту сделку" in told(house, FILLABLE)
    assert list(task_texts(house, FILLABLE)) == [IGOR]
    assert house.erp_orders() == []


def test_the_manager_left_the_company(house: House) -> None:
    """Their deal is nobody's yet: a supervisor is told."""
    queue(house, FILLABLE)
    house.crm._users = [replace(one, is_active=one.id != ANNA) for one in house.crm._users]
    back(house)
    told(house, FILLABLE)
    assert list(task_texts(house, FILLABLE)) == [OLGA]


def test_the_erp_was_disconnected(house: House) -> None:
    queue(house, FILLABLE)
    house.erps.connected = False
    back(house)
    assert "отключена в настройках" in told(house, FILLABLE)


def test_the_erp_no_longer_lets_us_in(house: House) -> None:
    queue(house, FILLABLE)
    house.erp.script.down(Fault.DENIED)
    house.drain(AWHILE)
    assert "не пускает Stockgate" in told(house, FILLABLE)


def test_the_deal_was_deleted(house: House) -> None:
    queue(house, FILLABLE)
    house.crm.delete_deal(FILLABLE)
    house.erp.script.up()
    drain(house.store, house.runner, house.clock, patience=timedelta(minutes=3))
    assert waiting(house, FILLABLE) is None
    assert house.erp_orders() == []


def test_the_crm_to_be_connected_again_is_waited_for(house: House) -> None:
    """It is no reason to give the order up: it waits until an administrator has connected the account."""
    queue(house, FILLABLE)
    house.drain()
    house.erp.script.up()
    house.crm.fail_next("deal", CrmReauthorise())
    house.drain(timedelta(minutes=4))
    operation = waiting(house, FILLABLE)
    assert operation is not None
    assert operation.error_code == "crm_reauthorise"
    assert house.cached(FILLABLE)["queued"]["waits_for"] == "connect"
    house.drain(AWHILE)
    assert len(house.erp_orders()) == 1


def test_the_crm_silent_when_its_turn_comes(house: House) -> None:
    queue(house, FILLABLE)
    house.drain()
    house.erp.script.up()
    house.crm.fail_next("deal", CrmUnavailable())
    house.drain(AWHILE)
    assert len(house.erp_orders()) == 1


def test_taken_out_while_it_is_being_looked_at(house: House) -> None:
    """The manager changed their mind while the worker read the stock: it is not placed any more."""
    queue(house, FILLABLE)
    house.drain()
    house.erp.script.up()
    house.erp.script.after("read_stock", lambda: take_out(house, FILLABLE) and None)
    house.drain(AWHILE)
    assert house.erp_orders() == []
    assert [one for one in house.notes(FILLABLE) if one.startswith("Заказ из очереди")] == []


def test_taken_out_before_anything_is_said(house: House) -> None:
    queue(house, FILLABLE)
    house.set_quantity(FILLABLE, "SOCKET", "12")
    house.drain()
    house.erp.script.up()
    house.erp.script.after("read_stock", lambda: take_out(house, FILLABLE) and None)
    house.drain(AWHILE)
    assert [one for one in house.notes(FILLABLE) if one.startswith("Заказ из очереди")] == []


def test_taken_out_before_anybody_is_asked(house: House) -> None:
    queue(house, SHORT)
    house.drain()
    house.erp.script.up()
    house.erp.script.after("read_stock", lambda: take_out(house, SHORT) and None)
    house.drain(AWHILE)
    assert house.live(SHORT)["approval"] is None


@pytest.mark.parametrize("deal", [FILLABLE, SHORT])
def test_a_worker_that_died_after_its_work_changes_nothing(house: House, deal: int) -> None:
    """Accepted, or asked for, and then the process was gone before the operation was finished: it runs again."""
    queue(house, deal)
    house.erp.script.up()
    run = handlers(house.services)["order.submit"]
    operation = _claimed(house, deal)
    run(operation)
    run(operation)
    house.clock.advance(LEASE)
    house.drain(AWHILE)
    assert len(house.erp_orders()) == (deal == FILLABLE)
    assert house.live(deal)["state"] == ("placed" if deal == FILLABLE else "asked")
    assert len([one for one in house.notes(deal) if "просит разрешить" in one]) == (deal == SHORT)


def test_words_are_said_once_even_if_things_changed_back(house: House) -> None:
    """Told that nothing was placed, and gone before the last line: an order must not appear after such words."""
    queue(house, FILLABLE)
    house.set_quantity(FILLABLE, "SOCKET", "12")
    house.erp.script.up()
    run = handlers(house.services)["order.submit"]
    operation = _claimed(house, FILLABLE)
    run(operation)
    house.set_quantity(FILLABLE, "SOCKET", "10")
    run(operation)
    house.clock.advance(LEASE)
    house.drain(AWHILE)
    told(house, FILLABLE)
    assert house.erp_orders() == []


def test_a_lost_answer_of_the_placing_makes_one_order(house: House) -> None:
    """The queue ends in the same placing as the button: read back, not repeated."""
    queue(house, FILLABLE)
    house.drain()
    house.erp.script.up()
    house.erp.script.fail("place_order", Fault.LOST_AFTER, times=2)
    house.drain(AWHILE)
    [order] = house.erp_orders()
    assert order.state is OrderState.OPEN


def test_orders_of_many_deals_come_in_their_own_turn(house: House) -> None:
    """One that cannot be placed holds up no other deal."""
    house.settle(shortage=ShortageRule.BLOCK)
    for deal in (SHORT, RIVAL, FILLABLE):
        house.erp.script.up()
        queue(house, deal)
    back(house)
    assert house.live(FILLABLE)["state"] == "placed"
    assert house.live(RIVAL)["state"] == "placed"
    assert "не хватает" in told(house, SHORT)


def test_an_earlier_order_of_unknown_fate_is_ended_first(house: House) -> None:
    """It was given up while the ERP was silent: it must not come to life beside the one from the queue."""
    house.order(FILLABLE)
    house.erp.script.fail("place_order", Fault.LOST_AFTER)
    house.drain()
    house.erp.script.down()
    days_go_by(house)
    panel = house.live(FILLABLE)
    assert (panel["state"], panel["order"]["state"]) == ("offline", "failed")
    house.erp.script.up()
    queue(house, FILLABLE)
    back(house)
    assert [one.state for one in house.erp_orders() if one.state is not OrderState.CANCELLED] == [OrderState.OPEN]


def _claimed(house: House, deal_id: int) -> Operation:
    operation = waiting(house, deal_id)
    assert operation is not None
    with house.store.write() as unit:
        found = unit.operations.claim(operation.id, worker="gone", now=house.clock.now(), lease=timedelta(seconds=20))
    assert found is not None
    return found


@pytest.mark.parametrize("payload", [{}, {"user_id": "?", "fingerprint": "f", "seen": {}}, {"user_id": ANNA}])
def test_one_queued_by_another_version_of_us_ends_with_words(house: House, payload: dict[str, object]) -> None:
    """An upgrade met an order in the queue that it cannot read: the card still opens, somebody is told to press."""
    with house.store.write() as unit:
        now = house.clock.now()
        unit.operations.add(ACCOUNT, kind="order.submit", key="old", payload=payload, deal_id=FILLABLE, due_at=now)
    assert house.live(FILLABLE)["state"] == "queued"
    house.drain()
    assert "при проверке произошла ошибка" in told(house, FILLABLE)
    assert list(task_texts(house, FILLABLE)) in ([ANNA], [OLGA])
    assert house.live(FILLABLE)["state"] == "ready"
    assert house.erp_orders() == []
