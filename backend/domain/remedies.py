"""What can be done about a shortage, each applied by one click (R5)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from backend.domain.availability import Projection
from backend.domain.basket import DraftLine, DraftPart
from backend.domain.errors import NotFound
from backend.domain.picture import LinePicture, LineState, PartPicture, StockBook, components_of
from backend.domain.quantity import ZERO, Unit, from_base, to_base, whole_units
from backend.domain.stock import Product


class RemedyKind(StrEnum):
    OTHER_WAREHOUSE = "other_warehouse"
    PART_NOW = "part_now"
    LATER_DATE = "later_date"
    AVAILABLE_ONLY = "available_only"
    WHOLE_UNITS = "whole_units"


class RemedyGone(NotFound):
    """The remedy no longer fits: figures or basket changed. Data: remedy_id."""

    code = "remedy_gone"


@dataclass(frozen=True, slots=True)
class Remedy:
    """One way out. `draft` is the line's draft once applied, `crm_quantity` the CRM's new quantity (None = unchanged).
    `quantity`, `later`: base units for the words; `day` when the goods are there."""

    id: str
    kind: RemedyKind
    line_id: str
    draft: DraftLine
    crm_quantity: Decimal | None = None
    quantity: Decimal = ZERO
    later: Decimal = ZERO
    warehouse_id: str | None = None
    day: date | None = None
    params: dict[str, str] = field(default_factory=dict)


def remedies(lines: Sequence[LinePicture], book: StockBook, warehouse_ids: Sequence[str]) -> Sequence[Remedy]:
    """All remedies of a basket, worst line first as the basket has it."""
    return [remedy for line in lines for remedy in _of_line(line, book, warehouse_ids)]


def choose(offered: Sequence[Remedy], remedy_id: str) -> Remedy:
    """The offered remedy with this id. Raises RemedyGone."""
    for remedy in offered:
        if remedy.id == remedy_id:
            return remedy
    raise RemedyGone(remedy_id=remedy_id)


def _of_line(picture: LinePicture, book: StockBook, warehouse_ids: Sequence[str]) -> Iterator[Remedy]:
    product, unit = picture.line.product, picture.line.unit
    if product is None or unit is None:
        return
    if picture.state is LineState.INDIVISIBLE:
        yield from _whole(picture, unit)
        return
    short = [one for one in picture.parts if one.state is LineState.SHORT]
    for part in short:
        yield from _elsewhere(picture, part, product, unit, book, warehouse_ids)
        yield from _split_by_date(picture, part, product, unit, book)
    if short:
        yield from _less(picture, unit)


def _elsewhere(
    picture: LinePicture,
    short: PartPicture,
    product: Product,
    unit: Unit,
    book: StockBook,
    warehouse_ids: Sequence[str],
) -> Iterator[Remedy]:
    """Take what is missing from another warehouse, whole units; all of it or nothing, so that one click ends the shortage."""
    here = whole_units(short.part.quantity - short.shortage, unit)
    missing = short.part.quantity - here
    taken = {one.part.warehouse_id for one in picture.parts}
    for warehouse in warehouse_ids:
        if warehouse in taken or _available(product, warehouse, book, short.part.wanted_on) < missing:
            continue
        there = DraftPart(warehouse, missing, short.part.wanted_on)
        parts = [replace(_as_draft(short), quantity=here), there] if here > ZERO else [there]
        yield Remedy(
            id=f"{RemedyKind.OTHER_WAREHOUSE}:{picture.line.line_id}:{short.part.number}:{warehouse}",
            kind=RemedyKind.OTHER_WAREHOUSE,
            line_id=picture.line.line_id,
            draft=_with_parts(picture, short, parts),
            quantity=missing,
            warehouse_id=warehouse,
        )


def _split_by_date(
    picture: LinePicture, short: PartPicture, product: Product, unit: Unit, book: StockBook
) -> Iterator[Remedy]:
    """Everything on the day it is all there; or what is on the shelf now and the rest that day."""
    day = short.promise_date
    if day is None:
        return
    now = whole_units(short.shippable_now, unit)
    if now > ZERO:
        parts = [
            DraftPart(short.part.warehouse_id, now, book.horizon.today),
            DraftPart(short.part.warehouse_id, short.part.quantity - now, day),
        ]
        yield Remedy(
            id=f"{RemedyKind.PART_NOW}:{picture.line.line_id}:{short.part.number}:{day.isoformat()}",
            kind=RemedyKind.PART_NOW,
            line_id=picture.line.line_id,
            draft=_with_parts(picture, short, parts),
            quantity=now,
            later=short.part.quantity - now,
            day=day,
        )
    yield Remedy(
        id=f"{RemedyKind.LATER_DATE}:{picture.line.line_id}:{short.part.number}:{day.isoformat()}",
        kind=RemedyKind.LATER_DATE,
        line_id=picture.line.line_id,
        draft=_with_parts(picture, short, [replace(_as_draft(short), wanted_on=day)]),
        quantity=short.part.quantity,
        day=day,
    )


def _less(picture: LinePicture, unit: Unit) -> Iterator[Remedy]:
    """Order only what there is: the CRM's quantity goes down."""
    parts = [(one, whole_units(min(one.part.quantity, one.available), unit)) for one in picture.parts]
    left = [(one, quantity) for one, quantity in parts if quantity > ZERO]
    total = sum((quantity for _, quantity in left), ZERO)
    if total == ZERO:
        return
    kept = [replace(_as_draft(one), quantity=quantity) for one, quantity in left]
    crm_quantity = from_base(total, unit)
    yield Remedy(
        id=f"{RemedyKind.AVAILABLE_ONLY}:{picture.line.line_id}",
        kind=RemedyKind.AVAILABLE_ONLY,
        line_id=picture.line.line_id,
        draft=_settled(picture.line.draft, kept, crm_quantity),
        crm_quantity=crm_quantity,
        quantity=total,
    )


