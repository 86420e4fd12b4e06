"""The in-memory ERP's prices: list price × the price type's share, VAT on every line, half up."""

from __future__ import annotations

from decimal import Decimal

from backend.domain.money import Money, round_half_up
from backend.erp.memory.books import ZERO, Books
from backend.ports.erp import PricedLine, PriceQuote, PriceRequest, PriceRequestLine

HUNDRED = Decimal(100)
CURRENCY = "RUB"


def quote(books: Books, request: PriceRequest) -> PriceQuote:
    """Prices of a basket."""
    found = [(line.key, _priced(books, line, request.price_type_id)) for line in request.lines]
    lines = tuple(line for _, line in found if line is not None)
    net = sum((line.net.amount for line in lines), ZERO)
    total = sum((line.amount.amount for line in lines), ZERO)
    return PriceQuote(
        currency=CURRENCY,
        prices_include_vat=False,
        lines=lines,
        net=Money(net),
        vat=Money(total - net),
        total=Money(total),
        unpriced=tuple(key for key, line in found if line is None),
    )


def sums(price: Decimal, quantity: Decimal, vat: Decimal | None) -> tuple[Decimal, Decimal]:
    """Net and gross of a line."""
    net = round_half_up(price * quantity)
    return net, net + round_half_up(price * quantity * (vat or ZERO) / HUNDRED)


def _priced(books: Books, line: PriceRequestLine, price_type_id: str | None) -> PricedLine | None:
    item = books.items.get(line.product_id)
    unit = item.product.unit(line.unit_id) if item else None
    if item is None or unit is None or item.price is None:
        return None
    price_list = books.price_lists.get(price_type_id or "")
    share = price_list.share(line.quantity * unit.factor) if price_list else Decimal(1)
    before = item.price * unit.factor
    if price_list and price_list.gross:
        before /= 1 + (item.product.vat_rate or ZERO) / HUNDRED
    price = round_half_up(before * share, 6)
    net, amount = sums(price, line.quantity, item.product.vat_rate)
    discount = round_half_up((before - price) * HUNDRED / before) if before > price else None
    cost = None if item.cost is None else Money(round_half_up(item.cost * unit.factor * line.quantity))
    return PricedLine(
        key=line.key,
        unit_price=Money(price),
        list_price=Money(round_half_up(before, 6)),
        discount_percent=discount,
        vat_rate=item.product.vat_rate,
        net=Money(net),
        amount=Money(amount),
        cost=cost,
    )
