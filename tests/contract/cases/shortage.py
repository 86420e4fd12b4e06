"""What is not there is refused, and leaves nothing. Of every ERP that does not declare `over_reserves`."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from backend.domain.customer import CustomerKey
from backend.ports.erp import ErpOrder, ErpShortage, OrderDraft
from tests.contract.cases.asking import draft
from tests.contract.cases.orders import nothing_left
from tests.contract.world import World


class ShortageCases:
    def test_it_does_not_say_that_it_promises_goods_twice(self, world: World) -> None:
        assert not world.erp.capabilities().over_reserves

    def test_a_kit_short_of_one_component_is_refused(self, world: World) -> None:
        here, _ = world.warehouses
        screw, plate = world.goods(stock={here: "7"}), world.goods(stock={here: "9"})
        kit = world.kit({screw.id: "4", plate.id: "1"})
        wanted = draft(world, [(kit, kit.piece, "2")])
        with pytest.raises(ErpShortage):
            world.erp.place_order(wanted)
        nothing_left(world, wanted, [screw, plate])

    def test_a_shortage_leaves_nothing_behind(self, world: World) -> None:
        here, _ = world.warehouses
        goods, plenty = world.goods(stock={here: "4"}), world.goods(stock={here: "50"})
        wanted = draft(world, [(plenty, plenty.piece, "1"), (goods, goods.piece, "5")])
        with pytest.raises(ErpShortage) as caught:
            world.erp.place_order(wanted)
        assert goods.id in {line.product_id for line in caught.value.lines}
        assert plenty.id not in {line.product_id for line in caught.value.lines}
        nothing_left(world, wanted, [goods, plenty])

    def test_what_others_wait_for_is_not_sold_twice(self, world: World) -> None:
        here, _ = world.warehouses
        goods = world.goods()
        world.delivery(goods, "10", world.today() + timedelta(days=4))
        world.promise(goods, "8", assigned=False, due=world.today() + timedelta(days=5))
        wanted = draft(world, [(goods, goods.piece, "3")], later={0: 7})
        with pytest.raises(ErpShortage):
            world.erp.place_order(wanted)
        assert world.erp.read_stock([goods.id], [here]).rows[goods.id, here].reserved == 8

    def test_after_a_shortage_the_key_can_be_used_again(self, world: World) -> None:
        here, _ = world.warehouses
        goods = world.goods(stock={here: "4"})
        wanted = draft(world, [(goods, goods.piece, "5")])
        with pytest.raises(ErpShortage):
            world.erp.place_order(wanted)
        less = draft(world, [(goods, goods.piece, "4")], key=wanted.key, customer=wanted.customer_id)
        assert [line.reserved for line in world.erp.place_order(less).lines] == [4]

    def test_leave_over_credit_is_no_leave_beyond_stock(self, world: World) -> None:
        here, _ = world.warehouses
        goods = world.goods(price="1000", stock={here: "1"})
        poor = world.customer("Бедный и жадный", CustomerKey(), limit="10")
        wanted = draft(world, [(goods, goods.piece, "2")], customer=poor, allow_over_credit=True)
        with pytest.raises(ErpShortage):
            world.erp.place_order(wanted)
        nothing_left(world, wanted, [goods])

    def test_of_two_at_once_one_gets_the_last_piece(self, world: World) -> None:
        here, _ = world.warehouses
        goods = world.goods(stock={here: "1"})
        drafts = [draft(world, [(goods, goods.piece, "1")]) for _ in range(2)]

        def place(wanted: OrderDraft) -> ErpOrder | None:
            try:
                return world.erp.place_order(wanted)
            except ErpShortage:
                return None

        with ThreadPoolExecutor(2) as pool:
            placed = [order for order in pool.map(place, drafts) if order is not None]
        assert [order.lines[0].reserved for order in placed] == [1]
        assert world.erp.read_stock([goods.id], [here]).rows[goods.id, here].reserved == 1
