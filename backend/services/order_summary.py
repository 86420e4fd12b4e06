"""What an ERP order means for a deal: status, progress, sums, lines.

Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from backend.domain.money import Money
from backend.domain.order import Order, OrderLine, OrderStatus, WrongTransition, advance
from backend.domain.quantity import ZERO, Unit, plain
from backend.ports.erp import DocumentKind, ErpOrder, ErpOrderLine, OrderState, PaymentState
from backend.services.panel.texts import Json, day, money, told_in


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over all parts of an order; fractions 0…1 of the ordered quantity or money, None where undefined."""

    total: Money
    paid: Money
    invoiced: Money
    reserved: Decimal
    shipped: Decimal
    payment: PaymentState


def totals_of(parts: Sequence[ErpOrder]) -> Totals:
    """Summed over the ERP orders of one deal, which share a currency; those that were cancelled do not count beside
    living ones."""
    first, *rest = [one for one in parts if one.state is not OrderState.CANCELLED] or parts
    total, paid, invoiced = first.total, first.paid, first.invoiced
    for part in rest:
        total, paid, invoiced = total + part.total, paid + part.paid, invoiced + part.invoiced
    lines = [line for part in (first, *rest) for line in part.lines]
    ordered = sum((line.ordered for line in lines), ZERO)
    shipped = sum((line.shipped for line in lines), ZERO)
    reserved = sum((line.reserved for line in lines), ZERO)
    return Totals(
        total=total,
        paid=paid,
        invoiced=invoiced,
        reserved=(reserved + shipped) / ordered if ordered else ZERO,
        shipped=shipped / ordered if ordered else ZERO,
        payment=_payment(paid, total),
    )


def _payment(paid: Money, total: Money) -> PaymentState:
    if paid.amount <= ZERO:
        return PaymentState.NONE
    return PaymentState.PAID if total <= paid else PaymentState.PART


def status_of(order: Order, parts: Sequence[ErpOrder], totals: Totals) -> OrderStatus:
    """The order's status by what the ERP says now; a status the order cannot go back from stays."""
    if all(part.state is OrderState.CANCELLED for part in parts) and totals.shipped == ZERO:
        return moved(order.status, OrderStatus.CANCELLED)
    if totals.shipped >= 1:
        return moved(order.status, OrderStatus.SHIPPED)
    if totals.shipped > ZERO:
        return moved(order.status, OrderStatus.PART_SHIPPED)
    return order.status


def moved(current: OrderStatus, wanted: OrderStatus) -> OrderStatus:
    """`wanted` where an order may go there from `current`; else it stays."""
    try:
        return advance(current, wanted)
    except WrongTransition:
        return current


def summary_of(order: Order, parts: Mapping[str, ErpOrder], totals: Totals) -> Json:
    """What the panel shows of the order (docs/http-api.md, `order`); `parts` by part key."""
    return {
        "progress": {
            "reserved": fraction(totals.reserved),
            "invoiced": "1" if _has_invoice(parts) else _share(totals.invoiced, totals.total),
            "paid": _share(totals.paid, totals.total),
            "shipped": fraction(totals.shipped),
        },
        "payment": str(totals.payment),
        "paid": money(totals.paid),
        "lines": [
            line_json
            for part in order.parts
            if part.key in parts
            for line_json in _lines(part.lines, parts[part.key].lines)
        ],
    }


def _has_invoice(parts: Mapping[str, ErpOrder]) -> bool:
    """Every part has its счёт на оплату, whatever the ERP's bookkeeping posts later."""
    return all(any(one.kind is DocumentKind.INVOICE for one in part.documents) for part in parts.values())


def _lines(accepted: Sequence[OrderLine], now: Sequence[ErpOrderLine]) -> list[Json]:
    """Our lines with the ERP's figures: matched by our key, else by product in order."""
    left = list(now)
    shown = []
    for line in accepted:
        match = next((one for one in left if one.key == line.key), None) or next(
            (one for one in left if one.product_id == line.product_id), None
        )
        if match is None:
            continue
        left.remove(match)
        shown.append(_line(line, match))
    return shown


def _line(line: OrderLine, now: ErpOrderLine) -> Json:
    unit = Unit(line.unit_id, line.unit, line.base_quantity / line.quantity)
    return {
        "line_id": line.line_id,
        "name": line.name,
        "sku": line.sku,
        "unit": line.unit,
        "ordered": told_in(now.ordered, unit),
        "reserved": told_in(now.reserved, unit),
        "shipped": told_in(now.shipped, unit),
        "awaiting": told_in(now.awaiting, unit),
        "expected": day(now.expected) if now.awaiting else None,
    }


def fraction(value: Decimal) -> str:
    """0…1 to three decimals, downwards, so that only the whole reads as 1."""
    return plain(min(value, Decimal(1)).quantize(Decimal("0.001"), rounding="ROUND_FLOOR"))


def _share(part: Money, whole: Money) -> str:
    return fraction(part.amount / whole.amount) if whole.amount > ZERO else "0"


def with_snapshot(order: Order, found: Mapping[str, ErpOrder]) -> Order:
    """The order with each part's ERP id and number as read back."""
    parts = tuple(
        replace(
            part, erp_id=found[part.key].id, number=found[part.key].number, erp={"version": found[part.key].version}
        )
        if part.key in found
        else part
        for part in order.parts
    )
    return replace(order, parts=parts)
