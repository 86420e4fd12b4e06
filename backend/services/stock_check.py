"""Has a deal's stock check passed? One answer for the stage guard and for the deal's field (R8)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from backend.domain.approval import GRANTED, Approval
from backend.domain.order import LIVE
from backend.domain.policy import Outcome
from backend.domain.quantity import plain
from backend.ports.crm import DealLine
from backend.ports.store import KeptCheck, UnitOfWork

CHECK_GOOD_FOR = timedelta(hours=24)
"""The refresh in the background renews a check every few minutes: only an ERP that is gone for a day outlasts it."""


class CheckState(StrEnum):
    """`passed`: enough for all of it, or ordered; `approved`: a supervisor allowed exactly this; `failed`: something is
    missing or wrong; `stale`: the deal changed since, or the check is too old; `none`: never checked."""

    PASSED = "passed"
    APPROVED = "approved"
    FAILED = "failed"
    STALE = "stale"
    NONE = "none"


def basket_of(lines: Iterable[DealLine]) -> Mapping[str, str]:
    """What a deal asks for: quantity as plain text by the element's id as text."""
    return {str(line.element.id): plain(line.quantity) for line in lines}


def check_state(
    unit: UnitOfWork, account_id: int, deal_id: int, basket: Mapping[str, str], now: datetime
) -> CheckState:
    """The state of the check of a deal whose basket is this (`basket_of`). Asks nobody outside."""
    order = unit.orders.latest_of_deal(account_id, deal_id)
    if order is not None and order.status in LIVE:
        return CheckState.APPROVED if order.approval_id else CheckState.PASSED
    kept = unit.pictures.check(account_id, deal_id)
    if kept is None:
        return CheckState.NONE
    if kept.outdated or dict(kept.basket) != dict(basket):
        return CheckState.STALE
    if _allows(unit.approvals.latest_of_deal(account_id, deal_id), kept, now):
        return CheckState.APPROVED
    if now - kept.stock_at > CHECK_GOOD_FOR:
        return CheckState.STALE
    return CheckState.PASSED if kept.outcome is Outcome.ALLOW else CheckState.FAILED


def _allows(approval: Approval | None, kept: KeptCheck, now: datetime) -> bool:
    """An approval helps where a supervisor may decide, and only with what it was given for."""
    return (
        approval is not None
        and approval.state in GRANTED
        and approval.alive(now)
        and approval.fingerprint == kept.fingerprint
        and kept.outcome is Outcome.ASK
    )
