"""Orders at rest: what is written is read, and a deal has one living order."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from backend.domain.errors import Conflict, NotFound
from backend.domain.order import OrderStatus
from backend.storage import SqlStore
from tests.support.storage import ACCOUNT, DEAL, OTHER, START, an_order


def test_an_order_is_read_as_it_was_written(store: SqlStore) -> None:
    order = an_order(
        total=Decimal("23400.01"),
        erp_total=Decimal("23400.0125"),
        placed_at=START,
        error={"code": "erp_refused", "params": {"message": "нет"}},
    )
    with store.write() as unit:
        unit.orders.add(order)
    with store.read() as unit:
        assert unit.orders.get(ACCOUNT, order.id) == order
        assert unit.orders.latest_of_deal(ACCOUNT, DEAL) == order


def test_another_account_does_not_see_it(store: SqlStore) -> None:
    with store.write() as unit:
        unit.orders.add(an_order())
    with store.read() as unit:
        assert unit.orders.get(OTHER, "order-1") is None
        assert unit.orders.latest_of_deal(OTHER, DEAL) is None


@pytest.mark.parametrize(
    "status", [OrderStatus.PLACING, OrderStatus.PLACED, OrderStatus.PART_SHIPPED, OrderStatus.SHIPPED]
)
def test_a_deal_has_one_living_order(store: SqlStore, status: OrderStatus) -> None:
    with store.write() as unit:
        unit.orders.add(an_order(status=status))
    with store.write() as unit:
        with pytest.raises(Conflict) as refused:
            unit.orders.add(an_order("order-2"))
        assert refused.value.code == "order_exists"
    with store.write() as unit:
        unit.orders.add(an_order("order-3", deal_id=DEAL + 1))
        unit.orders.add(an_order("order-4", account_id=OTHER))


@pytest.mark.parametrize("status", [OrderStatus.FAILED, OrderStatus.CANCELLED])
def test_a_dead_order_makes_room(store: SqlStore, status: OrderStatus) -> None:
    with store.write() as unit:
        unit.orders.add(an_order(status=status))
        unit.orders.add(an_order("order-2", created_at=START + timedelta(seconds=1)))
    with store.read() as unit:
        latest = unit.orders.latest_of_deal(ACCOUNT, DEAL)
        assert latest is not None
        assert latest.id == "order-2"


def test_a_failed_order_cannot_come_back_beside_a_living_one(store: SqlStore) -> None:
    with store.write() as unit:
        unit.orders.add(an_order(status=OrderStatus.FAILED))
        unit.orders.add(an_order("order-2"))
    with pytest.raises(Conflict), store.write() as unit:
        unit.orders.save(an_order(status=OrderStatus.PLACING))


def test_saving_changes_the_stored_order_only(store: SqlStore) -> None:
    with store.write() as unit:
        unit.orders.add(an_order())
        placed = replace(an_order(), status=OrderStatus.PLACED, placed_at=START)
        unit.orders.save(placed)
        assert unit.orders.get(ACCOUNT, "order-1") == placed
        with pytest.raises(NotFound):
            unit.orders.save(an_order("order-9", deal_id=7))
        with pytest.raises(NotFound):
            unit.orders.save(replace(placed, account_id=OTHER))


def test_orders_to_follow_are_the_placed_ones_longest_unread_first(store: SqlStore) -> None:
    with store.write() as unit:
        for number, (status, minutes) in enumerate(
            [
                (OrderStatus.PLACED, 30),
                (OrderStatus.SHIPPED, None),
                (OrderStatus.PART_SHIPPED, 50),
                (OrderStatus.PLACED, 5),
            ]
        ):
            synced = None if minutes is None else START - timedelta(minutes=minutes)
            unit.orders.add(an_order(f"o{number}", deal_id=number, status=status, synced_at=synced))
        unit.orders.add(an_order("o8", deal_id=8, status=OrderStatus.PLACING))
        unit.orders.add(an_order("o9", account_id=OTHER, status=OrderStatus.PLACED))
    with store.read() as unit:
        due = unit.orders.to_follow(ACCOUNT, limit=10, synced_before=START - timedelta(minutes=10))
        assert [order.id for order in due] == ["o1", "o2", "o0"]
        assert len(unit.orders.to_follow(ACCOUNT, limit=1, synced_before=START)) == 1
