"""May the order wait in the queue? Decided by the last known figures; nothing is promised by it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from backend.domain.approval import Approval, ApprovalState
from backend.ports.store import Operation
from backend.services.panel.state import ASKABLE, reason_codes
from backend.services.panel.texts import Json, moment
from backend.services.payload import PayloadUnreadable, number

QUEUED = "order.submit"
"""The kind of operation an order waits as."""

WAITS = frozenset(
    {
        "erp_unavailable",
        "erp_busy",
        "erp_garbled",
        "erp_outcome_unknown",
        "crm_unavailable",
        "crm_throttled",
        "crm_garbled",
        "crm_blocked",
    }
)
"""Problems that pass by themselves: waiting helps. Wrong passwords and missing rights are mended by people."""


@dataclass(frozen=True, slots=True)
class Offer:
    """`fingerprint` of the figures it would wait with. `why` it may not: `mend` (something must be mended first, which
    needs no ERP), `asked` (a supervisor is asked already); None: it may."""

    fingerprint: str
    why: str | None


def offer_of(figures: Json | None, approval: Approval | None, now: datetime) -> Offer | None:
    """None where there is nothing that could wait: no figures were ever seen, or no lines."""
    if figures is None or not figures["lines"]:
        return None
    decision = figures["decision"]
    fingerprint = str(decision["fingerprint"]) if isinstance(decision, Mapping) else ""
    if not reason_codes(figures) <= ASKABLE:
        return Offer(fingerprint, "mend")
    if approval is not None and approval.state is ApprovalState.PENDING and approval.alive(now):
        return Offer(fingerprint, "asked")
    return Offer(fingerprint, None)


def offer_json(offer: Offer | None, problem: str | None) -> Json | None:
    """Offered only while waiting helps (`problem`: the panel's)."""
    if offer is None or problem not in WAITS:
        return None
    return {"fingerprint": offer.fingerprint, "allowed": offer.why is None, "why": offer.why}


def queued_json(operation: Operation | None, names: Mapping[int, str], problem: str | None) -> Json | None:
    """Who put it there, when, and what it waits for: `erp`, `crm`, `connect` (the CRM must be connected again or paid
    for), `turn` (nothing is in its way)."""
    if operation is None:
        return None
    user_id = queued_by(operation)
    return {
        "by": {"id": user_id or 0, "name": names.get(user_id or 0, "")},
        "at": moment(operation.created_at),
        "waits_for": _waits_for(problem or operation.error_code),
    }


def queued_by(operation: Operation) -> int | None:
    """Who put it there; None where another version of us wrote that in a way this one cannot read."""
    try:
        return number(operation, "user_id")
    except PayloadUnreadable:
        return None


def _waits_for(code: str | None) -> str:
    if code is None:
        return "turn"
    if code in {"crm_reauthorise", "crm_payment_required"}:
        return "connect"
    return "crm" if code.startswith("crm_") else "erp"
