"""Writing an accepted order down: what must happen together or not at all (R9)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from backend.domain.approval import Approval, ApprovalState
from backend.domain.errors import Conflict
from backend.domain.order import Order
from backend.domain.policy import Outcome
from backend.domain.quantity import plain
from backend.ports.store import HoldShort, HoldWant, JournalEntry, UnitOfWork
from backend.services.approval_notes import note_and_close


class PictureChanged(Conflict):
    """The basket, prices or customer are not what the person saw.

    The new panel comes with it.
    """

    code = "picture_changed"


class NotInQueue(Conflict):
    """The deal has no order in the queue (any more)."""

    code = "not_in_queue"


def write_order(
    unit: UnitOfWork,
    order: Order,
    wants: Sequence[HoldWant],
    *,
    taken_at: datetime,
    outcome: Outcome,
    granted: Approval | None = None,
    queued: str | None = None,
    now: datetime,
) -> Sequence[HoldShort]:
    """The parts of one transaction: holds by a conditional write, the order, its operation, the journal. Where goods
    are short nothing is written, and what is short comes back.

    The deal is touched first: whoever else writes about it (a verdict, a withdrawal) is before us or after us.
    Raises OrderExists, PictureChanged, NotInQueue.
    """
    unit.deals.touch(order.account_id, order.deal_id)
    short = unit.holds.take(order.account_id, wants, taken_at=taken_at, now=now)
    if short:
        return short
    unit.orders.add(order)
    _settle_queue(unit, order, queued, now)
    _settle_approval(unit, order, granted, now)
    unit.operations.add(
        order.account_id,
        kind="order.place",
        key=f"place:{order.id}",
        payload={"order_id": order.id},
        deal_id=order.deal_id,
        due_at=now,
    )
    _journal(unit, order, outcome, from_queue=queued is not None)
    return ()


def require_in_queue(unit: UnitOfWork, account_id: int, deal_id: int, queued: str) -> None:
    """Is the order that waited as this operation still in the queue? Raises NotInQueue."""
    waiting = unit.operations.open_of_deal(account_id, deal_id, "order.submit")
    if waiting is None or waiting.id != queued:
        raise NotInQueue


def _settle_queue(unit: UnitOfWork, order: Order, queued: str | None, now: datetime) -> None:
    """The deal has one order: what waits in the queue gives way to one placed otherwise, and what was taken out of
    it is not placed. Raises NotInQueue."""
    if queued is not None:
        require_in_queue(unit, order.account_id, order.deal_id, queued)
        return
    waiting = unit.operations.open_of_deal(order.account_id, order.deal_id, "order.submit")
    if waiting is not None:
        unit.operations.take_back(waiting.id, by=order.submitted_by, why="order_placed", now=now)


def _settle_approval(unit: UnitOfWork, order: Order, granted: Approval | None, now: datetime) -> None:
    """The approval the order rests on is used up; a request the order did without is taken back.

    Raises PictureChanged where the approval is no longer what it was when the order was checked.
    """
    current = unit.approvals.latest_of_deal(order.account_id, order.deal_id)
    if granted is not None:
        if current is None or (current.id, current.state) != (granted.id, granted.state) or not current.alive(now):
            raise PictureChanged
        unit.approvals.save(replace(current, state=ApprovalState.USED))
    elif current is not None and current.state is ApprovalState.PENDING:
        gone = replace(current, state=ApprovalState.WITHDRAWN)
        unit.approvals.save(gone)
        note_and_close(unit, gone, "approval.withdrawn", now)


def _journal(unit: UnitOfWork, order: Order, outcome: Outcome, *, from_queue: bool) -> None:
    data = {
        "order": order.id,
        "total": plain(order.total),
        "approval": order.approval_id,
        "outcome": str(outcome),
        "from_queue": from_queue,
        "lines": [
            {"product": line.product_id, "quantity": plain(line.base_quantity), "warehouse": part.warehouse_id}
            for part in order.parts
            for line in part.lines
        ],
    }
    unit.journal.add(
        JournalEntry(order.account_id, order.created_at, "order.accepted", order.submitted_by, order.deal_id, data)
    )
