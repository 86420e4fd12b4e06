"""Who may allow what, until when, and when a permission is worth nothing any more (R7)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from backend.domain.approval import (
    Approval,
    ApprovalLine,
    ApprovalState,
    GrantOutOfRange,
    NotPending,
    NotSupervisor,
    OverLimit,
    OwnRequest,
    ReasonNeeded,
    Verdict,
    Worse,
    decide,
    drifted,
)
from backend.domain.rules import Rules, Supervisor
from tests.unit.domain.world import NOW, D

MANAGER, BOSS, DEPUTY = 11, 21, 22
RULES = Rules(supervisors=(Supervisor(BOSS), Supervisor(DEPUTY, Decimal(20_000)), Supervisor(MANAGER)))
REQUEST = Approval(
    id="a1",
    account_id=1,
    deal_id=2,
    state=ApprovalState.PENDING,
    fingerprint="f",
    lines=(ApprovalLine("1", "Щит", "шт", D(10), D(6)), ApprovalLine("2", "Розетка", "шт", D(5), D(45))),
    reasons=("shortage",),
    total=Decimal("23400.00"),
    currency="RUB",
    margin_percent=Decimal("18.4"),
    reason="Клиент согласен ждать",
    requested_by=MANAGER,
    requested_at=NOW,
    deadline=NOW + timedelta(hours=24),
)


def word(
    verdict: Verdict,
    *,
    by: int = BOSS,
    reason: str = "",
    quantities: Mapping[str, Decimal] | None = None,
    request: Approval = REQUEST,
    late: timedelta = timedelta(hours=1),
) -> Approval:
    return decide(
        request, by=by, verdict=verdict, reason=reason, quantities=quantities or {}, rules=RULES, now=NOW + late
    )


def test_approve_grants_everything() -> None:
    after = word(Verdict.APPROVE, reason=" Хорошо ", quantities={"1": D(1)})
    assert after.state is ApprovalState.APPROVED
    assert [one.granted for one in after.lines] == [D(10), D(5)]
    assert (after.decided_by, after.decided_at, after.decision_reason) == (BOSS, NOW + timedelta(hours=1), "Хорошо")


def test_approve_a_part_grants_what_is_named_and_the_other_lines_whole() -> None:
    after = word(Verdict.APPROVE_PART, quantities={"1": D(6)})
    assert after.state is ApprovalState.APPROVED_PART
    assert [one.granted for one in after.lines] == [D(6), D(5)]


def test_a_part_that_is_everything_is_a_whole_approval() -> None:
    assert word(Verdict.APPROVE_PART, quantities={"1": D("10.0")}).state is ApprovalState.APPROVED


def test_reject_grants_nothing_and_says_why() -> None:
    after = word(Verdict.REJECT, reason="Нет маржи")
    assert (after.state, after.decision_reason) == (ApprovalState.REJECTED, "Нет маржи")
    assert [one.granted for one in after.lines] == [None, None]


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_a_rejection_needs_a_reason(reason: str) -> None:
    with pytest.raises(ReasonNeeded):
        word(Verdict.REJECT, reason=reason)


@pytest.mark.parametrize("granted", ["-1", "10.01", "NaN", "Infinity"])
def test_a_grant_is_between_nothing_and_what_was_asked(granted: str) -> None:
    with pytest.raises(GrantOutOfRange) as refused:
        word(Verdict.APPROVE_PART, quantities={"1": D(granted)})
    assert refused.value.data == {"line_id": "1", "asked": "10"}


def test_a_line_that_was_not_asked_for_cannot_be_granted() -> None:
    with pytest.raises(GrantOutOfRange) as refused:
        word(Verdict.APPROVE_PART, quantities={"3": D(1)})
    assert refused.value.data["line_id"] == "3"


def test_granting_nothing_at_all_is_a_rejection_and_must_be_said_so() -> None:
    with pytest.raises(GrantOutOfRange):
        word(Verdict.APPROVE_PART, quantities={"1": D(0), "2": D(0)})


def test_only_a_supervisor_decides() -> None:
    with pytest.raises(NotSupervisor):
        word(Verdict.APPROVE, by=99)


@pytest.mark.parametrize("verdict", list(Verdict))
def test_nobody_decides_their_own_request_even_as_a_supervisor(verdict: Verdict) -> None:
    with pytest.raises(OwnRequest):
        word(verdict, by=MANAGER, reason="сам себе")


@pytest.mark.parametrize("verdict", [Verdict.APPROVE, Verdict.APPROVE_PART])
def test_a_limit_stops_an_approval(verdict: Verdict) -> None:
    with pytest.raises(OverLimit) as refused:
        word(verdict, by=DEPUTY, quantities={"1": D(1)})
    assert refused.value.data == {"limit": "20000", "total": "23400.00"}


def test_a_limit_does_not_stop_a_rejection_nor_a_total_that_just_fits() -> None:
    assert word(Verdict.REJECT, by=DEPUTY, reason="нет").state is ApprovalState.REJECTED
    fits = replace(REQUEST, total=Decimal("20000.00"))
    assert word(Verdict.APPROVE, by=DEPUTY, request=fits).state is ApprovalState.APPROVED


@pytest.mark.parametrize("state", [one for one in ApprovalState if one is not ApprovalState.PENDING])
@pytest.mark.parametrize("late", [timedelta(0), timedelta(days=9)])
def test_what_was_decided_stays_decided(state: ApprovalState, late: timedelta) -> None:
    with pytest.raises(NotPending) as refused:
        word(Verdict.APPROVE, request=replace(REQUEST, state=state), late=late)
    assert refused.value.data == {"state": str(state)}


@pytest.mark.parametrize(("late", "in_time"), [("23:59:59.999999", True), ("24:00:00", False)])
def test_the_deadline_itself_is_too_late(late: str, in_time: bool) -> None:
    hours, minutes, seconds = late.split(":")
    after = timedelta(hours=int(hours), minutes=int(minutes), seconds=float(seconds))
    assert REQUEST.alive(NOW + after) is in_time
    if in_time:
        assert word(Verdict.APPROVE, late=after).state is ApprovalState.APPROVED
    else:
        with pytest.raises(NotPending) as refused:
            word(Verdict.APPROVE, late=after)
        assert refused.value.data == {"state": "expired"}


@pytest.mark.parametrize(
    ("state", "alive"),
    [
        (ApprovalState.PENDING, True),
        (ApprovalState.APPROVED, True),
        (ApprovalState.APPROVED_PART, True),
        (ApprovalState.REJECTED, False),
        (ApprovalState.VOID, False),
        (ApprovalState.EXPIRED, False),
        (ApprovalState.WITHDRAWN, False),
        (ApprovalState.USED, False),
    ],
)
def test_alive_is_pending_or_granted_and_in_time(state: ApprovalState, alive: bool) -> None:
    assert replace(REQUEST, state=state).alive(NOW) is alive


@pytest.mark.parametrize(
    ("panels", "sockets", "tolerance", "worse"),
    [
        ("6", "45", "0", []),
        ("9", "50", "0", []),
        ("5", "45", "0", ["1"]),
        ("5", "45", "1", []),
        ("4.9", "45", "1", ["1"]),
        ("6", "44", "0", []),
        ("6", "5", "0", []),
        ("6", "4", "0", ["2"]),
        ("-2", "0", "0", ["1", "2"]),
    ],
)
def test_the_picture_is_worse_only_where_the_order_is_covered_less(
    panels: str, sockets: str, tolerance: str, worse: list[str]
) -> None:
    found = drifted(REQUEST, {"1": D(panels), "2": D(sockets)}, D(tolerance))
    assert [one.line_id for one in found] == worse


def test_a_line_that_vanished_is_worse() -> None:
    assert list(drifted(REQUEST, {"1": D(6)}, D(0))) == [Worse("2", D(45), D(0))]


def test_deeper_below_zero_is_worse() -> None:
    nothing = replace(REQUEST, lines=(replace(REQUEST.lines[0], available=D(0)),))
    assert [one.now for one in drifted(nothing, {"1": D(-5)}, D(0))] == [D(-5)]


def test_after_a_partial_approval_only_the_granted_part_counts() -> None:
    part = word(Verdict.APPROVE_PART, quantities={"1": D(3), "2": D(0)})
    assert drifted(part, {"1": D(4)}, D(0)) == []
    assert [one.line_id for one in drifted(part, {"1": D(2)}, D(0))] == ["1"]
