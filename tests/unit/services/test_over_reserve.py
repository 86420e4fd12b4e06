"""An ERP that promises the same goods twice (Odoo does): ours, the later order, is taken back or put to its manager."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from backend.domain.approval import Verdict
from backend.domain.order import Order, OrderStatus
from backend.erp.memory.faults import Fault
from backend.operations import handlers
from backend.ports.erp import OrderState
from backend.ports.store import Alert
from backend.services.ask_approval import ask_approval
from backend.services.decide_approval import decide_approval
from backend.services.follow_orders import follow_account
from backend.services.verify_order import SETTLED
from tests.support.house import ACCOUNT, FILLABLE, MANAGER, RIVAL, SHORT, SUPERVISOR, House, open_house
from tests.unit.services.test_order import held

LAG = timedelta(seconds=120)


@pytest.fixture
def careless(tmp_path: Path) -> Iterator[House]:
    """A house whose ERP over-reserves; what it reserves shows at once."""
    with open_house(tmp_path, over_reserves=True) as house:
        yield house


@pytest.fixture
def slow(tmp_path: Path) -> Iterator[House]:
    """The same, and a reserve shows only after two minutes."""
    with open_house(tmp_path, over_reserves=True, reserve_lag=LAG) as house:
        yield house


def order_of(house: House, deal: int = RIVAL) -> Order:
    with house.store.read() as unit:
        found = unit.orders.latest_of_deal(ACCOUNT, deal)
    assert found is not None
    return found


def alerts(house: House) -> list[Alert]:
    with house.store.read() as unit:
        return list(unit.alerts.open(ACCOUNT))


def somebody(house: House, pieces: str, *, assigned: bool = True, lagging: bool = False) -> str:
    """Another user of the ERP takes PANELs (six are there, the deal RIVAL wants four)."""
    panel = house.products["PANEL"].id
    return house.erp.people.promise(panel, "msk", Decimal(pieces), assigned=assigned, lagging=lagging)


def promised(house: House) -> Decimal:
    """All that the ERP has promised of PANELs, whether it shows or not."""
    row = house.erp.read_stock([house.products["PANEL"].id], ["msk"])
    return row.rows[house.products["PANEL"].id, "msk"].reserved


def test_an_order_for_what_is_there_stays(careless: House) -> None:
    somebody(careless, "2")
    careless.order(RIVAL)
    careless.drain(SETTLED * 2)
    assert order_of(careless).status is OrderStatus.PLACED
    assert careless.live(RIVAL)["state"] == "placed"
    assert promised(careless) == 6


@pytest.mark.parametrize("step", ["place_order.confirm", "place_order.reserve"])
def test_a_rival_who_confirmed_just_before_us_keeps_the_goods(careless: House, step: str) -> None:
    careless.order(RIVAL)
    careless.erp.script.before(step, lambda: somebody(careless, "3"))
    careless.drain()
    order = order_of(careless)
    assert (order.status, order.error and order.error["code"]) == (OrderStatus.FAILED, "over_reserved")
    assert [one.state for one in careless.erp_orders()] == [OrderState.CANCELLED]
    assert promised(careless) == 3
    assert held(careless, "PANEL") == 0
    [line] = order.error["params"]["lines"]  # type: ignore[index]
    assert (line["name"], line["missing"], line["unit"]) == ("Щит распределительный 24М", "1", "шт")
    [note] = careless.notes(RIVAL)
    assert "Щит распределительный 24М: 1\u00a0шт" in note
    assert "снят" in note
    assert alerts(careless) == []


def test_the_panel_says_so_and_lets_them_choose_anew(careless: House) -> None:
    careless.order(RIVAL)
    careless.erp.script.before("place_order.reserve", lambda: somebody(careless, "3"))
    careless.drain()
    panel = careless.live(RIVAL)
    assert (panel["state"], panel["order"]["error"]["code"]) == ("failed", "over_reserved")
    assert panel["order"]["can_retry"]
    assert panel["lines"][0]["available"] == "3"
    careless.clock.advance(timedelta(minutes=1))
    careless.set_quantity(RIVAL, "PANEL", "3")
    careless.order(RIVAL)
    careless.drain(SETTLED * 2)
    assert order_of(careless).status is OrderStatus.PLACED
    assert promised(careless) == 6


def test_a_rival_just_after_our_look_is_found_by_the_second(careless: House) -> None:
    careless.order(RIVAL)
    careless.drain()
    assert order_of(careless).status is OrderStatus.PLACED
    number = order_of(careless).parts[0].number
    somebody(careless, "3")
    careless.drain(SETTLED * 2)
    order = order_of(careless)
    assert (order.status, order.error and order.error["code"]) == (OrderStatus.FAILED, "over_reserved")
    assert promised(careless) == 3
    assert any(str(number) in note and "снят" in note for note in careless.notes(RIVAL))
    assert careless.live(RIVAL)["order"]["numbers"] == []


def test_who_came_later_and_waits_for_goods_does_not_cost_us_ours(careless: House) -> None:
    """The ERP lets others order beyond its stock too; theirs waits, ours lies reserved."""
    careless.order(RIVAL)
    careless.drain()
    somebody(careless, "5", assigned=False)
    careless.drain(SETTLED * 2)
    assert order_of(careless).status is OrderStatus.PLACED


def test_who_was_first_and_waits_for_goods_keeps_them(careless: House) -> None:
    careless.order(RIVAL)
    careless.erp.script.before("place_order.create", lambda: somebody(careless, "5", assigned=False))
    careless.drain()
    assert order_of(careless).status is OrderStatus.FAILED


def test_goods_on_their_way_count_as_the_rules_say(careless: House) -> None:
    """FILLABLE wants six drills: three are free, ten come within the horizon."""
    drill = careless.products["DRILL"].id
    careless.order(FILLABLE)
    careless.erp.script.before("place_order.reserve", lambda: careless.erp.people.promise(
        drill, "msk", Decimal(7), assigned=False
    ))  # fmt: skip
    careless.drain(SETTLED * 2)
    assert order_of(careless, FILLABLE).status is OrderStatus.PLACED


def test_one_drill_beyond_the_horizon_is_one_too_many(careless: House) -> None:
    drill = careless.products["DRILL"].id
    careless.order(FILLABLE)
    careless.erp.script.before("place_order.reserve", lambda: careless.erp.people.promise(
        drill, "msk", Decimal(8), assigned=False
    ))  # fmt: skip
    careless.drain()
    assert order_of(careless, FILLABLE).status is OrderStatus.FAILED
    assert "Дрель ударная: 1" in careless.notes(FILLABLE)[0]


def test_what_a_supervisor_allowed_is_not_looked_at(careless: House) -> None:
    ask_approval(careless.services, MANAGER, SHORT, "Клиент подождёт")
    decide_approval(
        careless.services, SUPERVISOR, SHORT, verdict=Verdict.APPROVE, reason="Так надо", quantities={}
    )  # fmt: skip
    careless.order(SHORT)
    careless.erp.script.before("place_order.reserve", lambda: somebody(careless, "3"))
    careless.drain(SETTLED * 2)
    assert order_of(careless, SHORT).status is OrderStatus.PLACED


def test_an_honest_erp_is_not_asked_again(house: House) -> None:
    house.order(RIVAL)
    house.drain(SETTLED * 2)
    assert "read_orders" not in house.erp.calls
    with house.store.read() as unit:
        assert unit.operations.runnable(now=house.clock.now() + timedelta(days=1), limit=9) == []


def test_goods_that_left_stay_and_the_manager_is_told(careless: House) -> None:
    careless.order(RIVAL)
    careless.drain()
    somebody(careless, "3")
    careless.erp.people.ship(careless.erp_orders()[0].id, {careless.products["PANEL"].id: Decimal(1)})
    careless.drain(SETTLED * 2)
    assert order_of(careless).status is not OrderStatus.FAILED
    [alert] = alerts(careless)
    assert (alert.kind, alert.data["deal_id"]) == ("over_reserved", RIVAL)
    assert any("Договоритесь со складом" in note and "Щит" in note for note in careless.notes(RIVAL))


def test_the_alert_is_over_when_the_order_is(careless: House) -> None:
    test_goods_that_left_stay_and_the_manager_is_told(careless)
    careless.erp.people.ship(careless.erp_orders()[0].id)
    careless.clock.advance(timedelta(minutes=2))
    follow_account(careless.services, ACCOUNT, every=timedelta(minutes=1))
    assert order_of(careless).status is OrderStatus.SHIPPED
    assert alerts(careless) == []


def test_goods_that_leave_while_we_take_it_back_are_not_called_back(careless: House) -> None:
    careless.order(RIVAL)
    careless.drain()
    somebody(careless, "3")
    part = {careless.products["PANEL"].id: Decimal(1)}
    order_id = careless.erp_orders()[0].id
    careless.erp.script.before("cancel_order", lambda: careless.erp.people.ship(order_id, part))
    careless.drain(SETTLED * 2)
    order = order_of(careless)
    assert (order.status is OrderStatus.FAILED, order.error) == (False, None)


def test_with_a_lag_the_second_look_sees_what_the_first_could_not(slow: House) -> None:
    slow.order(RIVAL)
    slow.erp.script.before("place_order.reserve", lambda: somebody(slow, "3", lagging=True))
    slow.drain()
    slow.drain(LAG + SETTLED * 2)
    assert order_of(slow).status is OrderStatus.FAILED
    assert promised(slow) == 3


def test_with_a_lag_an_order_for_what_is_there_stays(slow: House) -> None:
    slow.order(RIVAL)
    slow.drain()
    assert order_of(slow).status is OrderStatus.PLACED
    slow.drain(LAG + SETTLED * 2)
    assert order_of(slow).status is OrderStatus.PLACED


@pytest.mark.parametrize("fault", [Fault.LOST_BEFORE, Fault.LOST_AFTER, Fault.UNAVAILABLE])
@pytest.mark.parametrize("late", [False, True])
def test_cut_while_it_is_taken_back_it_is_taken_back_for_the_same_reason(
    careless: House, fault: Fault, late: bool
) -> None:
    careless.order(RIVAL)
    if late:
        careless.drain()
        somebody(careless, "3")
    else:
        careless.erp.script.before("place_order.reserve", lambda: somebody(careless, "3"))
    careless.erp.script.fail("cancel_order", fault)
    careless.drain(timedelta(minutes=5))
    order = order_of(careless)
    assert (order.status, order.error and order.error["code"]) == (OrderStatus.FAILED, "over_reserved")
    assert [one.state for one in careless.erp_orders()] == [OrderState.CANCELLED]
    assert promised(careless) == 3
    assert sum("снят" in note for note in careless.notes(RIVAL)) == 1


def test_a_silent_erp_at_the_look_leaves_the_order_unfinished(careless: House) -> None:
    """Nobody is told that it is placed before it was looked at."""
    careless.order(RIVAL)
    careless.erp.script.before("place_order.reserve", lambda: somebody(careless, "3"))
    careless.erp.script.after("place_order", lambda: careless.erp.script.fail("read_stock", Fault.UNAVAILABLE))
    careless.drain()
    assert order_of(careless).status is OrderStatus.PLACING
    careless.drain(timedelta(minutes=1))
    assert order_of(careless).status is OrderStatus.FAILED


def test_the_next_order_of_the_deal_does_not_wait_for_the_look(careless: House) -> None:
    """The look belongs to no deal's queue."""
    careless.order(RIVAL)
    careless.drain()
    with careless.store.read() as unit:
        assert unit.operations.open_kinds(ACCOUNT, RIVAL) == []


