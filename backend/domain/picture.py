"""The stock picture of a basket: every line's parts looked at together, kits by their components."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from backend.domain.availability import Horizon, Projection
from backend.domain.basket import DraftLine, DraftPart
from backend.domain.errors import Invalid
from backend.domain.quantity import ZERO, IndivisibleQuantity, Unit, to_base
from backend.domain.stock import Component, Movement, Product, ProductKind, StockReading, WarehouseStock


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
    """A line of the deal with its product. `quantity` as the CRM has it, counted in the draft's unit (or the sale unit)."""

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
    """A part with its figures, net of whatever earlier parts of the basket take. Base units; `shortage` zero where none."""

    part: Part
    state: LineState
    available: Decimal
    shippable_now: Decimal
    shortage: Decimal
    promise_date: date | None
    next_incoming: Movement | None


@dataclass(frozen=True, slots=True)
class LinePicture:
    """A line with its figures. `parts` empty where the line cannot be looked at (unknown product, indivisible …)."""

    line: BasketLine
    state: LineState
    base_quantity: Decimal | None
    parts: Sequence[PartPicture]

    @property
    def available(self) -> Decimal:
        return sum((one.available for one in self.parts), ZERO)

    @property
    def shippable_now(self) -> Decimal:
        return sum((one.shippable_now for one in self.parts), ZERO)

    @property
    def shortage(self) -> Decimal:
        return sum((one.shortage for one in self.parts), ZERO)

    @property
    def promise_date(self) -> date | None:
        """When the whole line is there; None where a part has no date."""
        dates = [one.promise_date for one in self.parts]
        return None if not dates or None in dates else max(day for day in dates if day is not None)


@dataclass(frozen=True, slots=True)
class Demand:
    """What a part takes of one product: itself, or a kit's component. `limit` = available by the part's date, before the
    basket's own earlier demands and before our holds."""

    part: Part
    product_id: str
    quantity: Decimal
    limit: Decimal


class StockBook:
    """A reading, our holds and the kits, ready to be asked part by part. Taking a part lowers what later parts see."""

    def __init__(
        self,
        reading: StockReading,
        held: Mapping[tuple[str, str], Decimal],
        horizon: Horizon,
    ) -> None:
        self._reading = reading
        self._held = held
        self._taken: dict[tuple[str, str], Decimal] = {}
        self.horizon = horizon

    def projection(self, product_id: str, warehouse_id: str, *, fresh: bool = False) -> Projection:
        """What can be promised now; `fresh` = as if nothing of this basket were taken. Unknown pairs have nothing."""
        key = (product_id, warehouse_id)
        stock = self._reading.rows.get(key, WarehouseStock(ZERO, ZERO))
        taken = ZERO if fresh else self._taken.get(key, ZERO)
        return Projection(stock, self._held.get(key, ZERO) + taken, self.horizon)

    def look(self, part: Part, product: Product) -> PartPicture:
        """The part's figures at this point of the basket. A service has no stock: it is always enough."""
        if product.kind is ProductKind.SERVICE:
            return PartPicture(part, LineState.ENOUGH, part.quantity, part.quantity, ZERO, self.horizon.today, None)
        by = self.horizon.until(part.wanted_on)
        seen = [(one, self.projection(one.product_id, part.warehouse_id)) for one in components_of(product)]
        available = min(_kits(view.available(by), one) for one, view in seen)
        now = min(_kits(view.shippable_now, one) for one, view in seen)
        promises = [view.promise_date(part.quantity * one.quantity) for one, view in seen]
        promise = None if None in promises else max(day for day in promises if day is not None)
        shortage = max(ZERO, part.quantity - available)
        incoming = seen[0][1].next_incoming() if len(seen) == 1 else None
        return PartPicture(part, _state(part.quantity, available, now), available, now, shortage, promise, incoming)

    def take(self, part: Part, product: Product) -> None:
        """Promise the part's goods to it, whether or not there are enough."""
        for one in components_of(product):
            key = (one.product_id, part.warehouse_id)
            self._taken[key] = self._taken.get(key, ZERO) + part.quantity * one.quantity

    def demands(self, part: Part, product: Product) -> Iterator[Demand]:
        """What holds the part needs."""
        if product.kind is ProductKind.SERVICE:
            return
        by = self.horizon.until(part.wanted_on)
        for one in components_of(product):
            view = Projection(
                self._reading.rows.get((one.product_id, part.warehouse_id), WarehouseStock(ZERO, ZERO)), ZERO, self.horizon
            )
            yield Demand(part, one.product_id, part.quantity * one.quantity, view.available(by))


