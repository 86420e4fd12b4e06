"""The in-memory ERP's stock, and what is left of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal

from backend.domain.stock import Movement, ProductKind, WarehouseStock
from backend.erp.memory.books import ZERO, Books, Claim, Order


def row(
    books: Books, product_id: str, warehouse_id: str, *, now: datetime, lag: timedelta = timedelta(0)
) -> WarehouseStock:
    """One cell of a reading. Reserves younger than `lag` do not show yet."""
    promised: list[Movement] = []
    taken = ZERO
    for order, claim in books.claims(product_id, warehouse_id):
        if order.reserved_at is not None and order.reserved_at + lag > now:
            continue
        promised.extend(_promises(order, claim))
        taken += claim.assigned
    incoming = tuple(
        Movement(delivery.quantity, delivery.due, delivery.id)
        for delivery in books.deliveries.values()
        if delivery.confirmed and (delivery.product_id, delivery.warehouse_id) == (product_id, warehouse_id)
    )
    reserved = sum((movement.quantity for movement in promised), ZERO)
    assigned = taken if books.over_reserves else None
    return WarehouseStock(books.on_hand(product_id, warehouse_id), reserved, incoming, tuple(promised), assigned)


def stocked(books: Books, product_id: str) -> bool:
    """Is it a product that lies on shelves?"""
    item = books.items.get(product_id)
    return item is not None and item.product.kind is ProductKind.GOODS


def left(books: Books, product_id: str, warehouse_id: str, *, now: datetime, by: date, but: Order) -> Decimal:
    """What an order can take by a day: all that is promised to others apart, deliveries due until then added."""
    found = row(books, product_id, warehouse_id, now=now)
    own = sum(
        (claim.asked - claim.shipped for claim in but.claims if but.alive and claim.product_id == product_id), ZERO
    )
    coming = sum((each.quantity for each in found.incoming if each.due is not None and each.due <= by), ZERO)
    return found.on_hand - found.reserved + own + coming


def assign(books: Books, order: Order, claims: Iterable[Claim]) -> None:
    """Take from the shelf what is there for these claims; an ERP that over-reserves sees the order's own alone."""
    for claim in claims:
        everybody = books.claims(claim.product_id, order.warehouse_id)
        seen = [other for each, other in everybody if not books.over_reserves or each is order]
        free = books.on_hand(claim.product_id, order.warehouse_id) - sum((other.assigned for other in seen), ZERO)
        claim.assigned += max(min(claim.waiting, free), ZERO)


def _promises(order: Order, claim: Claim) -> Iterable[Movement]:
    if claim.assigned:
        yield Movement(claim.assigned, None, order.number)
    if claim.waiting > ZERO:
        yield Movement(claim.waiting, claim.due, order.number)
