"""Baskets of a given length that need the same price calls."""

from __future__ import annotations

import pytest

from benchmarks.goods import basket

ROWS = [
    {"code": f"P{number:03}", "sale_uom": number % 3, "account_category": 1 if number % 4 else 2}
    for number in range(120)
]


def _kinds(skus: list[str]) -> set[tuple[int, int]]:
    return {(row["sale_uom"], row["account_category"]) for row in ROWS if row["code"] in skus}


@pytest.mark.parametrize("lines", [10, 100])
def test_as_many_different_products_as_lines(lines: int) -> None:
    assert len(set(basket(ROWS, lines))) == lines


def test_long_and_short_baskets_hold_the_same_units_and_rates() -> None:
    assert _kinds(basket(ROWS, 10)) == _kinds(basket(ROWS, 100)) == _kinds([row["code"] for row in ROWS])


@pytest.mark.parametrize("lines", [5, 121])
def test_a_basket_that_cannot_be_made_is_refused(lines: int) -> None:
    """Six kinds do not fit five lines; a hundred and twenty products do not fill more."""
    with pytest.raises(ValueError, match="basket"):
        basket(ROWS, lines)
