"""The in-memory ERP's orders: made, confirmed, reserved, read back."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from backend.domain.money import Money
from backend.domain.quantity import to_base
from backend.domain.stock import ProductKind
from backend.erp.memory import pricing, stock
from backend.erp.memory.books import ZERO, Books, Claim, Order, OrderLine, Shipment
from backend.ports.erp import (
    DocumentKind,
    DocumentRef,
    ErpOrder,
    ErpOrderLine,
    ErpRefused,
    ErpShipment,
    ErpShortage,
    OrderDraft,
    OrderDraftLine,
    OrderState,
    PaymentState,
    ShipmentState,
    ShortLine,
)


def by_key(books: Books, key: str) -> Order | None:
    """The living order of this key, else the newest dead one."""
    found = [order for order in books.orders.values() if order.key == key]
    living = [order for order in found if order.state is not OrderState.CANCELLED]
    return next(iter([*living, *reversed(found)]), None)


def create(books: Books, draft: OrderDraft) -> Order:
    """An unconfirmed order; nothing is reserved."""
    if draft.customer_id not in books.parties or draft.warehouse_id not in books.warehouses:
        raise ErpRefused("no such customer or warehouse", message="Нет такого покупателя или склада")
    lines = [_line(books, line) for line in draft.lines]
    order = Order(
        id=books.next_id("order"),
        key=draft.key,
        number="",
        customer_id=draft.customer_id,
        warehouse_id=draft.warehouse_id,
        lines=lines,
        claims=[claim for index, line in enumerate(lines) for claim in _claims(books, index, line)],
        address=draft.address,
        comment=draft.comment,
    )
    books.orders[order.id] = order
    return order


def confirm(books: Books, order: Order, draft: OrderDraft, *, now: datetime, today: date) -> None:
    """Promise it. ErpShortage (unless the ERP over-reserves) or ErpRefused: the order is gone again."""
    try:
        if not draft.allow_shortage and not books.over_reserves:
            _refuse_shortage(books, order, now=now, today=today)
        if not draft.allow_over_credit:
            _refuse_over_limit(books, order)
    except ErpRefused:
        del books.orders[order.id]
        raise
    order.state = OrderState.OPEN
    order.number = f"M-{next(books.numbers):06d}"
    order.issued = today
    books.parties[order.customer_id].debt += order.total


def reserve(books: Books, order: Order, *, now: datetime, today: date) -> None:
    """Take from the shelf what leaves now; later lines wait. One shipment for now, one for each later day."""
    order.placed = True
    order.reserved_at = now
    claims = [claim for claim in order.claims if _leaves_now(claim, today)]
    stock.assign(books, order, claims)
    days = sorted({claim.due for claim in order.claims if not _leaves_now(claim, today)}, key=str)
    if claims:
        state = ShipmentState.RESERVED if all(claim.waiting <= ZERO for claim in claims) else ShipmentState.WAITING
        order.shipments.append(Shipment(books.next_id("shipment"), state, today))
    order.shipments += [Shipment(books.next_id("shipment"), ShipmentState.WAITING, day) for day in days]


def cancel(books: Books, order: Order) -> None:
    """Release what has not left; what was shipped stays."""
    if order.state in {OrderState.CANCELLED, OrderState.DONE}:
        return
    shipped = any(claim.shipped for claim in order.claims)
    if order.state is OrderState.OPEN:
        books.parties[order.customer_id].debt -= order.total
    for claim in order.claims:
        claim.assigned = ZERO
        claim.asked = claim.shipped
    for shipment in order.shipments:
        if shipment.state is not ShipmentState.SHIPPED:
            shipment.state = ShipmentState.CANCELLED
    order.state = OrderState.DONE if shipped else OrderState.CANCELLED


def view(order: Order, kinds: Iterable[DocumentKind]) -> ErpOrder:
    """As the port tells it."""
    lines = tuple(_line_view(order, index) for index in range(len(order.lines)))
    shipments = tuple(
        ErpShipment(each.id, each.id, each.state, each.planned, each.shipped_on) for each in order.shipments
    )
    invoiced = order.total if order.placed else ZERO
    payment = PaymentState.PAID if order.paid >= order.total > ZERO else PaymentState.PART
    return ErpOrder(
        id=order.id,
        key=order.key,
        number=order.number,
        state=order.state,
        customer_id=order.customer_id,
        warehouse_id=order.warehouse_id,
        total=Money(order.total),
        invoiced=Money(invoiced),
        paid=Money(order.paid),
        payment=payment if order.paid > ZERO else PaymentState.NONE,
        lines=lines,
        shipments=shipments,
        documents=tuple(_documents(order, frozenset(kinds))),
        version=_hash(order.state, order.paid, lines, shipments),
    )


def _line(books: Books, draft: OrderDraftLine) -> OrderLine:
    item = books.items.get(draft.product_id)
    unit = item.product.unit(draft.unit_id) if item else None
    if item is None or unit is None or not item.product.active:
        raise ErpRefused("unknown or archived product", message="Нет такого товара")
    net, amount = pricing.sums(draft.unit_price.amount, draft.quantity, item.product.vat_rate)
    return OrderLine(draft, to_base(draft.quantity, unit), net, amount)


def _claims(books: Books, index: int, line: OrderLine) -> Iterable[Claim]:
    product = books.items[line.draft.product_id].product
    parts = {part.product_id: part.quantity for part in product.components}
    if product.kind is ProductKind.GOODS:
        parts = {product.id: Decimal(1)}
    for part, per_unit in parts.items():
        yield Claim(index, part, per_unit, line.quantity * per_unit, due=line.draft.ship_on)


def _leaves_now(claim: Claim, today: date) -> bool:
    return claim.due is None or claim.due <= today


def _refuse_shortage(books: Books, order: Order, *, now: datetime, today: date) -> None:
    short = []
    for product_id in dict.fromkeys(claim.product_id for claim in order.claims):
        claims = [claim for claim in order.claims if claim.product_id == product_id]
        needed = sum((claim.asked for claim in claims), ZERO)
        by = max(claim.due or today for claim in claims)
        available = stock.left(books, product_id, order.warehouse_id, now=now, by=max(by, today), but=order)
        at_once = sum((claim.asked for claim in claims if _leaves_now(claim, today)), ZERO)
        available_now = stock.left(books, product_id, order.warehouse_id, now=now, by=date.min, but=order)
        if available < needed or available_now < at_once:
            short.append(ShortLine(product_id, order.warehouse_id, needed, min(available, available_now)))
    if short:
        raise ErpShortage("not enough", lines=tuple(short), message="Недостаточно товара")


def _refuse_over_limit(books: Books, order: Order) -> None:
    party = books.parties[order.customer_id]
    if party.limit is not None and party.debt + order.total > party.limit:
        raise ErpRefused("credit limit", message=f"Превышен кредитный лимит {party.limit} ₽")


def _line_view(order: Order, index: int) -> ErpOrderLine:
    line = order.lines[index]
    claims = [claim for claim in order.claims if claim.line == index]
    if not claims:
        gone = line.quantity if order.state is OrderState.DONE else ZERO
        return ErpOrderLine(
            line.draft.key, line.draft.product_id, line.quantity, ZERO, gone, ZERO, None, Money(line.amount)
        )
    shipped = _whole(claim.shipped / claim.per_unit for claim in claims)
    taken = _whole((claim.shipped + claim.assigned) / claim.per_unit for claim in claims)
    alive = _whole(claim.asked / claim.per_unit for claim in claims)
    expected = max((claim.due for claim in claims if claim.waiting and claim.due), default=None)
    return ErpOrderLine(
        key=line.draft.key,
        product_id=line.draft.product_id,
        ordered=line.quantity,
        reserved=taken - shipped,
        shipped=shipped,
        awaiting=alive - taken,
        expected=expected,
        amount=Money(line.amount),
    )


def _whole(shares: Iterable[Decimal]) -> Decimal:
    """As many of the line's product as its scarcest part makes; exact for a product that is its own only part."""
    found = list(shares)
    return found[0] if len(found) == 1 else min(found) // Decimal(1)


def _documents(order: Order, kinds: frozenset[DocumentKind]) -> Iterable[DocumentRef]:
    if order.placed and DocumentKind.INVOICE in kinds:
        content = [(line.draft.product_id, line.quantity, line.amount) for line in order.lines]
        version = _hash(order.number, content)
        yield DocumentRef(
            f"invoice:{order.id}", DocumentKind.INVOICE, order.number, order.issued, Money(order.total), version
        )
    for shipment in order.shipments:
        if shipment.state is ShipmentState.SHIPPED:
            for kind in sorted(kinds - {DocumentKind.INVOICE}):
                version = _hash(shipment.id, shipment.shipped_on, shipment.rows)
                total = Money(_shipped_total(order, shipment))
                yield DocumentRef(
                    f"{kind}:{order.id}:{shipment.id}", kind, shipment.id, shipment.shipped_on, total, version
                )


def _shipped_total(order: Order, shipment: Shipment) -> Decimal:
    found = ZERO
    for index, quantity in shipment.rows:
        line = order.lines[index]
        found += line.amount * quantity / line.quantity
    return Money(found).rounded().amount


def _hash(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]
