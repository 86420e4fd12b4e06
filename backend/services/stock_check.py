"""Has a deal's stock check passed? One answer for the stage guard and for the deal's field, which is kept true (R8)."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from backend.domain.approval import GRANTED, Approval
from backend.domain.order import LIVE, Order
from backend.domain.policy import Outcome
from backend.domain.quantity import plain
from backend.ports.crm import DealField, DealLine
from backend.ports.store import Account, JournalEntry, KeptCheck, UnitOfWork
from backend.services.words import word

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
        return state_of_order(order)
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


def state_of_order(order: Order) -> CheckState:
    """A living order is the best check."""
    return CheckState.APPROVED if order.approval_id else CheckState.PASSED


def see_basket(
    unit: UnitOfWork, account: Account, deal_id: int, basket: Mapping[str, str], *, seen_at: datetime, now: datetime
) -> None:
    """The CRM says that this is the deal's basket; it was asked at `seen_at`. A check of another one is out of date."""
    unit.deals.lock(account.id, deal_id)
    kept = unit.pictures.check(account.id, deal_id)
    if kept is None or seen_at < kept.taken_at:
        return
    if not kept.outdated and dict(kept.basket) != dict(basket):
        unit.pictures.outdate(account.id, deal_id)
    tell_check(unit, account, deal_id, now)


def tell_check(unit: UnitOfWork, account: Account, deal_id: int, now: datetime) -> None:
    """Queue the deal's field where it shows another state than the check has now. Nothing for a deal that was never
    checked, or in an account that has no such field."""
    if unit.accounts.crm_setup(account.id) is None:
        return
    unit.deals.lock(account.id, deal_id)
    kept = unit.pictures.check(account.id, deal_id)
    if kept is None:
        return
    state = check_state(unit, account.id, deal_id, kept.basket, now)
    if kept.told == state:
        return
    unit.pictures.tell(account.id, deal_id, state)
    unit.operations.add(
        account.id,
        kind="crm.update_deal",
        key=f"check:{uuid.uuid4().hex}",
        payload={"fields": check_fields(account.language, state)},
        deal_id=deal_id,
        due_at=now,
    )
    data = {"state": str(state), "before": kept.told}
    unit.journal.add(JournalEntry(account.id, now, "check.changed", None, deal_id, data))


def check_fields(language: str, state: CheckState) -> dict[str, str | None]:
    """The deal's fields that tell it: in words, and one that is empty unless it let the deal pass."""
    passed = state in {CheckState.PASSED, CheckState.APPROVED}
    return {
        DealField.STOCK_CHECK: check_text(language, state),
        DealField.CHECK_PASSED: word(language, "check.yes") if passed else None,
    }


def check_text(language: str, state: CheckState) -> str:
    """What the deal's field says of it."""
    return word(language, f"check.{state}")


def _allows(approval: Approval | None, kept: KeptCheck, now: datetime) -> bool:
    """An approval helps where a supervisor may decide, and only with what it was given for."""
    return (
        approval is not None
        and approval.state in GRANTED
        and approval.alive(now)
        and approval.fingerprint == kept.fingerprint
        and kept.outcome is Outcome.ASK
    )
