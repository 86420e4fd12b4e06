"""The quote is what the order will total."""

from __future__ import annotations

from decimal import Decimal

import pytest

from backend.domain.money import Money
from backend.ports.erp import (
    PriceRequest,
    PriceRequestLine,
)
from tests.contract.cases.asking import draft, quote
from tests.contract.world import World


class PriceCases:
    @pytest.mark.parametrize(
        "lines",
        [
            [("35.55", "22", "3")],
            [("35.55", "22", "3"), ("17.33", "10", "7"), ("0.07", "22", "11")],
            [("33.33", "22", "1")] * 5,
            [("99.99", "10", "3"), ("99.99", "22", "3")],
        ],
    )
    def test_the_quote_is_the_placed_total_to_the_kopeck(self, world: World, lines: list[tuple[str, str, str]]) -> None:
        here, _ = world.warehouses
        asked = []
        for price, vat, quantity in lines:
            goods = world.goods(price=price, vat=vat, stock={here: "1000"})
            asked.append((goods, goods.piece, quantity))
        price_type = world.price_type("93")
        wanted = draft(world, asked, price_type=price_type)
        priced = quote(world, wanted.customer_id, price_type, asked)
        order = world.erp.place_order(wanted)
        assert order.total == priced.total
        assert priced.net + priced.vat == priced.total

    @pytest.mark.parametrize("percent", ["100", "90", "85"])
    def test_prices_told_with_vat_give_the_same_total(self, world: World, percent: str) -> None:
        """Price lists with tax included: 189.00 and 35.55 are what the buyer pays for one."""
        here, _ = world.warehouses
        first, second = (
            world.goods(price="189.00", stock={here: "99"}),
            world.goods(price="35.55", vat="10", stock={here: "99"}),
        )
        asked = [(first, first.piece, "3"), (second, second.pack, "2"), (second, second.piece, "7")]
        price_type = world.price_type(percent, gross=True)
        wanted = draft(world, asked, price_type=price_type)
        priced = quote(world, wanted.customer_id, price_type, asked)
        assert world.erp.place_order(wanted).total == priced.total
        paid = (Decimal("189.00") * 3 + Decimal("35.55") * 27) * Decimal(percent) / 100
        assert abs(priced.total.amount - paid) <= Decimal("0.02")

    def test_packs_cost_their_pieces(self, world: World) -> None:
        goods = world.goods(price="35")
        priced = quote(world, None, world.price_type("90"), [(goods, goods.pack, "2")])
        assert priced.lines[0].unit_price.amount == Decimal(315)
        assert priced.lines[0].list_price.amount == Decimal(350)
        assert priced.lines[0].discount_percent == Decimal(10)
        assert priced.lines[0].net == Money(Decimal(630))

    def test_more_is_cheaper_by_the_lines_own_quantity(self, world: World) -> None:
        goods = world.goods(price="100")
        price_type = world.price_type("100", brackets={"10": "80", "100": "50"})
        asked = [
            (goods, goods.piece, "9"),
            (goods, goods.piece, "10"),
            (goods, goods.pack, "1"),
            (goods, goods.pack, "10"),
        ]
        prices = [line.unit_price.amount for line in quote(world, None, price_type, asked).lines]
        assert prices == [100, 80, 800, 500]

    def test_what_has_no_price_is_told(self, world: World) -> None:
        goods = world.goods()
        lines = [PriceRequestLine("a", goods.id, goods.piece, Decimal(1))]
        lines.append(PriceRequestLine("b", "987654321", goods.piece, Decimal(1)))
        priced = world.erp.quote_prices(PriceRequest(None, None, lines))
        assert [line.key for line in priced.lines] == ["a"]
        assert priced.unpriced == ("b",)

    def test_calls_do_not_grow_with_lines(self, world: World) -> None:
        asked = [(goods, goods.piece, "1") for goods in (world.goods() for _ in range(8))]
        price_type = world.price_type("90", brackets={"10": "80"})
        quote(world, None, price_type, asked)
        before = world.calls()
        quote(world, None, price_type, asked[:1])
        one = world.calls() - before
        quote(world, None, price_type, asked)
        assert world.calls() - before - one == one
