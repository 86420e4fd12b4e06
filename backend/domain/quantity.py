"""Exact quantities and their units. A quantity is a Decimal in the product's base unit unless a name says otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from backend.domain.errors import Invalid

ZERO = Decimal(0)


class IndivisibleQuantity(Invalid):
    """The quantity is not a whole number of the unit's smallest step. Data: quantity, unit, step."""

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
    if quantity % unit.step != ZERO:
        raise IndivisibleQuantity(quantity=str(quantity), unit=unit.name, step=str(unit.step))
    return quantity * unit.factor


def from_base(quantity: Decimal, unit: Unit) -> Decimal:
    """Base units told in `unit`; may be a fraction (shown, never ordered)."""
    return quantity / unit.factor


def whole_units(quantity: Decimal, unit: Unit) -> Decimal:
    """The largest quantity of `unit`, in base units, that is at most `quantity` base units and can be split off."""
    grain = unit.factor * unit.step
    return (max(quantity, ZERO) // grain) * grain


def plain(quantity: Decimal) -> str:
    """A quantity for JSON and for comparing by eyes: no exponent, no trailing zeros ('10', '2.5')."""
    text = format(quantity, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
