"""The life of an order: what may follow what."""

from __future__ import annotations

import pytest

from backend.domain.order import LIVE, OrderStatus, WrongTransition, advance

S = OrderStatus
ALLOWED = {
    (S.PLACING, S.PLACED),
    (S.PLACING, S.FAILED),
    (S.FAILED, S.PLACING),
    (S.FAILED, S.CANCELLED),
    (S.PLACED, S.PART_SHIPPED),
    (S.PLACED, S.SHIPPED),
    (S.PLACED, S.CANCELLED),
    (S.PLACED, S.FAILED),  # a second look found that the ERP had promised the goods twice
    (S.PART_SHIPPED, S.SHIPPED),
    (S.PART_SHIPPED, S.CANCELLED),
}


@pytest.mark.parametrize("current", list(S))
@pytest.mark.parametrize("wanted", list(S))
def test_every_transition(current: OrderStatus, wanted: OrderStatus) -> None:
    if wanted is current or (current, wanted) in ALLOWED:
        assert advance(current, wanted) is wanted
    else:
        with pytest.raises(WrongTransition) as refused:
            advance(current, wanted)
        assert refused.value.data == {"state": str(current), "wanted": str(wanted)}


def test_an_order_that_failed_or_was_cancelled_is_not_live() -> None:
    assert set(S) - LIVE == {S.FAILED, S.CANCELLED}
