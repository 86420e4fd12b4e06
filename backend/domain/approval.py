"""Approvals: who may allow an order beyond the rules, bound to exactly what they saw (R7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from backend.domain.errors import Conflict, Forbidden, Invalid
from backend.domain.quantity import ZERO
from backend.domain.rules import Rules


class ApprovalState(StrEnum):
    PENDING = "pending"
    APPROVED = "approved"
    APPROVED_PART = "approved_part"
    REJECTED = "rejected"
    VOID = "void"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    USED = "used"


GRANTED = frozenset({ApprovalState.APPROVED, ApprovalState.APPROVED_PART})
ALIVE = GRANTED | {ApprovalState.PENDING}


class Verdict(StrEnum):
    APPROVE = "approve"
    APPROVE_PART = "approve_part"
    REJECT = "reject"


class NotSupervisor(Forbidden):
    """This person is no supervisor of the account."""

    code = "not_supervisor"


class OwnRequest(Forbidden):
    """Nobody decides their own request (four eyes)."""

    code = "own_request"


class OverLimit(Forbidden):
    """The order is above this supervisor's limit. Data: limit, total."""

    code = "over_limit"


class NotPending(Conflict):
    """Somebody decided, or it ended, before. Data: state."""

    code = "approval_not_pending"


class ReasonNeeded(Invalid):
    """A request and a rejection need a reason people can read."""

    code = "reason_needed"


class GrantOutOfRange(Invalid):
    """A partial approval grants each line something between nothing and what was asked, and not nothing in all.

    Data: line_id, asked (both '' / '0' where the line is not of this request, or nothing at all was granted).
    """

    code = "grant_out_of_range"


@dataclass(frozen=True, slots=True)
class ApprovalLine:
    """The evidence of one line; base units, `available` as seen at the request. `granted` None until decided.

    `incoming`: the next delivery seen, (ISO date, quantity) as text, or None.
    """

    line_id: str
    name: str
    unit: str
    requested: Decimal
    available: Decimal
    granted: Decimal | None = None
    incoming: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Approval:
    """One request. `fingerprint` is of the basket and prices it was asked for. Moments in UTC. `total` with VAT."""

    id: str
    account_id: int
    deal_id: int
    state: ApprovalState
    fingerprint: str
    lines: Sequence[ApprovalLine]
    reasons: Sequence[str]
    total: Decimal
    currency: str
    margin_percent: Decimal | None
    reason: str
    requested_by: int
    requested_at: datetime
    deadline: datetime
    decided_by: int | None = None
    decided_at: datetime | None = None
    decision_reason: str = ""
    void_reason: str = ""
    task_ids: Sequence[int] = ()

    def alive(self, now: datetime) -> bool:
        """Pending or granted, and its deadline not passed."""
        return self.state in ALIVE and now < self.deadline


def decide(
    approval: Approval,
    *,
    by: int,
    verdict: Verdict,
    reason: str,
    quantities: Mapping[str, Decimal],
    rules: Rules,
    now: datetime,
) -> Approval:
    """The approval after a supervisor's word.

    `quantities`: granted base units by line id, used for a part only; a line that is not named is granted whole. A part
    that grants everything is a whole approval.

    Raises NotPending, NotSupervisor, OwnRequest, OverLimit, ReasonNeeded, GrantOutOfRange.
    """
    if approval.state is not ApprovalState.PENDING:
        raise NotPending(state=str(approval.state))
    if now >= approval.deadline:
        raise NotPending(state=str(ApprovalState.EXPIRED))
    supervisor = rules.supervisor(by)
    if supervisor is None:
        raise NotSupervisor
    if by == approval.requested_by:
        raise OwnRequest
    if verdict is not Verdict.REJECT and supervisor.limit is not None and approval.total > supervisor.limit:
        raise OverLimit(limit=str(supervisor.limit), total=str(approval.total))
    if verdict is Verdict.REJECT and not reason.strip():
        raise ReasonNeeded
    lines = approval.lines if verdict is Verdict.REJECT else _granted(approval.lines, verdict, quantities)
    return replace(
        approval,
        state=_state_after(verdict, lines),
        lines=lines,
        decided_by=by,
        decided_at=now,
        decision_reason=reason.strip(),
    )


def _state_after(verdict: Verdict, lines: Sequence[ApprovalLine]) -> ApprovalState:
    if verdict is Verdict.REJECT:
        return ApprovalState.REJECTED
    whole = all(line.granted == line.requested for line in lines)
    return ApprovalState.APPROVED if whole else ApprovalState.APPROVED_PART


def _granted(
    lines: Sequence[ApprovalLine], verdict: Verdict, quantities: Mapping[str, Decimal]
) -> Sequence[ApprovalLine]:
    named = quantities if verdict is Verdict.APPROVE_PART else {}
    for line_id in named.keys() - {line.line_id for line in lines}:
        raise GrantOutOfRange(line_id=line_id, asked="0")
    decided = [_grant(line, named.get(line.line_id, line.requested)) for line in lines]
    if verdict is Verdict.APPROVE_PART and all(line.granted == ZERO for line in decided):
        raise GrantOutOfRange(line_id="", asked="0")
    return decided


def _grant(line: ApprovalLine, quantity: Decimal) -> ApprovalLine:
    if not quantity.is_finite() or not ZERO <= quantity <= line.requested:
        raise GrantOutOfRange(line_id=line.line_id, asked=str(line.requested))
    return replace(line, granted=quantity)


@dataclass(frozen=True, slots=True)
class Worse:
    """A line covered less than at the request, by more than the tolerance. Available `then` and `now` in base units."""

    line_id: str
    then: Decimal
    now: Decimal


def drifted(approval: Approval, available_now: Mapping[str, Decimal], tolerance: Decimal) -> Sequence[Worse]:
    """Lines whose picture got worse than `tolerance` (base units) since the request (R7).

    Only what the order needs counts: a fall from 45 to 44 where 10 are wanted is no worse. What is needed is the
    granted quantity, before a decision the requested one. A line that vanished counts as fallen to zero.
    """
    worse = []
    for line in approval.lines:
        needed = line.requested if line.granted is None else line.granted
        now = available_now.get(line.line_id, ZERO)
        if min(line.available, needed) - min(now, needed) > tolerance:
            worse.append(Worse(line.line_id, line.available, now))
    return worse
