"""An order whose outcome in the ERP is not known goes on where it was left."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from backend.domain.errors import Conflict
from backend.domain.order import Order, OrderStatus, advance
from backend.ports.store import JournalEntry, UnitOfWork


def resume_order(unit: UnitOfWork, order: Order, operation_id: str, *, actor: int | None, now: datetime) -> None:
    """Within a transaction that holds the deal. Raises Conflict while the operation is not given up yet."""
    unit.orders.save(replace(order, status=advance(order.status, OrderStatus.PLACING), error=None))
    if not unit.operations.revive(operation_id, now=now):
        raise Conflict("the operation is not given up yet")
    data = {"order": order.id}
    unit.journal.add(JournalEntry(order.account_id, now, "order.resumed", actor, order.deal_id, data))
