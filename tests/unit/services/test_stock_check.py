"""Whether a deal's check has passed: what the stage guard and the deal's field go by (R8)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from backend.domain.approval import ApprovalState
from backend.domain.order import OrderStatus
from backend.domain.policy import Outcome
from backend.ports.crm import CrmElement, DealLine
from backend.services.stock_check import CHECK_GOOD_FOR, CheckState, basket_of, check_state
from tests.support.house import FILLABLE, House
from tests.support.pictures import a_picture
from tests.support.storage import ACCOUNT, START, an_approval, an_order

BASKET = dict(a_picture().check.basket)


def kept(house: House, **changes: Any) -> None:
    with house.store.write() as unit:
        unit.pictures.keep(a_picture(deal_id=FILLABLE, **changes))


def approved(house: House, **changes: Any) -> None:
    deadline = START + timedelta(days=3)
    with house.store.write() as unit:
        unit.approvals.add(an_approval(deal_id=FILLABLE, deadline=deadline, **changes))


def state(house: House, basket: dict[str, str] | None = None) -> CheckState:
    with house.store.read() as unit:
        return check_state(unit, ACCOUNT, FILLABLE, BASKET if basket is None else basket, house.clock.now())


def test_a_basket_is_told_as_plain_text() -> None:
    """The same basket compares equal however its figures were written."""
    element = CrmElement(9001, "Кабель", "CABLE", "14")
    assert basket_of([DealLine(element, Decimal("2.50"))]) == {"9001": "2.5"}
    assert basket_of([DealLine(element, Decimal("1E+2"))]) == {"9001": "100"}


def test_never_checked(house: House) -> None:
    assert state(house) is CheckState.NONE


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [(Outcome.ALLOW, CheckState.PASSED), (Outcome.ASK, CheckState.FAILED), (Outcome.BLOCK, CheckState.FAILED)],
)
def test_the_last_picture_decides(house: House, outcome: Outcome, expected: CheckState) -> None:
    kept(house, outcome=outcome)
    assert state(house) is expected


@pytest.mark.parametrize("basket", [{**BASKET, "9001": "3"}, {"9001": "2.5"}, {**BASKET, "9009": "1"}, {}])
def test_another_basket_than_was_checked(house: House, basket: dict[str, str]) -> None:
    kept(house)
    assert state(house, basket) is CheckState.STALE


def test_the_order_of_lines_is_nothing(house: House) -> None:
    kept(house)
    assert state(house, dict(reversed(BASKET.items()))) is CheckState.PASSED


def test_a_check_grows_old(house: House) -> None:
    kept(house)
    house.clock.advance(CHECK_GOOD_FOR)
    assert state(house) is CheckState.PASSED
    house.clock.advance(timedelta(seconds=1))
    assert state(house) is CheckState.STALE


def test_made_from_what_is_no_longer_so(house: House) -> None:
    kept(house)
    with house.store.write() as unit:
        unit.pictures.outdate(ACCOUNT)
    assert state(house) is CheckState.STALE


@pytest.mark.parametrize("granted", [ApprovalState.APPROVED, ApprovalState.APPROVED_PART])
def test_a_supervisor_allowed_exactly_this(house: House, granted: ApprovalState) -> None:
    kept(house, outcome=Outcome.ASK)
    approved(house, state=granted)
    assert state(house) is CheckState.APPROVED
    house.clock.advance(CHECK_GOOD_FOR + timedelta(seconds=1))
    assert state(house) is CheckState.APPROVED, "it has a deadline of its own"
    assert state(house, {"9001": "9"}) is CheckState.STALE


@pytest.mark.parametrize(
    "changes",
    [
        {"state": ApprovalState.PENDING},
        {"state": ApprovalState.VOID},
        {"state": ApprovalState.USED},
        {"state": ApprovalState.APPROVED, "fingerprint": "other"},
        {"state": ApprovalState.APPROVED, "deadline": START},
    ],
)
def test_an_approval_that_does_not_hold(house: House, changes: dict[str, Any]) -> None:
    kept(house, outcome=Outcome.ASK)
    with house.store.write() as unit:
        unit.approvals.add(an_approval(deal_id=FILLABLE, **changes))
    assert state(house) is CheckState.FAILED


def test_no_approval_lets_a_wrong_deal_through(house: House) -> None:
    """A customer with false requisites is mended, not approved."""
    kept(house, outcome=Outcome.BLOCK)
    approved(house, state=ApprovalState.APPROVED)
    assert state(house) is CheckState.FAILED


@pytest.mark.parametrize(("approval_id", "expected"), [(None, CheckState.PASSED), ("approval-1", CheckState.APPROVED)])
def test_an_order_is_the_best_check(house: House, approval_id: str | None, expected: CheckState) -> None:
    """Whatever became of the basket since."""
    with house.store.write() as unit:
        unit.orders.add(an_order(deal_id=FILLABLE, approval_id=approval_id))
    assert state(house, {"9001": "9"}) is expected


@pytest.mark.parametrize("over", [OrderStatus.FAILED, OrderStatus.CANCELLED])
def test_an_order_that_is_over_is_none(house: House, over: OrderStatus) -> None:
    kept(house, outcome=Outcome.ASK)
    with house.store.write() as unit:
        unit.orders.add(an_order(deal_id=FILLABLE, status=over))
    assert state(house) is CheckState.FAILED
