"""Approvals, orders and customers: what must hold whoever acts, whenever."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from stdnum.ru import inn as stdnum_inn

from backend.domain.approval import GRANTED, Approval, ApprovalLine, ApprovalState, Verdict, decide, drifted
from backend.domain.errors import StockgateError
from backend.domain.identity import identify, normal_inn, normal_kpp
from backend.domain.order import OrderStatus, WrongTransition, advance
from backend.domain.rules import Rules, Supervisor
from tests.property.strategies import positive, small
from tests.unit.domain.world import NOW, D

people = st.integers(1, 4)
lines = st.lists(
    st.builds(ApprovalLine, st.just("?"), st.just("Щит"), st.just("шт"), positive, small), min_size=1, max_size=3
)


@st.composite
def requests(draw: st.DrawFn) -> Approval:
    found = [replace(one, line_id=str(number)) for number, one in enumerate(draw(lines))]
    return Approval(
        id="a",
        account_id=1,
        deal_id=1,
        state=draw(st.sampled_from(ApprovalState)),
        fingerprint="f",
        lines=found,
        reasons=("shortage",),
        total=draw(st.integers(1, 300).map(Decimal)),
        currency="RUB",
        margin_percent=None,
        reason="нужно",
        requested_by=draw(people),
        requested_at=NOW,
        deadline=NOW + timedelta(hours=draw(st.integers(-2, 5))),
    )


rules = st.builds(
    Rules,
    supervisors=st.lists(
        st.builds(Supervisor, people, st.none() | st.integers(50, 250).map(Decimal)),
        min_size=1,
        unique_by=lambda one: one.user_id,
    ).map(tuple),
)
grants = st.dictionaries(st.sampled_from(["0", "1", "2"]), st.integers(-1, 21).map(Decimal))


@given(requests(), people, st.sampled_from(Verdict), st.sampled_from(["", "потому"]), grants, rules)
def test_a_decision_is_made_only_by_who_may_on_what_waits(
    request: Approval, by: int, verdict: Verdict, reason: str, quantities: dict[str, Decimal], account: Rules
) -> None:
    try:
        after = decide(request, by=by, verdict=verdict, reason=reason, quantities=quantities, rules=account, now=NOW)
    except StockgateError:
        return
    supervisor = account.supervisor(by)
    assert request.state is ApprovalState.PENDING
    assert request.deadline > NOW
    assert by != request.requested_by
    assert supervisor is not None
    assert (after.decided_by, after.decided_at) == (by, NOW)
    assert (after.state in GRANTED) == (verdict is not Verdict.REJECT)
    if verdict is Verdict.REJECT:
        assert reason
        assert all(one.granted is None for one in after.lines)
        return
    assert supervisor.limit is None or request.total <= supervisor.limit
    granted = [one.granted for one in after.lines if one.granted is not None]
    assert len(granted) == len(request.lines)
    assert all(0 <= many <= one.requested for many, one in zip(granted, request.lines, strict=True))
    assert sum(granted) > 0
    whole = all(many == one.requested for many, one in zip(granted, request.lines, strict=True))
    assert (after.state is ApprovalState.APPROVED) == whole


@given(requests(), small)
def test_a_picture_that_stayed_or_got_better_never_voids(request: Approval, more: Decimal) -> None:
    assert drifted(request, {one.line_id: one.available + more for one in request.lines}, D(0)) == []


@given(requests(), st.dictionaries(st.sampled_from(["0", "1", "2"]), small), small, positive)
def test_a_larger_tolerance_never_voids_more(
    request: Approval, now: dict[str, Decimal], tolerance: Decimal, more: Decimal
) -> None:
    strict = {one.line_id for one in drifted(request, now, tolerance)}
    assert {one.line_id for one in drifted(request, now, tolerance + more)} <= strict


@given(st.lists(st.sampled_from(OrderStatus), max_size=12))
def test_there_is_no_way_out_of_cancelled_nor_of_shipped(wishes: list[OrderStatus]) -> None:
    status, ended = OrderStatus.PLACING, None
    for wish in wishes:
        try:
            status = advance(status, wish)
        except WrongTransition:
            continue
        assert ended in (None, status)
        if status in (OrderStatus.CANCELLED, OrderStatus.SHIPPED):
            ended = status


def _completed(body: str) -> str:
    """With the check digits the other library gives it."""
    if len(body) == 9:
        return body + stdnum_inn.calc_company_check_digit(body)
    return body + stdnum_inn.calc_personal_check_digits(body)


bodies = st.from_regex(r"[0-9]{9}|[0-9]{10}", fullmatch=True).filter(lambda body: body[:2] != "00")


@given(bodies)
def test_an_inn_another_library_completes_is_right(body: str) -> None:
    inn = _completed(body)
    assert stdnum_inn.is_valid(inn)
    assert normal_inn(inn) == inn


@given(bodies, st.data())
def test_one_wrong_digit_is_judged_as_the_other_library_does(body: str, data: st.DataObject) -> None:
    inn = _completed(body)
    place = data.draw(st.integers(2, len(inn) - 1))
    typo = inn[:place] + data.draw(st.sampled_from("0123456789")) + inn[place + 1 :]
    assert (normal_inn(typo) is not None) == stdnum_inn.is_valid(typo)


@given(st.text(alphabet="0123456789 -", max_size=14) | st.text(max_size=14))
def test_no_text_gets_in_as_an_inn_that_is_none(text: str) -> None:
    found = normal_inn(text)
    assert found is None or (stdnum_inn.is_valid(found) and normal_inn(found) == found)


@given(
    st.text(max_size=12),
    st.text(max_size=14),
    st.text(max_size=12),
    st.text(max_size=3),
    st.text(max_size=3),
    st.booleans(),
)
def test_whatever_is_typed_is_either_identified_or_told_what_is_wrong(
    name: str, inn: str, kpp: str, phone: str, email: str, legal: bool
) -> None:
    found = identify(
        name=name,
        inn=inn,
        kpp=kpp,
        phone=phone,
        email=email,
        legal=legal,
        normal_phone=lambda text: text if text.isdigit() else None,
        normal_email=lambda text: text if "@" in text else None,
    )
    key = found.key
    if legal or inn.strip() or kpp.strip():
        right = len(key.inn) == 12 or bool(key.inn and key.kpp)
    else:
        right = bool(key.phone or (key.email and not phone.strip()))
    assert right == (not found.problems)
    assert key.inn == "" or normal_inn(key.inn) == key.inn
    assert key.kpp == "" or normal_kpp(key.kpp) == key.kpp
