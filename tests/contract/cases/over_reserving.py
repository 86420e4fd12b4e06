"""An ERP that promises goods that are not there must at least show it. Of those that declare `over_reserves`."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from backend.domain.stock import WarehouseStock
from backend.ports.erp import OrderState
from tests.contract.cases.asking import draft
from tests.contract.world import Goods, World


class OverReserveCases:
    """What the caller's look after placing rests on."""

    def test_it_says_so(self, world: World) -> None:
        assert world.erp.capabilities().over_reserves

    def test_what_is_promised_twice_shows_in_the_figures(self, world: World) -> None:
        here, _ = world.warehouses
        goods = world.goods(stock={here: "1"})
        drafts = [draft(world, [(goods, goods.piece, "1")]) for _ in range(2)]
        with ThreadPoolExecutor(2) as pool:
            placed = list(pool.map(world.erp.place_order, drafts))
        assert [order.state for order in placed] == [OrderState.OPEN] * 2
        row = self.row(world, goods)
        assert (row.on_hand, row.reserved) == (1, 2)
        assigned = sum(line.reserved for order in placed for line in order.lines)
        assert row.assigned == assigned

    def test_an_order_taken_back_leaves_the_other_its_goods(self, world: World) -> None:
        here, _ = world.warehouses
        goods = world.goods(stock={here: "1"})
        first, second = (world.erp.place_order(draft(world, [(goods, goods.piece, "1")])) for _ in range(2))
        assert world.erp.cancel_order(second.id).state is OrderState.CANCELLED
        row = self.row(world, goods)
        assert (row.reserved, row.assigned) == (1, 1)
        assert [line.reserved for line in world.erp.read_orders([first.id])[0].lines] == [1]

    def test_what_waits_is_told_apart_from_what_is_assigned(self, world: World) -> None:
        here, _ = world.warehouses
        goods = world.goods(stock={here: "4"})
        order = world.erp.place_order(draft(world, [(goods, goods.piece, "5")]))
        assert [(line.reserved, line.awaiting) for line in order.lines] == [(4, 1)]
        row = self.row(world, goods)
        assert (row.reserved, row.assigned) == (5, 4)

    @staticmethod
    def row(world: World, goods: Goods) -> WarehouseStock:
        here, _ = world.warehouses
        return world.erp.read_stock([goods.id], [here]).rows[goods.id, here]
