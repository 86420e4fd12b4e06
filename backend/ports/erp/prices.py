"""Prices for one customer, computed as the ERP computes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from backend.domain.money import Money


@dataclass(frozen=True, slots=True)
class PriceType:
    """A price list or price type of the ERP."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class PriceRequestLine:
    """`quantity` in `unit_id`'s unit, as a person would say it."""

    key: str
    product_id: str
    unit_id: str
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class PriceRequest:
    """One basket of one customer (None = nobody yet: the price type alone decides)."""

    customer_id: str | None
    price_type_id: str | None
    lines: Sequence[PriceRequestLine]


@dataclass(frozen=True, slots=True)
class PricedLine:
    """`unit_price` is for one `unit_id`, as the ERP stores it; `list_price` before the discount, same unit; both with
    or without VAT as the ERP's price is (`PriceQuote.prices_include_vat`). `discount_percent` None = none.
    `vat_rate` percent, None = without VAT. `amount` line total with VAT as the ERP will print it; `net` without.
    `cost` purchase value of the line (base for margin), None where unknown or not allowed."""

    key: str
    unit_price: Money
    list_price: Money
    discount_percent: Decimal | None
    vat_rate: Decimal | None
    net: Money
    amount: Money
    cost: Money | None = None


@dataclass(frozen=True, slots=True)
class PriceQuote:
    """The basket priced.

    `total` with VAT is what the ERP's order will total; `vat` the VAT in it. `unpriced`: keys of lines the ERP has no
    price for.
    """

    currency: str
    prices_include_vat: bool
    lines: Sequence[PricedLine]
    net: Money
    vat: Money
    total: Money
    unpriced: tuple[str, ...] = ()
