"""The parts of a panel that come from our own records: approval, order, documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from backend.domain.approval import Approval, ApprovalLine, ApprovalState
from backend.domain.order import Order, OrderStatus
from backend.domain.quantity import plain
from backend.ports.store import DealDocument
from backend.services.panel.texts import Json, day, moment, money
from backend.services.viewer import Viewer


def approval_json(
    approval: Approval | None,
    viewer: Viewer,
    names: Mapping[int, str],
    available_now: Mapping[str, str],
    now: datetime,
) -> Json | None:
    """The latest approval with its evidence; the margin only for those who may see it."""
    if approval is None:
        return None
    alive = approval.alive(now)
    pending = approval.state is ApprovalState.PENDING and alive
    late = not alive and approval.state in {ApprovalState.PENDING, ApprovalState.APPROVED, ApprovalState.APPROVED_PART}
    margin = approval.margin_percent if viewer.sees_margin else None
    return {
        "id": approval.id,
        "state": str(ApprovalState.EXPIRED if late else approval.state),
        "requested_by": _person(approval.requested_by, names),
        "requested_at": moment(approval.requested_at),
        "deadline": moment(approval.deadline),
        "reason": approval.reason,
        "decided_by": _person(approval.decided_by, names) if approval.decided_by is not None else None,
        "decided_at": moment(approval.decided_at),
        "decision_reason": approval.decision_reason or None,
        "void_reason": approval.void_reason or None,
        "can_decide": pending and viewer.can_decide and viewer.user_id != approval.requested_by,
        "can_withdraw": pending and viewer.user_id == approval.requested_by,
        "lines": [_approval_line(line, available_now) for line in approval.lines],
        "total": money(approval.total),
        "currency": approval.currency,
        "margin_percent": plain(margin) if margin is not None else None,
    }


def _approval_line(line: ApprovalLine, available_now: Mapping[str, str]) -> Json:
    return {
        "line_id": line.line_id,
        "name": line.name,
        "unit": line.unit,
        "requested": plain(line.requested),
        "available_then": plain(line.available),
        "available_now": available_now.get(line.line_id),
        "granted": plain(line.granted) if line.granted is not None else None,
        "incoming": {"date": line.incoming[0], "quantity": line.incoming[1]} if line.incoming else None,
    }


def _person(user_id: int, names: Mapping[int, str]) -> Json:
    return {"id": user_id, "name": names.get(user_id, "")}


def order_json(order: Order | None) -> Json | None:
    """The order with its progress as last read from the ERP."""
    if order is None:
        return None
    numbers = [part.number for part in order.parts if part.number]
    snapshots = [part.erp for part in order.parts if part.erp]
    return {
        "state": str(order.status),
        "numbers": numbers,
        "total": money(order.erp_total if order.erp_total is not None else order.total),
        "currency": order.currency,
        "placed_at": moment(order.placed_at),
        "synced_at": moment(order.synced_at),
        "progress": order.summary.get("progress"),
        "payment": order.summary.get("payment"),
        "paid": order.summary.get("paid"),
        "lines": order.summary.get("lines") if snapshots else _accepted_lines(order),
        "error": {"code": order.error["code"], "params": order.error["params"]} if order.error else None,
        "can_retry": order.status is OrderStatus.FAILED and bool((order.error or {}).get("can_retry")),
    }


def _accepted_lines(order: Order) -> list[Json]:
    return [
        {
            "line_id": line.line_id,
            "name": line.name,
            "sku": line.sku,
            "unit": line.unit,
            "ordered": plain(line.quantity),
            "reserved": None,
            "shipped": None,
            "awaiting": None,
            "expected": day(line.ship_on),
        }
        for part in order.parts
        for line in part.lines
    ]


def documents_json(documents: Sequence[DealDocument]) -> list[Json]:
    """Newest kinds last, as they come to be: invoice, then the shipment's."""
    order = {"invoice": 0, "upd": 1, "torg12": 2}
    undated = date.max
    ranked = sorted(documents, key=lambda one: (one.ref.issued or undated, order[one.ref.kind], one.ref.number))
    return [
        {
            "id": one.id,
            "kind": str(one.ref.kind),
            "number": one.ref.number,
            "issued": day(one.ref.issued),
            "total": money(one.ref.total),
            "attached": one.attached_version == one.ref.version,
        }
        for one in ranked
    ]
