"""An order and its reserve: whole, once, or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

import pytest

from backend.domain.customer import CustomerKey
from backend.ports.erp import (
    ErpRefused,
    ErpShortage,
    OrderDraft,
    OrderState,
    ShipmentState,
)
from tests.contract.cases.asking import draft
from tests.contract.world import Goods, World


def nothing_left(world: World, wanted: OrderDraft, goods: Sequence[Goods]) -> None:
    here, _ = world.warehouses
    assert world.erp.find_order(wanted.key) is None
    rows = world.erp.read_stock([each.id for each in goods], [here]).rows
    assert {row.reserved for row in rows.values()} == {Decimal(0)}


class OrderCases:
    def test_a_placed_order_is_wholly_reserved(self, world: World) -> None:
        here, _ = world.warehouses
        goods = world.goods(stock={here: "30"})
        wanted = draft(world, [(goods, goods.piece, "3"), (goods, goods.pack, "2")])
        order = world.erp.place_order(wanted)
        assert (order.key, order.state, order.warehouse_id) == (wanted.key, OrderState.OPEN, here)
        assert order.number
        assert [(line.key, line.ordered, line.reserved, line.awaiting) for line in order.lines] == [
            ("0", 3, 3, 0),
            ("1", 20, 20, 0),
        ]
        assert [shipment.state for shipment in order.shipments] == [ShipmentState.RESERVED]
        row = world.erp.read_stock([goods.id], [here]).rows[goods.id, here]
        assert (row.on_hand, row.reserved) == (30, 23)

    def test_placing_twice_makes_one_order(self, world: World) -> None:
        here, _ = world.warehouses
        goods = world.goods(stock={here: "30"})
        wanted = draft(world, [(goods, goods.piece, "3")])
        first, second = world.erp.place_order(wanted), world.erp.place_order(wanted)
        assert first == second
        assert world.erp.read_stock([goods.id], [here]).rows[goods.id, here].reserved == 3

    def test_kits_take_their_components(self, world: World) -> None:
        here, _ = world.warehouses
        screw, plate = world.goods(stock={here: "9"}), world.goods(stock={here: "9"})
        kit = world.kit({screw.id: "4", plate.id: "1"})
        order = world.erp.place_order(draft(world, [(kit, kit.piece, "2")]))
        assert [(line.product_id, line.ordered, line.reserved) for line in order.lines] == [(kit.id, 2, 2)]
        rows = world.erp.read_stock([screw.id, plate.id], [here]).rows
        assert (rows[screw.id, here].reserved, rows[plate.id, here].reserved) == (8, 2)

    def test_lines_for_later_wait_in_a_shipment_of_their_own(self, world: World) -> None:
        here, _ = world.warehouses
        now, later = world.goods(stock={here: "5"}), world.goods()
        world.delivery(later, "10", world.today() + timedelta(days=4))
        asked = [(now, now.piece, "5"), (later, later.piece, "6")]
        order = world.erp.place_order(draft(world, asked, later={1: 7}))
        due = world.today() + timedelta(days=7)
        assert [(line.reserved, line.awaiting, line.expected) for line in order.lines] == [(5, 0, None), (0, 6, due)]
        states = {shipment.state: shipment.planned for shipment in order.shipments}
        assert states == {ShipmentState.RESERVED: world.today(), ShipmentState.WAITING: due}
        promised = world.erp.read_stock([later.id], [here]).rows[later.id, here].promised
        assert [(move.quantity, move.due) for move in promised] == [(6, due)]

    def test_an_allowed_shortage_is_placed_and_waits(self, world: World) -> None:
        here, _ = world.warehouses
        goods = world.goods(stock={here: "4"})
        order = world.erp.place_order(draft(world, [(goods, goods.piece, "5")], allow_shortage=True))
        assert [(line.reserved, line.awaiting) for line in order.lines] == [(4, 1)]
        assert [shipment.state for shipment in order.shipments] == [ShipmentState.WAITING]

    def test_a_credit_limit_refuses_even_where_shortage_is_allowed(self, world: World) -> None:
        here, _ = world.warehouses
        goods = world.goods(price="1000", stock={here: "4"})
        poor = world.customer("Бедный", CustomerKey(), limit="10")
        wanted = draft(world, [(goods, goods.piece, "2")], customer=poor, allow_shortage=True)
        with pytest.raises(ErpRefused) as caught:
            world.erp.place_order(wanted)
        assert not isinstance(caught.value, ErpShortage)
        assert caught.value.data["message"]
        nothing_left(world, wanted, [goods])

    def test_an_order_allowed_over_credit_is_placed(self, world: World) -> None:
        here, _ = world.warehouses
        goods = world.goods(price="1000", stock={here: "4"})
        poor = world.customer("Бедный с разрешением", CustomerKey(), limit="10")
        order = world.erp.place_order(draft(world, [(goods, goods.piece, "2")], customer=poor, allow_over_credit=True))
        assert [line.reserved for line in order.lines] == [2]

    def test_find_order(self, world: World) -> None:
        here, _ = world.warehouses
        goods = world.goods(stock={here: "4"})
        wanted = draft(world, [(goods, goods.piece, "1")])
        assert world.erp.find_order(wanted.key) is None
        assert world.erp.find_order(wanted.key) is None
        order = world.erp.place_order(wanted)
        assert world.erp.find_order(wanted.key) == order

    def test_read_orders_leaves_unknown_ones_out(self, world: World) -> None:
        here, _ = world.warehouses
        goods = world.goods(stock={here: "9"})
        orders = [world.erp.place_order(draft(world, [(goods, goods.piece, "1")])) for _ in range(2)]
        before = world.calls()
        assert list(world.erp.read_orders([orders[0].id, "987654321"])) == [orders[0]]
        one = world.calls() - before
        assert [order.id for order in world.erp.read_orders([order.id for order in orders])] == [o.id for o in orders]
        assert world.calls() - before == 2 * one

    def test_calls_do_not_grow_with_lines(self, world: World) -> None:
        here, _ = world.warehouses
        goods = [world.goods(stock={here: "9"}) for _ in range(5)]
        world.erp.place_order(draft(world, [(goods[0], goods[0].piece, "1")]))
        few = draft(world, [(goods[0], goods[0].piece, "1")])
        many = draft(world, [(each, each.piece, "1") for each in goods])
        before = world.calls()
        world.erp.place_order(few)
        one = world.calls() - before
        world.erp.place_order(many)
        assert world.calls() - before - one == one
