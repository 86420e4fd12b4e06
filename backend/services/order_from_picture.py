"""The order a picture stands for: lines by warehouse, prices as quoted, holds as the basket was served. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from backend.domain.approval import Approval
from backend.domain.availability import Horizon
from backend.domain.order import Order, OrderLine, OrderPart, OrderStatus
from backend.domain.picture import LinePicture, Part, PartPicture
from backend.domain.quantity import ZERO, from_base
from backend.ports.erp import PricedLine, PriceQuote
from backend.ports.store import HoldWant
from backend.services.take_picture import Picture


def order_from(
    picture: Picture,
    quote: PriceQuote,
    *,
    order_id: str,
    fingerprint: str,
    granted: Approval | None,
    submitted_by: int,
    now: datetime,
    together: bool,
) -> Order:
    """`fingerprint` of what was agreed to (a partial approval is cut from it). `together`: the ERP takes goods of many
    warehouses in one order. Raises ValueError for a picture no decision could have let through."""
    prices = {line.key: line for line in quote.lines}
    lines = [
        (part.part.warehouse_id, _line(line, part, prices[line.line.line_id], picture.book.horizon))
        for line in picture.lines
        for part in line.parts
    ]
    warehouses = sorted({warehouse for warehouse, _ in lines})
    groups = [warehouses] if together else [[one] for one in warehouses]
    parts = [
        OrderPart(
            key=f"AMO-{picture.deal.id}-{order_id[:8]}-{number}",
            warehouse_id=group[0],
            lines=[line for warehouse, line in lines if warehouse in group],
        )
        for number, group in enumerate(groups, start=1)
    ]
    return Order(
        id=order_id,
        account_id=picture.account.id,
        deal_id=picture.deal.id,
        status=OrderStatus.PLACING,
        fingerprint=fingerprint,
        customer=picture.customer.wanted,
        parts=parts,
        total=quote.total.amount,
        currency=quote.currency,
        price_type_id=picture.price_type_id,
        allow_shortage=any(line.shortage for line in picture.lines),
        allow_over_credit=any(one.code == "over_credit" for one in picture.decision.reasons),
        approval_id=granted.id if granted else None,
        submitted_by=submitted_by,
        created_at=now,
        comment=picture.deal.name,
    )


def holds_for(picture: Picture, order: Order, granted: Approval | None) -> Sequence[HoldWant]:
    """Holds in the order the basket was served.

    An approval widens a limit by exactly what was seen to be beyond it, so that goods taken by others since then
    still stop the order.
    """
    part_of = {line.key: part.key for part in order.parts for line in part.lines}
    return [
        HoldWant(
            part_key=part_of[_key(demand.part)],
            product_id=demand.product_id,
            warehouse_id=demand.part.warehouse_id,
            quantity=demand.quantity,
            limit=demand.limit + (demand.beyond if granted is not None else ZERO),
        )
        for demand in picture.book.all_demands(picture.lines)
    ]


def _line(line: LinePicture, part: PartPicture, price: PricedLine, horizon: Horizon) -> OrderLine:
    basket = line.line
    if basket.product is None or basket.unit is None:
        raise ValueError("a line without a product cannot be ordered")
    later = part.part.wanted_on or part.promise_date
    return OrderLine(
        key=_key(part.part),
        line_id=basket.line_id,
        product_id=basket.product.id,
        sku=basket.sku,
        name=basket.name,
        unit_id=basket.unit.id,
        unit=basket.unit.name,
        quantity=from_base(part.part.quantity, basket.unit),
        base_quantity=part.part.quantity,
        unit_price=price.unit_price.amount,
        ship_on=later if later is not None and later > horizon.today else None,
        look_by=horizon.until(part.part.wanted_on),
    )


def _key(part: Part) -> str:
    return f"{part.line_id}-{part.number}"
