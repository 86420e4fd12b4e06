"""*Ask for approval*: a request with its evidence, a task for every supervisor (R7)."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import timedelta

from backend.domain.approval import GRANTED, Approval, ApprovalLine, ApprovalState, ReasonNeeded
from backend.domain.errors import Conflict
from backend.domain.order import LIVE
from backend.domain.picture import LinePicture
from backend.domain.policy import Outcome
from backend.domain.quantity import plain
from backend.ports.store import JournalEntry, OrderExists, UnitOfWork
from backend.services.deps import Services
from backend.services.panel.figures import reason_json
from backend.services.people import person_name
from backend.services.say_in_deal import say
from backend.services.show_panel import show_now, show_picture
from backend.services.take_picture import Picture, take_picture
from backend.services.viewer import Caller
from backend.services.words import moment_text, money_text, word
from backend.services.write_order import require_in_queue


class NothingToApprove(Conflict):
    """The order may be placed as it is; no approval is needed."""

    code = "nothing_to_approve"


class NotApprovable(Conflict):
    """Something must be mended first, or the account's rules let nobody approve it.

    Data: reasons.
    """

    code = "not_approvable"


class NoSupervisor(Conflict):
    """No supervisor but (perhaps) the requester is named in the account's settings."""

    code = "no_supervisor"


def ask_approval(services: Services, caller: Caller, deal_id: int, reason: str) -> bytes:
    """The panel, now `asked`.

    Raises ReasonNeeded, NothingToApprove, NotApprovable, NoSupervisor, OrderExists, ApprovalExists (one is pending).
    """
    if not reason.strip():
        raise ReasonNeeded
    picture = take_picture(services, caller.account_id, deal_id, as_user=caller.user_id)
    show_picture(services, caller, picture)
    request_approval(services, caller, picture, reason.strip())
    return show_now(services, caller, deal_id)


def request_approval(
    services: Services, caller: Caller, picture: Picture, reason: str, *, queued: str | None = None
) -> None:
    """Ask on the grounds of `picture`, in the caller's name. `queued`: the order waited as this operation; the
    request gets its id, so that it is one however often that runs.

    Raises NothingToApprove, NotApprovable, NoSupervisor, OrderExists, ApprovalExists, NotInQueue.
    """
    _require_askable(picture)
    supervisors = [one.user_id for one in picture.rules.supervisors if one.user_id != caller.user_id]
    if not supervisors:
        raise NoSupervisor
    approval = _request(services, caller, picture, reason, queued or uuid.uuid4().hex)
    name = person_name(services, caller.account_id, caller.user_id)
    with services.store.write() as unit:
        unit.deals.touch(caller.account_id, picture.deal.id)
        if queued is not None:
            require_in_queue(unit, caller.account_id, picture.deal.id, queued)
        _make_room(unit, approval)
        unit.approvals.add(approval)
        data = {"id": approval.id, "reasons": list(approval.reasons), "total": plain(approval.total)}
        unit.journal.add(
            JournalEntry(
                caller.account_id, approval.requested_at, "approval.asked", caller.user_id, picture.deal.id, data
            )
        )
        _tell(unit, picture, approval, name, supervisors)


def _make_room(unit: UnitOfWork, approval: Approval) -> None:
    """A deal has one order and one approval at a time: a new request replaces a part that was granted.

    Raises OrderExists, NothingToApprove (the whole was granted already).
    """
    order = unit.orders.latest_of_deal(approval.account_id, approval.deal_id)
    if order is not None and order.status in LIVE:
        raise OrderExists(deal_id=approval.deal_id)
    before = unit.approvals.latest_of_deal(approval.account_id, approval.deal_id)
    if before is None or before.state not in GRANTED or not before.alive(approval.requested_at):
        return
    if before.state is ApprovalState.APPROVED:
        raise NothingToApprove
    unit.approvals.save(replace(before, state=ApprovalState.WITHDRAWN))


def _require_askable(picture: Picture) -> None:
    outcome = picture.decision.outcome
    if outcome is Outcome.ALLOW:
        raise NothingToApprove
    if outcome is Outcome.BLOCK:
        blocking = [one for one in picture.decision.reasons if one.outcome is Outcome.BLOCK]
        raise NotApprovable(reasons=[reason_json(one) for one in blocking])


def _request(services: Services, caller: Caller, picture: Picture, reason: str, approval_id: str) -> Approval:
    now = services.clock.now()
    if picture.quote is None:
        raise NotApprovable(reasons=[])
    return Approval(
        id=approval_id,
        account_id=caller.account_id,
        deal_id=picture.deal.id,
        state=ApprovalState.PENDING,
        fingerprint=picture.fingerprint,
        lines=[_evidence(line) for line in picture.lines],
        reasons=sorted({one.code for one in picture.decision.reasons if one.outcome is Outcome.ASK}),
        total=picture.quote.total.amount,
        currency=picture.quote.currency,
        margin_percent=picture.margin_percent,
        reason=reason,
        requested_by=caller.user_id,
        requested_at=now,
        deadline=now + timedelta(hours=picture.rules.approval_hours),
    )


def _evidence(picture: LinePicture) -> ApprovalLine:
    incoming = picture.parts[0].next_incoming if picture.parts else None
    product = picture.line.product
    return ApprovalLine(
        line_id=picture.line.line_id,
        name=picture.line.name,
        unit=product.base_unit.name if product else "",
        requested=picture.base_quantity if picture.base_quantity is not None else picture.line.quantity,
        available=picture.available,
        incoming=(incoming.due.isoformat(), plain(incoming.quantity)) if incoming and incoming.due else None,
    )


def _tell(unit: UnitOfWork, picture: Picture, approval: Approval, name: str, supervisors: list[int]) -> None:
    account, now = picture.account, approval.requested_at
    language = account.language
    total = money_text(language, approval.total, approval.currency)
    deadline = moment_text(language, approval.deadline, account.timezone)
    say(
        unit, account, approval.deal_id, "approval.asked", key=f"asked:{approval.id}", now=now,
        who=name, reason=approval.reason, deadline=deadline,
    )  # fmt: skip
    for user_id in supervisors:
        unit.operations.add(
            account.id,
            kind="crm.approval_task",
            key=f"task:{approval.id}:{user_id}",
            payload={
                "approval_id": approval.id,
                "user_id": user_id,
                "due": approval.deadline.isoformat(),
                "text": word(language, "approval.task", deal=picture.deal.name, total=total, reason=approval.reason),
            },
            deal_id=approval.deal_id,
            due_at=now,
        )