def test_a_look_run_again_changes_nothing(careless: House) -> None:
    careless.order(RIVAL)
    careless.drain()
    somebody(careless, "3")
    with careless.store.read() as unit:
        later = careless.clock.now() + SETTLED
        [ready] = [unit.operations.get(one) for one in unit.operations.runnable(now=later, limit=9)]
    assert ready is not None
    for _ in range(2):
        handlers(careless.services)["order.verify"](ready)
    careless.drain()
    assert order_of(careless).status is OrderStatus.FAILED
    assert sum("снят" in note for note in careless.notes(RIVAL)) == 1


def test_goods_that_left_before_it_could_be_taken_back_are_put_to_the_manager(careless: House) -> None:
    """It was decided, the ERP went silent before it was asked, and the warehouse shipped meanwhile."""
    careless.order(RIVAL)
    careless.drain()
    somebody(careless, "3")
    order_id = careless.erp_orders()[0].id
    careless.erp.script.fail("find_order", Fault.UNAVAILABLE)
    careless.clock.advance(SETTLED)
    careless.drain()
    assert order_of(careless).error is not None
    careless.erp.people.ship(order_id, {careless.products["PANEL"].id: Decimal(1)})
    careless.drain(timedelta(minutes=1))
    assert careless.erp_orders()[0].state is OrderState.OPEN, "what is still to be shipped was not cancelled"
    assert order_of(careless).error is None
    assert [one.kind for one in alerts(careless)] == ["over_reserved"]
    assert any("Договоритесь со складом" in note and "Щит" in note for note in careless.notes(RIVAL))
