"""A stock reading tells everything promised and everything coming."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from tests.contract.world import World


class StockCases:
    def test_reserved_counts_what_is_assigned_and_what_waits(self, world: World) -> None:
        """Else goods on the way are sold twice."""
        here, _ = world.warehouses
        goods = world.goods(stock={here: "10"})
        world.delivery(goods, "20", world.today() + timedelta(days=5))
        world.promise(goods, "4", assigned=True)
        world.promise(goods, "15", assigned=False, due=world.today() + timedelta(days=6))
        row = world.erp.read_stock([goods.id], [here]).rows[goods.id, here]
        assert (row.on_hand, row.reserved) == (Decimal(10), Decimal(19))
        assert sum(move.quantity for move in row.promised) == row.reserved
        assert [(move.quantity, move.due) for move in row.incoming] == [(20, world.today() + timedelta(days=5))]

    def test_promises_tell_what_is_taken_now_and_what_is_due_later(self, world: World) -> None:
        here, _ = world.warehouses
        goods = world.goods(stock={here: "10"})
        world.delivery(goods, "20", world.today() + timedelta(days=5))
        world.promise(goods, "4", assigned=True)
        world.promise(goods, "15", assigned=False, due=world.today() + timedelta(days=6))
        row = world.erp.read_stock([goods.id], [here]).rows[goods.id, here]
        at_once = sum(move.quantity for move in row.promised if move.due is None or move.due <= world.today())
        later = [(move.quantity, move.due) for move in row.promised if move.due and move.due > world.today()]
        assert at_once == 4
        assert later == [(15, world.today() + timedelta(days=6))]

    def test_deliveries_keep_their_dates_even_past_or_unknown(self, world: World) -> None:
        here, _ = world.warehouses
        goods = world.goods()
        past = world.today() - timedelta(days=3)
        world.delivery(goods, "7", past)
        world.delivery(goods, "5", None)
        row = world.erp.read_stock([goods.id], [here]).rows[goods.id, here]
        assert sorted((move.quantity, move.due is None) for move in row.incoming) == [(5, True), (7, False)]
        assert {move.due for move in row.incoming} == {past, None}

    def test_unconfirmed_deliveries_do_not_count(self, world: World) -> None:
        here, _ = world.warehouses
        goods = world.goods()
        world.delivery(goods, "7", world.today() + timedelta(days=1), confirmed=False)
        assert world.erp.read_stock([goods.id], [here]).rows[goods.id, here].incoming == ()

    def test_every_product_in_every_warehouse_zeros_included(self, world: World) -> None:
        here, there = world.warehouses
        full, empty = world.goods(stock={here: "3", there: "8.0"}), world.goods()
        reading = world.erp.read_stock([full.id, empty.id, "987654321"], [here, there])
        assert {cell: row.on_hand for cell, row in reading.rows.items()} == {
            (full.id, here): 3,
            (full.id, there): 8,
            (empty.id, here): 0,
            (empty.id, there): 0,
        }
        assert reading.unknown == {"987654321"}
        assert reading.taken_at.utcoffset() == timedelta(0)

    def test_kits_have_no_stock_of_their_own(self, world: World) -> None:
        here, _ = world.warehouses
        part = world.goods(stock={here: "10"})
        kit = world.kit({part.id: "2"})
        reading = world.erp.read_stock([kit.id, part.id], [here])
        assert reading.unknown == {kit.id}
        assert reading.rows[part.id, here].on_hand == 10

    def test_calls_do_not_grow_with_products(self, world: World) -> None:
        here, _ = world.warehouses
        products = [world.goods().id for _ in range(12)]
        world.erp.read_stock(products[:1], [here])
        before = world.calls()
        world.erp.read_stock(products[:1], [here])
        one = world.calls() - before
        world.erp.read_stock(products, [here])
        assert world.calls() - before - one == one

    def test_calls_grow_by_one_a_warehouse_at_most(self, world: World) -> None:
        here, there = world.warehouses
        goods = world.goods()
        world.erp.read_stock([goods.id], [here])
        before = world.calls()
        world.erp.read_stock([goods.id], [here])
        one = world.calls() - before
        world.erp.read_stock([goods.id], [here, there])
        assert world.calls() - before - one <= one + 1
