"""The in-memory ERP's own gifts: faults, rivals, lag, and a lock that holds."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal

import pytest

from backend.domain.customer import CustomerKey
from backend.domain.money import Money
from backend.domain.stock import Product
from backend.erp.memory.adapter import MemoryErp
from backend.erp.memory.faults import ERRORS, Fault
from backend.ports.erp import (
    ErpBusy,
    ErpOutcomeUnknown,
    ErpShortage,
    ErpUnavailable,
    OrderDraft,
    OrderDraftLine,
    PaymentState,
)
from tests.support.erp_memory_world import StoppedClock

LAG = timedelta(seconds=30)


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture
def erp(clock: StoppedClock) -> MemoryErp:
    return MemoryErp(clock)


@pytest.fixture
def warehouse(erp: MemoryErp) -> str:
    return erp.people.warehouse("Москва")


@pytest.fixture
def last_piece(erp: MemoryErp, warehouse: str) -> Product:
    return erp.people.product("LAST", stock={warehouse: Decimal(1)})


def draft(erp: MemoryErp, product: Product, warehouse: str, key: str) -> OrderDraft:
    buyer = erp.people.customer(f"Покупатель {key}", CustomerKey())
    line = OrderDraftLine("1", product.id, product.base_unit.id, Decimal(1), Money(Decimal(100)))
    return OrderDraft(key, buyer, warehouse, None, [line])


def test_a_rival_between_looking_and_placing_takes_the_last_piece(
    erp: MemoryErp, warehouse: str, last_piece: Product
) -> None:
    ours, theirs = draft(erp, last_piece, warehouse, "ours"), draft(erp, last_piece, warehouse, "theirs")
    erp.script.before("place_order.confirm", lambda: erp.place_order(theirs))
    with pytest.raises(ErpShortage):
        erp.place_order(ours)
    assert erp.find_order("ours") is None
    assert erp.find_order("theirs") is not None


def test_a_rival_after_the_promise_comes_too_late(erp: MemoryErp, warehouse: str, last_piece: Product) -> None:
    ours, theirs = draft(erp, last_piece, warehouse, "ours"), draft(erp, last_piece, warehouse, "theirs")
    refused: list[ErpShortage] = []

    def rival() -> None:
        with pytest.raises(ErpShortage) as caught:
            erp.place_order(theirs)
        refused.append(caught.value)

    erp.script.after("place_order.confirm", rival)
    assert erp.place_order(ours).lines[0].reserved == 1
    assert len(refused) == 1


def test_many_threads_never_sell_the_last_piece_twice(erp: MemoryErp, warehouse: str, last_piece: Product) -> None:
    def place(number: int) -> bool:
        try:
            erp.place_order(draft(erp, last_piece, warehouse, f"key {number}"))
        except ErpShortage:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(place, range(24)))
    assert won.count(True) == 1


@pytest.mark.parametrize("fault", list(Fault))
def test_every_fault_is_the_ports_error_once(erp: MemoryErp, fault: Fault) -> None:
    erp.script.fail("warehouses", fault)
    with pytest.raises(ERRORS[fault]):
        erp.warehouses()
    assert list(erp.warehouses()) == []


def test_down_lasts_until_up(erp: MemoryErp, warehouse: str) -> None:
    erp.script.down()
    for _ in range(3):
        with pytest.raises(ErpUnavailable):
            erp.read_stock([], [warehouse])
    erp.script.up()
    erp.read_stock([], [warehouse])


def test_only_the_step_that_is_down_fails(erp: MemoryErp) -> None:
    erp.script.down(Fault.BUSY, step="price_types")
    erp.warehouses()
    with pytest.raises(ErpBusy):
        erp.price_types()


def test_a_lost_answer_was_done(erp: MemoryErp, warehouse: str, last_piece: Product) -> None:
    ours = draft(erp, last_piece, warehouse, "ours")
    erp.script.fail("place_order", Fault.LOST_AFTER)
    with pytest.raises(ErpOutcomeUnknown):
        erp.place_order(ours)
    found = erp.find_order("ours")
    assert found is not None
    assert found.lines[0].reserved == 1


def test_a_reserve_shows_only_after_the_lag(clock: StoppedClock) -> None:
    erp = MemoryErp(clock, reserve_lag=LAG)
    warehouse = erp.people.warehouse("Москва")
    product = erp.people.product("SLOW", stock={warehouse: Decimal(5)})
    erp.place_order(draft(erp, product, warehouse, "ours"))

    def reserved() -> Decimal:
        return erp.read_stock([product.id], [warehouse]).rows[product.id, warehouse].reserved

    assert erp.capabilities().reserve_lag == LAG
    assert reserved() == 0
    clock.moment += LAG
    assert reserved() == 1


def test_paying_shows(erp: MemoryErp, warehouse: str, last_piece: Product) -> None:
    order = erp.place_order(draft(erp, last_piece, warehouse, "ours"))
    erp.people.pay(order.id, Decimal(22))
    assert erp.read_orders([order.id])[0].payment is PaymentState.PART
    erp.people.pay(order.id, Decimal(100))
    assert erp.read_orders([order.id])[0].payment is PaymentState.PAID


def test_a_delivery_received_lies_on_the_shelf(erp: MemoryErp, warehouse: str, last_piece: Product) -> None:
    coming = erp.people.delivery(last_piece.id, warehouse, Decimal(7), None)
    erp.people.receive(coming)
    row = erp.read_stock([last_piece.id], [warehouse]).rows[last_piece.id, warehouse]
    assert (row.on_hand, row.incoming) == (Decimal(8), ())


def test_calls_are_counted(erp: MemoryErp) -> None:
    erp.warehouses()
    erp.warehouses()
    assert erp.calls == {"warehouses": 2}
