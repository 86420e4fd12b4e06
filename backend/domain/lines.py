"""Lines of a basket, their parts, and the figures of both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from backend.domain.basket import DraftLine
from backend.domain.quantity import ZERO, Unit
from backend.domain.stock import Movement, Product


class LineState(StrEnum):
    ENOUGH = "enough"
    ON_ORDER = "on_order"
    SHORT = "short"
    UNKNOWN_PRODUCT = "unknown_product"
    INDIVISIBLE = "indivisible"
    NOT_POSITIVE = "not_positive"
    UNCHECKED = "unchecked"


WORST_FIRST = (LineState.SHORT, LineState.ON_ORDER, LineState.ENOUGH)


@dataclass(frozen=True, slots=True)
class BasketLine:
    """A line of the deal with its product. `quantity` as the CRM has it, in the draft's unit (or the sale unit)."""

    line_id: str
    name: str
    sku: str
    quantity: Decimal
    draft: DraftLine
    product: Product | None

    @property
    def unit(self) -> Unit | None:
        """The unit the quantity is counted in; an unknown one falls back to the sale unit."""
        if self.product is None:
            return None
        chosen = self.product.unit(self.draft.unit_id) if self.draft.unit_id else None
        return chosen or self.product.unit(self.product.sale_unit_id) or self.product.base_unit


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a line, settled: one warehouse, a quantity in base units, a wanted date or none."""

    line_id: str
    number: int
    warehouse_id: str
    quantity: Decimal
    wanted_on: date | None


@dataclass(frozen=True, slots=True)
class PartPicture:
    """A part with its figures, net of whatever parts served before it take. Base units.

    `available` may be negative; `shortage` is what of this part is not covered: zero at least, the whole part at most.
    """

    part: Part
    state: LineState
    available: Decimal
    shippable_now: Decimal
    shortage: Decimal
    promise_date: date | None
    next_incoming: Movement | None

    @property
    def covered(self) -> Decimal:
        """How much of the part can be promised."""
        return self.part.quantity - self.shortage


@dataclass(frozen=True, slots=True)
class LinePicture:
    """A line with its figures. `parts` empty where the line cannot be looked at (unknown product, indivisible …)."""

    line: BasketLine
    state: LineState
    base_quantity: Decimal | None
    parts: Sequence[PartPicture]

    @property
    def available(self) -> Decimal:
        """What there is for the line.

        A split line has what its parts are covered with: what one of them leaves over is of no use to another.
        """
        return self.parts[0].available if len(self.parts) == 1 else self.covered

    @property
    def shippable_now(self) -> Decimal:
        """What there is for the line without deliveries; of a split line what its parts can send."""
        if len(self.parts) == 1:
            return self.parts[0].shippable_now
        return sum((min(one.shippable_now, one.part.quantity) for one in self.parts), ZERO)

    @property
    def covered(self) -> Decimal:
        """How much of the line can be promised."""
        return sum((one.covered for one in self.parts), ZERO)

    @property
    def shortage(self) -> Decimal:
        return sum((one.shortage for one in self.parts), ZERO)

    @property
    def promise_date(self) -> date | None:
        """When the whole line is there; None where a part has no date."""
        dates = [one.promise_date for one in self.parts]
        return latest(dates)


def latest(days: Sequence[date | None]) -> date | None:
    """The last of these days; None where one is not known, or there is none."""
    known = [day for day in days if day is not None]
    return max(known) if known and len(known) == len(days) else None
