"""Sums are exact and never mix currencies."""

from __future__ import annotations

from decimal import Decimal

import pytest

from backend.domain.money import CurrencyMismatch, Money, round_half_up


@pytest.mark.parametrize(
    ("amount", "rounded"),
    [("1.005", "1.01"), ("1.004", "1.00"), ("-1.005", "-1.01"), ("2.675", "2.68"), ("0.5", "0.50")],
)
def test_rounds_half_away_from_zero_as_accountants_do(amount: str, rounded: str) -> None:
    assert Money(Decimal(amount)).rounded() == Money(Decimal(rounded))


def test_rounds_to_as_many_places_as_asked() -> None:
    assert round_half_up(Decimal("18.45"), 1) == Decimal("18.5")


def test_a_tenth_and_two_tenths_are_three_tenths() -> None:
    assert Money(Decimal("0.1")) + Money(Decimal("0.2")) == Money(Decimal("0.3"))
    assert Money(Decimal("0.3")) - Money(Decimal("0.1")) == Money(Decimal("0.2"))


def test_compares() -> None:
    less, more = Money(Decimal("1.10")), Money(Decimal("1.2"))
    assert less < more
    assert more > less
    assert less <= Money(Decimal("1.1"))


@pytest.mark.parametrize("operation", ["__add__", "__sub__", "__lt__", "__le__"])
def test_currencies_never_mix(operation: str) -> None:
    with pytest.raises(CurrencyMismatch) as refused:
        getattr(Money(Decimal(1), "RUB"), operation)(Money(Decimal(1), "EUR"))
    assert refused.value.data == {"left": "RUB", "right": "EUR"}
