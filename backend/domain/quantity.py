"""Exact quantities and their units. A quantity is a Decimal in the product's base unit unless a name says otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_FLOOR, Context, Decimal, Inexact, InvalidOperation, Overflow

from backend.domain.errors import Invalid

ZERO = Decimal(0)
SHOWN_PLACES = Decimal("0.001")

_EXACT = Context(prec=60, traps=[Inexact, InvalidOperation, Overflow])
_FINE = Context(prec=60)


class IndivisibleQuantity(Invalid):
    """The quantity is not a whole number of the unit's smallest step, or has more digits than can be counted exactly.
    Data: quantity, unit, step."""

    code = "quantity_indivisible"


class NotPositive(Invalid):
    """A line needs a quantity above zero. Data: quantity."""

    code = "quantity_not_positive"


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit a product is counted in: a piece, a metre, a pack of ten.

    `factor`: base units in one of it, exact; `step`: the smallest part of it that exists (1 for a piece or a pack,
    0.1 for a cable sold by decimetres), in this unit.
    """

    id: str
    name: str
    factor: Decimal = Decimal(1)
    step: Decimal = Decimal(1)


def to_base(quantity: Decimal, unit: Unit) -> Decimal:
    """`quantity` of `unit` in base units. Raises NotPositive, IndivisibleQuantity; never rounds."""
    if not quantity.is_finite() or quantity <= ZERO:
        raise NotPositive(quantity=str(quantity))
    try:
        if _EXACT.remainder(quantity, unit.step) == ZERO:
            return _EXACT.multiply(quantity, unit.factor)
    except (Inexact, InvalidOperation) as beyond:
        raise IndivisibleQuantity(quantity=str(quantity), unit=unit.name, step=str(unit.step)) from beyond
    raise IndivisibleQuantity(quantity=str(quantity), unit=unit.name, step=str(unit.step))


def from_base(quantity: Decimal, unit: Unit) -> Decimal:
    """Base units told in `unit`; may be a fraction (shown, never ordered). Exact wherever the quotient has an end."""
    return _FINE.divide(quantity, unit.factor)


def shown(quantity: Decimal, unit: Unit) -> Decimal:
    """Base units told in `unit` for people: three decimals at most, cut downwards (10 pieces: 3.333 packs of three)."""
    told = from_base(quantity, unit)
    cut = told.quantize(SHOWN_PLACES, rounding=ROUND_FLOOR, context=_FINE)
    return told if told == cut else cut


def whole_units(quantity: Decimal, unit: Unit) -> Decimal:
    """The largest quantity of `unit`, in base units, that is at most `quantity` base units and can be split off."""
    grain = unit.factor * unit.step
    return (max(quantity, ZERO) // grain) * grain


def is_whole(quantity: Decimal, unit: Unit) -> bool:
    """Can `quantity` base units be split off in `unit`?"""
    return quantity % (unit.factor * unit.step) == ZERO


def plain(quantity: Decimal) -> str:
    """A quantity for JSON and for eyes: no exponent, no trailing zeros, no minus zero ('10', '2.5', '0')."""
    if not quantity:
        return "0"
    text = format(quantity, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
