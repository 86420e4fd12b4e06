"""Quotes and drafts the cases start from."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

from backend.domain.customer import CustomerKey
from backend.ports.erp import (
    OrderDraft,
    OrderDraftLine,
    PriceQuote,
    PriceRequest,
    PriceRequestLine,
)
from tests.contract.world import Goods, World

Asked = tuple[Goods, str, str]  # goods, unit id, quantity in that unit


def new_key() -> str:
    return f"SG-{uuid.uuid4().hex}"


def quote(world: World, customer: str | None, price_type: str | None, asked: Sequence[Asked]) -> PriceQuote:
    lines = [PriceRequestLine(str(n), goods.id, unit, Decimal(q)) for n, (goods, unit, q) in enumerate(asked)]
    return world.erp.quote_prices(PriceRequest(customer, price_type, lines))


def draft(
    world: World,
    asked: Sequence[Asked],
    *,
    key: str = "",
    customer: str = "",
    price_type: str | None = None,
    later: dict[int, int] | None = None,
    allow_shortage: bool = False,
    allow_over_credit: bool = False,
) -> OrderDraft:
    """An order for the first warehouse, at quoted prices. `later`: line number → days from today."""
    buyer = customer or world.customer(f"Покупатель {uuid.uuid4().hex}", CustomerKey())
    prices = {line.key: line.unit_price for line in quote(world, buyer, price_type, asked).lines}
    lines = [
        OrderDraftLine(
            key=str(number),
            product_id=goods.id,
            unit_id=unit,
            quantity=Decimal(quantity),
            unit_price=prices[str(number)],
            ship_on=world.today() + timedelta(days=later[number]) if later and number in later else None,
        )
        for number, (goods, unit, quantity) in enumerate(asked)
    ]
    warehouse = world.warehouses[0]
    allowed = {"allow_shortage": allow_shortage, "allow_over_credit": allow_over_credit}
    return OrderDraft(key or new_key(), buyer, warehouse, price_type, lines, **allowed)
