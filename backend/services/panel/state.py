"""Which of its states a panel is in (docs/http-api.md, "Words inside a panel")."""

from __future__ import annotations

from datetime import datetime

from backend.domain.approval import GRANTED, Approval, ApprovalState
from backend.domain.order import LIVE, Order, OrderStatus
from backend.services.panel.texts import Json

ASKABLE = frozenset({"shortage", "over_credit"})


def panel_state(
    *,
    figures: Json | None,
    order: Order | None,
    approval: Approval | None,
    queued: bool,
    problem: str | None,
    now: datetime,
) -> str:
    """An order outranks everything, one in the queue everything else, an outage a decision, a decision the bare
    figures."""
    if order is not None and order.status in LIVE:
        return "placing" if order.status is OrderStatus.PLACING else "placed"
    if queued:
        return "queued"
    if problem == "no_connection":
        return "no_connection"
    if problem is not None:
        return "offline"
    if figures is None:
        return "loading"
    fingerprint = _decision(figures).get("fingerprint")
    if order is not None and order.status is OrderStatus.FAILED and order.fingerprint == fingerprint:
        return "failed"
    if not figures["lines"]:
        return "empty"
    if _decision(figures).get("outcome") == "block":
        return _by_figures(figures)
    return _by_approval(approval, fingerprint, now) or _by_figures(figures)


def _by_approval(approval: Approval | None, fingerprint: object, now: datetime) -> str | None:
    if approval is None or approval.fingerprint != fingerprint:
        return None
    if approval.state is ApprovalState.REJECTED:
        return "rejected"
    if not approval.alive(now):
        return None
    return "approved" if approval.state in GRANTED else "asked"


def _by_figures(figures: Json) -> str:
    decision = _decision(figures)
    if decision["outcome"] == "allow":
        return "ready"
    return "short" if reason_codes(figures) <= ASKABLE else "problems"


def reason_codes(figures: Json) -> set[str]:
    reasons = _decision(figures)["reasons"]
    return {str(one["code"]) for one in reasons} if isinstance(reasons, list) else set()


def _decision(figures: Json) -> Json:
    decision = figures["decision"]
    return decision if isinstance(decision, dict) else {}
