"""Packs and units are converted by exact factors; what cannot be split is refused, never rounded."""

from __future__ import annotations

from decimal import Decimal

import pytest

from backend.domain.quantity import (
    IndivisibleQuantity,
    NotPositive,
    Unit,
    from_base,
    is_whole,
    plain,
    shown,
    to_base,
    whole_units,
)
from tests.unit.domain.world import PACK, PIECE, D

CABLE = Unit("m", "м", step=Decimal("0.1"))
COIL = Unit("coil", "бухта", factor=Decimal("33.5"))
TRIPLE = Unit("x3", "уп", factor=Decimal(3))


@pytest.mark.parametrize(
    ("quantity", "unit", "base"),
    [
        ("10", PIECE, "10"),
        ("3", PACK, "30"),
        ("2", COIL, "67"),
        ("12.3", CABLE, "12.3"),
        ("1E+2", PIECE, "100"),
        ("5.0", PIECE, "5"),
        ("12345678901234567890123456789012345", PIECE, "12345678901234567890123456789012345"),
    ],
)
def test_converts_exactly(quantity: str, unit: Unit, base: str) -> None:
    assert to_base(D(quantity), unit) == D(base)


@pytest.mark.parametrize(
    ("quantity", "unit"), [("1.5", PIECE), ("0.5", PACK), ("0.15", CABLE), ("1.0000000000000000000000000000001", PIECE)]
)
def test_what_cannot_be_split_is_refused_with_its_figures(quantity: str, unit: Unit) -> None:
    with pytest.raises(IndivisibleQuantity) as refused:
        to_base(D(quantity), unit)
    assert refused.value.data == {"quantity": quantity, "unit": unit.name, "step": str(unit.step)}


def test_a_number_too_long_to_count_exactly_is_refused_and_not_rounded() -> None:
    with pytest.raises(IndivisibleQuantity):
        to_base(D("1E+90"), PIECE)


@pytest.mark.parametrize("quantity", ["0", "-0", "-1", "NaN", "sNaN", "Infinity", "-Infinity"])
def test_a_line_needs_a_quantity_above_zero(quantity: str) -> None:
    with pytest.raises(NotPositive):
        to_base(D(quantity), PIECE)


@pytest.mark.parametrize(
    ("base", "unit", "told"),
    [("10", TRIPLE, "3.333"), ("9", TRIPLE, "3"), ("-10", TRIPLE, "-3.334"), ("25", PACK, "2.5")],
)
def test_people_see_three_decimals_at_most_and_never_too_much(base: str, unit: Unit, told: str) -> None:
    assert shown(D(base), unit) == D(told)
    assert from_base(D("25"), PACK) == D("2.5")


@pytest.mark.parametrize(
    ("base", "unit", "whole"),
    [("25", PACK, "20"), ("9", PACK, "0"), ("-3", PIECE, "0"), ("12.37", CABLE, "12.3"), ("70", COIL, "67.0")],
)
def test_whole_units_that_can_be_split_off(base: str, unit: Unit, whole: str) -> None:
    assert whole_units(D(base), unit) == D(whole)
    assert is_whole(D(whole), unit)


def test_a_part_of_a_pack_is_not_whole() -> None:
    assert not is_whole(D(15), PACK)


@pytest.mark.parametrize(
    ("number", "text"), [("10", "10"), ("2.50", "2.5"), ("1E+3", "1000"), ("0.00", "0"), ("-0.0", "0"), ("100", "100")]
)
def test_plain_text_has_one_form(number: str, text: str) -> None:
    assert plain(D(number)) == text
