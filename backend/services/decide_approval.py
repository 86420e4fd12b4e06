"""A supervisor decides, a requester withdraws, a deadline passes (R7)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from backend.domain.approval import ALIVE, Approval, ApprovalState, NotPending, Verdict, decide
from backend.domain.errors import Forbidden, NotFound
from backend.domain.quantity import IndivisibleQuantity, is_whole, plain
from backend.ports.store import JournalEntry, UnitOfWork
from backend.services.approval_notes import note_and_close
from backend.services.deps import Services
from backend.services.people import person_name
from backend.services.show_panel import show_now
from backend.services.take_picture import Picture, read_deal, take_picture
from backend.services.viewer import Caller
from backend.services.void_approval import void_if_changed


class NotYours(Forbidden):
    """Only the person who asked may withdraw a request."""

    code = "not_your_request"


def decide_approval(
    services: Services,
    caller: Caller,
    deal_id: int,
    *,
    verdict: Verdict,
    reason: str,
    quantities: Mapping[str, Decimal],
) -> bytes:
    """The panel after the verdict. The picture is read again first: a request that no longer fits is void, not decided.

    Raises NotFound, IndivisibleQuantity, and what `domain.approval.decide` raises.
    """
    picture = take_picture(services, caller.account_id, deal_id, as_user=caller.user_id)
    if verdict is not Verdict.REJECT:
        void_if_changed(services, picture)
    _require_whole(picture, quantities)
    name = person_name(services, caller.account_id, caller.user_id)
    now = services.clock.now()
    with services.store.write() as unit:
        approval = _latest(unit, caller.account_id, deal_id)
        if verdict is not Verdict.REJECT and approval.fingerprint != picture.fingerprint:
            raise NotPending(state=str(ApprovalState.VOID))
        rules = unit.accounts.rules(caller.account_id)
        decided = decide(
            approval, by=caller.user_id, verdict=verdict, reason=reason, quantities=quantities, rules=rules, now=now
        )
        unit.approvals.save(decided)
        granted = {line.line_id: plain(line.granted) for line in decided.lines if line.granted is not None}
        data = {"id": decided.id, "state": str(decided.state), "granted": granted}
        _record(unit, now, decided, f"approval.{decided.state}", caller.user_id, data)
        note_and_close(unit, decided, f"approval.{decided.state}", now, who=name, reason=decided.decision_reason)
    return show_now(services, caller, deal_id)


def withdraw_approval(services: Services, caller: Caller, deal_id: int) -> bytes:
    """The panel after the requester took their request back. Raises NotFound, NotPending, NotYours."""
    read_deal(services, caller.account_id, deal_id, as_user=caller.user_id)
    now = services.clock.now()
    with services.store.write() as unit:
        approval = _latest(unit, caller.account_id, deal_id)
        if approval.requested_by != caller.user_id:
            raise NotYours
        if approval.state is not ApprovalState.PENDING:
            raise NotPending(state=str(approval.state))
        gone = replace(approval, state=ApprovalState.WITHDRAWN)
        unit.approvals.save(gone)
        _record(unit, now, gone, "approval.withdrawn", caller.user_id, {"id": gone.id})
        note_and_close(unit, gone, "approval.withdrawn", now)
    return show_now(services, caller, deal_id)


def expire_approvals(services: Services) -> None:
    """Requests whose deadline passed end, and both sides are told."""
    now = services.clock.now()
    with services.store.read() as unit:
        late = unit.approvals.overdue(now=now, limit=100)
    for one in late:
        with services.store.write() as unit:
            unit.deals.touch(one.account_id, one.deal_id)
            current = unit.approvals.get(one.account_id, one.id)
            if current is None or current.state not in ALIVE:
                continue
            gone = replace(current, state=ApprovalState.EXPIRED)
            unit.approvals.save(gone)
            _record(unit, now, gone, "approval.expired", None, {"id": gone.id})
            text = "approval.expired" if current.state is ApprovalState.PENDING else "approval.lapsed"
            note_and_close(unit, gone, text, now)


def _require_whole(picture: Picture, quantities: Mapping[str, Decimal]) -> None:
    """A part of a pack cannot be granted. Raises IndivisibleQuantity."""
    units = {one.line.line_id: one.line.unit for one in picture.lines}
    for line_id, quantity in quantities.items():
        unit = units.get(line_id)
        if unit is not None and not is_whole(quantity, unit):
            raise IndivisibleQuantity(quantity=plain(quantity), unit=unit.name, step=plain(unit.factor * unit.step))


def _latest(unit: UnitOfWork, account_id: int, deal_id: int) -> Approval:
    """The deal is touched first: whoever else writes about it is before us or after us. Raises NotFound."""
    unit.deals.touch(account_id, deal_id)
    approval = unit.approvals.latest_of_deal(account_id, deal_id)
    if approval is None:
        raise NotFound(what="approval")
    return approval


def _record(
    unit: UnitOfWork, now: datetime, approval: Approval, kind: str, actor: int | None, data: Mapping[str, object]
) -> None:
    unit.journal.add(JournalEntry(approval.account_id, now, kind, actor, approval.deal_id, data))
