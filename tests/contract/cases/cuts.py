"""The line is cut while something is being written."""

from __future__ import annotations

import uuid

import pytest

from backend.domain.customer import CustomerKey
from backend.ports.erp import (
    CustomerDraft,
    ErpOutcomeUnknown,
    OrderState,
)
from tests.contract.cases.asking import draft
from tests.contract.world import Cut, World


class CutCases:
    @pytest.mark.parametrize("where", list(Cut))
    def test_an_order_cut_anywhere_is_finished_once(self, world: World, where: Cut) -> None:
        for step in range(1, world.writes_to_place() + 1):
            self.cut_at(world, step, where)

    @staticmethod
    def cut_at(world: World, step: int, where: Cut) -> None:
        here, _ = world.warehouses
        goods = world.goods(stock={here: "10"})
        wanted = draft(world, [(goods, goods.piece, "4")])
        with world.cut(step, where), pytest.raises(ErpOutcomeUnknown):
            world.erp.place_order(wanted)
        found = world.erp.find_order(wanted.key)
        assert (found is None) == (step == 1 and where is Cut.BEFORE_DOING)
        order = world.erp.place_order(wanted)
        assert [(line.ordered, line.reserved) for line in order.lines] == [(4, 4)]
        assert world.erp.read_stock([goods.id], [here]).rows[goods.id, here].reserved == 4
        if found is not None:
            assert order.id == found.id

    def test_a_lost_customer_is_found_by_its_key(self, world: World) -> None:
        key = CustomerKey(phone=f"+7926{uuid.uuid4().int % 10**7:07d}")
        with world.cut(1, Cut.AFTER_DOING), pytest.raises(ErpOutcomeUnknown):
            world.erp.create_customer(CustomerDraft("Потерянный", key))
        assert [customer.name for customer in world.erp.find_customers(key)] == ["Потерянный"]

    @pytest.mark.parametrize("where", list(Cut))
    def test_a_cancelling_cut_anywhere_is_finished(self, world: World, where: Cut) -> None:
        here, _ = world.warehouses
        goods = world.goods(stock={here: "10"})
        for step in range(1, world.writes_to_cancel() + 1):
            order = world.erp.place_order(draft(world, [(goods, goods.piece, "4")]))
            with world.cut(step, where), pytest.raises(ErpOutcomeUnknown):
                world.erp.cancel_order(order.id)
            assert world.erp.cancel_order(order.id).state is OrderState.CANCELLED
            assert world.erp.read_stock([goods.id], [here]).rows[goods.id, here].reserved == 0
