"""The stock picture of a basket: every line's parts looked at together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from backend.domain.basket import DraftLine, DraftPart
from backend.domain.book import Demand, StockBook, components_of, in_serving_order
from backend.domain.errors import Invalid
from backend.domain.lines import WORST_FIRST, BasketLine, LinePicture, LineState, Part, PartPicture
from backend.domain.quantity import ZERO, IndivisibleQuantity, Unit, is_whole, to_base
from backend.domain.stock import Product

__all__ = [
    "BasketLine",
    "Demand",
    "LinePicture",
    "LineState",
    "Part",
    "PartPicture",
    "StockBook",
    "assess",
    "components_of",
    "in_serving_order",
    "serve",
    "settle",
    "split",
]


def assess(lines: Sequence[BasketLine], book: StockBook, default_warehouse: str) -> Sequence[LinePicture]:
    """Every line's figures. Parts are served by date, then in the basket's order: lines of the same product share what
    there is. Takes what it served from `book`."""
    settled = {line.line_id: settle(line, book, default_warehouse) for line in lines}
    parts = [
        (part, line.product)
        for line in lines
        if line.product is not None and not isinstance(found := settled[line.line_id], LineState)
        for part in found
    ]
    figures = serve(parts, book)
    return [_line_picture(line, settled[line.line_id], figures) for line in lines]


def serve(parts: Sequence[tuple[Part, Product]], book: StockBook) -> Mapping[tuple[str, int], PartPicture]:
    """Look at every part in serving order and take what it needs. By line id and the part's number."""
    figures: dict[tuple[str, int], PartPicture] = {}
    for part, product in in_serving_order(parts, book.horizon):
        figures[part.line_id, part.number] = book.look(part, product)
        book.take(part, product)
    return figures


def _line_picture(
    line: BasketLine, result: Sequence[Part] | LineState, figures: Mapping[tuple[str, int], PartPicture]
) -> LinePicture:
    if isinstance(result, LineState):
        return LinePicture(line, result, None, ())
    parts = [figures[part.line_id, part.number] for part in result]
    state = next(state for state in WORST_FIRST if any(one.state is state for one in parts))
    return LinePicture(line, state, sum((part.quantity for part in result), ZERO), parts)


def settle(line: BasketLine, book: StockBook, default_warehouse: str) -> Sequence[Part] | LineState:
    """The line's parts with quantities in base units, or why it cannot be looked at."""
    if line.product is None or line.unit is None or not book.knows(line.product):
        return LineState.UNKNOWN_PRODUCT
    try:
        whole = to_base(line.quantity, line.unit)
    except IndivisibleQuantity:
        return LineState.INDIVISIBLE
    except Invalid:
        return LineState.NOT_POSITIVE
    return [
        Part(line.line_id, number, one.warehouse_id or default_warehouse, quantity, one.wanted_on)
        for number, (one, quantity) in enumerate(split(line.draft, line.quantity, whole, line.unit))
    ]


def split(
    draft: DraftLine, crm_quantity: Decimal, whole: Decimal, unit: Unit | None = None
) -> Sequence[tuple[DraftPart, Decimal]]:
    """The draft's parts with their quantities in base units.

    A split is void, and the line one part again, when it was made for another quantity, does not add up to `whole`, or
    has a part that is not a whole number of `unit` (which may have been changed since).
    """
    fixed = sum((one.quantity for one in draft.parts if one.quantity is not None), ZERO)
    open_parts = sum(1 for one in draft.parts if one.quantity is None)
    parts = [(one, whole - fixed if one.quantity is None else one.quantity) for one in draft.parts]
    stale = len(parts) > 1 and draft.for_quantity != crm_quantity
    adds_up = open_parts == 1 or (open_parts == 0 and fixed == whole)
    real = all(quantity > ZERO and (unit is None or is_whole(quantity, unit)) for _, quantity in parts)
    return parts if parts and real and adds_up and not stale else [(draft.as_one_part(), whole)]