def components_of(product: Product) -> Sequence[Component]:
    """The goods a product is taken as: a kit's components, nothing for a service, else itself."""
    if product.kind is ProductKind.SERVICE:
        return ()
    if product.kind is ProductKind.KIT:
        return product.components
    return (Component(product.id, Decimal(1)),)


def assess(lines: Sequence[BasketLine], book: StockBook, default_warehouse: str) -> Sequence[LinePicture]:
    """Every line's figures. Parts are served by date, then in the basket's order: lines of the same product share what there is."""
    settled = {line.line_id: _settle(line, default_warehouse) for line in lines}
    products = {line.line_id: line.product for line in lines}
    queue = sorted(
        (part for result in settled.values() if not isinstance(result, LineState) for part in result),
        key=lambda part: book.horizon.until(part.wanted_on),
    )
    figures: dict[tuple[str, int], PartPicture] = {}
    for part in queue:
        product = products[part.line_id]
        if product is not None:
            figures[part.line_id, part.number] = book.look(part, product)
            book.take(part, product)
    return [_line_picture(line, settled[line.line_id], figures) for line in lines]


def _line_picture(
    line: BasketLine, result: Sequence[Part] | LineState, figures: Mapping[tuple[str, int], PartPicture]
) -> LinePicture:
    if isinstance(result, LineState):
        return LinePicture(line, result, None, ())
    parts = [figures[part.line_id, part.number] for part in result]
    state = next(state for state in WORST_FIRST if any(one.state is state for one in parts))
    return LinePicture(line, state, sum((part.quantity for part in result), ZERO), parts)


def _settle(line: BasketLine, default_warehouse: str) -> Sequence[Part] | LineState:
    """The line's parts with quantities in base units, or why it cannot be looked at."""
    if line.product is None or line.unit is None:
        return LineState.UNKNOWN_PRODUCT
    try:
        whole = to_base(line.quantity, line.unit)
    except IndivisibleQuantity:
        return LineState.INDIVISIBLE
    except Invalid:
        return LineState.NOT_POSITIVE
    return [
        Part(line.line_id, number, one.warehouse_id or default_warehouse, quantity, one.wanted_on)
        for number, (one, quantity) in enumerate(split(line.draft, line.quantity, whole))
    ]


def split(draft: DraftLine, crm_quantity: Decimal, whole: Decimal) -> Sequence[tuple[DraftPart, Decimal]]:
    """The draft's parts with their quantities in base units. A split made for another quantity is void: one part, the first's
    warehouse and date."""
    fixed = sum((one.quantity for one in draft.parts if one.quantity is not None), ZERO)
    rest = whole - fixed
    open_parts = sum(1 for one in draft.parts if one.quantity is None)
    stale = len(draft.parts) > 1 and draft.for_quantity != crm_quantity
    fits = rest > ZERO if open_parts else rest == ZERO
    if stale or open_parts > 1 or not fits:
        return [(DraftPart(draft.parts[0].warehouse_id, None, draft.parts[0].wanted_on), whole)]
    return [(one, rest if one.quantity is None else one.quantity) for one in draft.parts]


def _kits(available: Decimal, component: Component) -> Decimal:
    """How many of the product this much of its component makes. A single product may be a fraction; kits are whole."""
    if component.quantity == 1:
        return available
    return (available / component.quantity).to_integral_value(rounding="ROUND_FLOOR")


def _state(quantity: Decimal, available: Decimal, now: Decimal) -> LineState:
    if now >= quantity and available >= quantity:
        return LineState.ENOUGH
    return LineState.ON_ORDER if available >= quantity else LineState.SHORT
