"""An order that will not be: whatever the ERP made of it is cancelled, its holds and its approval are free again."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from backend.domain.approval import ApprovalState
from backend.domain.order import Order, OrderStatus, advance
from backend.ports.erp import ErpPort
from backend.ports.store import JournalEntry, UnitOfWork
from backend.services.deps import Services


def unresolved(order: Order) -> str | None:
    """The operation that may go on with an order whose outcome in the ERP is not known; None where it is known."""
    resume = (order.error or {}).get("resume") if order.status is OrderStatus.FAILED else None
    return str(resume) if resume is not None else None


def cancel_in_erp(order: Order, erp: ErpPort) -> None:
    """Cancel whatever part of it the ERP has. Safe to repeat; raises the ERP's errors."""
    for part in order.parts:
        made = erp.find_order(part.key)
        if made is not None:
            erp.cancel_order(made.id)


def let_go(unit: UnitOfWork, order: Order, now: datetime) -> None:
    """Release its holds; an approval whose order was not placed was not used: it still has its deadline and
    fingerprint to answer to."""
    for part in order.parts:
        unit.holds.release(order.account_id, part.key, at=now)
    approval = unit.approvals.get(order.account_id, order.approval_id) if order.approval_id else None
    if approval is not None and approval.state is ApprovalState.USED:
        whole = all(line.granted == line.requested for line in approval.lines)
        state = ApprovalState.APPROVED if whole else ApprovalState.APPROVED_PART
        unit.approvals.save(replace(approval, state=state))


def abandon(services: Services, order: Order, actor: int) -> None:
    """A person orders anew while the fate of an earlier order is not known: it must not come to life beside the new
    one. Raises the ERP's errors; where it was resumed meanwhile, it is left alone."""
    cancel_in_erp(order, services.erps.of(order.account_id))
    now = services.clock.now()
    with services.store.write() as unit:
        unit.deals.touch(order.account_id, order.deal_id)
        current = unit.orders.get(order.account_id, order.id)
        if current is None or unresolved(current) is None:
            return
        let_go(unit, current, now)
        unit.orders.save(replace(current, status=advance(current.status, OrderStatus.CANCELLED), error=None))
        data = {"order": order.id}
        unit.journal.add(JournalEntry(order.account_id, now, "order.abandoned", actor, order.deal_id, data))
