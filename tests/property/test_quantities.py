"""Quantities and money are exact, whatever the figures."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from hypothesis import assume, given
from hypothesis import strategies as st

from backend.domain.money import Money, round_half_up
from backend.domain.quantity import IndivisibleQuantity, Unit, from_base, is_whole, plain, shown, to_base, whole_units
from tests.property.strategies import decimals, units

amounts = st.decimals(min_value=-(10**12), max_value=10**12, places=2)


@given(st.integers(1, 10**9), units)
def test_what_is_a_whole_number_of_steps_comes_back_exactly(steps: int, unit: Unit) -> None:
    quantity = steps * unit.step
    base = to_base(quantity, unit)
    assert Fraction(base) == Fraction(quantity) * Fraction(unit.factor)
    assert from_base(base, unit) == quantity
    assert is_whole(base, unit)


@given(decimals, units)
def test_anything_else_is_refused_and_never_rounded(quantity: Decimal, unit: Unit) -> None:
    assume(quantity > 0)
    divisible = (Fraction(quantity) / Fraction(unit.step)).denominator == 1
    try:
        base = to_base(quantity, unit)
    except IndivisibleQuantity:
        assert not divisible
    else:
        assert divisible
        assert Fraction(base) == Fraction(quantity) * Fraction(unit.factor)


@given(decimals, units)
def test_whole_units_are_the_largest_that_fit(quantity: Decimal, unit: Unit) -> None:
    grain = Fraction(unit.factor) * Fraction(unit.step)
    whole = Fraction(whole_units(quantity, unit))
    assert whole / grain == Fraction(quantity) // grain


@given(decimals, units)
def test_what_is_shown_never_promises_more_than_there_is(quantity: Decimal, unit: Unit) -> None:
    true = Fraction(quantity) / Fraction(unit.factor)
    assert Fraction(shown(quantity, unit)) <= true < Fraction(shown(quantity, unit)) + Fraction(1, 1000)


@given(decimals, st.integers(0, 6))
def test_plain_text_is_the_same_number_in_one_form(quantity: Decimal, zeros: int) -> None:
    longer = Decimal(f"{quantity:f}" + "0" * zeros)
    assert Decimal(plain(quantity)) == quantity
    assert plain(longer) == plain(quantity)
    assert "E" not in plain(quantity.normalize())


@given(st.lists(amounts, max_size=20))
def test_sums_of_money_are_exact_in_any_order(kopecks: list[Decimal]) -> None:
    forth, back = Money(Decimal(0)), Money(Decimal(0))
    for one in kopecks:
        forth += Money(one)
    for one in reversed(kopecks):
        back += Money(one)
    assert forth == back
    assert Fraction(forth.amount) == sum((Fraction(one) for one in kopecks), Fraction(0))


@given(amounts, amounts)
def test_subtraction_undoes_addition(left: Decimal, right: Decimal) -> None:
    assert Money(left) + Money(right) - Money(right) == Money(left)


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=5), st.integers(0, 3))
def test_rounding_is_half_away_from_zero(amount: Decimal, places: int) -> None:
    scaled = abs(Fraction(amount)) * 10**places
    expected = Fraction(int(scaled + Fraction(1, 2)), 10**places)
    assert Fraction(abs(round_half_up(amount, places))) == expected
    assert round_half_up(amount, places) * amount >= 0