def _whole(picture: LinePicture, unit: Unit) -> Iterator[Remedy]:
    """The nearest quantities that can be split off: below (if any) and above."""
    below = (picture.line.quantity // unit.step) * unit.step
    for quantity in (below, below + unit.step):
        if quantity > ZERO:
            yield Remedy(
                id=f"{RemedyKind.WHOLE_UNITS}:{picture.line.line_id}:{quantity}",
                kind=RemedyKind.WHOLE_UNITS,
                line_id=picture.line.line_id,
                draft=_settled(picture.line.draft, [_first_part(picture.line.draft)], quantity),
                crm_quantity=quantity,
                quantity=to_base(quantity, unit),
            )


def _available(product: Product, warehouse_id: str, book: StockBook, wanted_on: date | None) -> Decimal:
    by = book.horizon.until(wanted_on)

    def whole(view: Projection, per: Decimal) -> Decimal:
        return view.available(by) if per == 1 else view.available(by) // per

    return min(
        (whole(book.projection(one.product_id, warehouse_id), one.quantity) for one in components_of(product)),
        default=ZERO,
    )


def _with_parts(picture: LinePicture, replaced: PartPicture, parts: Sequence[DraftPart]) -> DraftLine:
    kept = [replace(_as_draft(one), quantity=one.part.quantity) for one in picture.parts if one is not replaced]
    return _settled(picture.line.draft, [*kept, *parts], picture.line.quantity)


def _settled(draft: DraftLine, parts: Sequence[DraftPart], crm_quantity: Decimal) -> DraftLine:
    """A single part takes whatever the quantity is; several are pinned to the quantity they were made for."""
    if len(parts) == 1:
        return replace(draft, parts=(replace(parts[0], quantity=None),), for_quantity=None)
    return replace(draft, parts=tuple(parts), for_quantity=crm_quantity)


def _as_draft(one: PartPicture) -> DraftPart:
    return DraftPart(one.part.warehouse_id, one.part.quantity, one.part.wanted_on)


def _first_part(draft: DraftLine) -> DraftPart:
    return draft.parts[0]
