"""What can be done about a shortage, each applied by one click (R5).

A remedy is offered only when a trial shows that it works: with it the line is short of nothing and no other line of the
basket is shorter than before.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from backend.domain.basket import DraftLine, DraftPart
from backend.domain.errors import NotFound
from backend.domain.lines import LinePicture, LineState, PartPicture
from backend.domain.picture import StockBook
from backend.domain.quantity import ZERO, Unit, from_base, plain, to_base, whole_units
from backend.domain.stock import Product
from backend.domain.trial import Trial


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

    `quantity`, `later`: base units for the words; `day` when the goods are there.
    """

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
    """All remedies of a basket, in its order. `lines` as assessed from `book`, which stays as it is."""
    trial = Trial(lines, book)
    return [remedy for line in lines for remedy in _of_line(line, trial, warehouse_ids)]


def choose(offered: Sequence[Remedy], remedy_id: str) -> Remedy:
    """The offered remedy with this id. Raises RemedyGone."""
    for remedy in offered:
        if remedy.id == remedy_id:
            return remedy
    raise RemedyGone(remedy_id=remedy_id)


@dataclass(frozen=True, slots=True)
class _Case:
    """A line that is short: `short` the parts that lack something."""

    picture: LinePicture
    product: Product
    unit: Unit
    short: Sequence[PartPicture]

    @property
    def line_id(self) -> str:
        return self.picture.line.line_id

    @property
    def wanted(self) -> Decimal:
        """What the short parts want in all."""
        return sum((one.part.quantity for one in self.short), ZERO)

    def draft_of(self, parts: Sequence[DraftPart]) -> DraftLine:
        """The line's draft with the short parts replaced by these."""
        kept = [_as_draft(one) for one in self.picture.parts if one not in self.short]
        return _settled(self.picture.line.draft, [*kept, *parts], self.picture.line.quantity)


def _of_line(picture: LinePicture, trial: Trial, warehouse_ids: Sequence[str]) -> Iterator[Remedy]:
    product, unit = picture.line.product, picture.line.unit
    if product is None or unit is None:
        return
    if picture.state is LineState.INDIVISIBLE:
        yield from _whole(picture, unit)
        return
    short = [one for one in picture.parts if one.state is LineState.SHORT]
    if short:
        case = _Case(picture, product, unit, short)
        yield from _elsewhere(case, trial, warehouse_ids)
        yield from _part_now(case, trial)
        yield from _later(case, trial)
        yield from _less(case, trial)


def _elsewhere(case: _Case, trial: Trial, warehouse_ids: Sequence[str]) -> Iterator[Remedy]:
    """Take all that is missing from one other warehouse, in whole units."""
    here = [replace(_as_draft(one), quantity=whole_units(one.covered, case.unit)) for one in case.short]
    gaps = [one.part.quantity - (kept.quantity or ZERO) for one, kept in zip(case.short, here, strict=True)]
    lacking = {one.part.warehouse_id for one in case.short}
    for warehouse in warehouse_ids:
        there = [DraftPart(warehouse, gap, one.part.wanted_on) for one, gap in zip(case.short, gaps, strict=True)]
        draft = case.draft_of([*here, *there])
        if warehouse not in lacking and trial.mends(case.picture, draft):
            yield Remedy(
                id=f"{RemedyKind.OTHER_WAREHOUSE}:{case.line_id}:{warehouse}",
                kind=RemedyKind.OTHER_WAREHOUSE,
                line_id=case.line_id,
                draft=draft,
                quantity=sum(gaps, ZERO),
                warehouse_id=warehouse,
            )


def _part_now(case: _Case, trial: Trial) -> Iterator[Remedy]:
    """What is on the shelf goes today, the rest on the first day it is all there."""
    now = [replace(_as_draft(one), quantity=whole_units(one.shippable_now, case.unit)) for one in case.short]
    sent = sum((one.quantity or ZERO for one in now), ZERO)
    if sent == ZERO:
        return
    today = [replace(one, wanted_on=trial.today) for one in now]
    for day in trial.days(case.product, case.short):
        rest = [
            replace(_as_draft(one), quantity=one.part.quantity - (kept.quantity or ZERO), wanted_on=day)
            for one, kept in zip(case.short, now, strict=True)
        ]
        draft = case.draft_of([*today, *rest])
        if trial.mends(case.picture, draft):
            yield Remedy(
                id=f"{RemedyKind.PART_NOW}:{case.line_id}:{day.isoformat()}",
                kind=RemedyKind.PART_NOW,
                line_id=case.line_id,
                draft=draft,
                quantity=sent,
                later=case.wanted - sent,
                day=day,
            )
            return


def _later(case: _Case, trial: Trial) -> Iterator[Remedy]:
    """Everything that is short waits for the first day it is all there."""
    for day in trial.days(case.product, case.short):
        draft = case.draft_of([replace(_as_draft(one), wanted_on=day) for one in case.short])
        if trial.mends(case.picture, draft):
            yield Remedy(
                id=f"{RemedyKind.LATER_DATE}:{case.line_id}:{day.isoformat()}",
                kind=RemedyKind.LATER_DATE,
                line_id=case.line_id,
                draft=draft,
                quantity=case.wanted,
                day=day,
            )
            return


def _less(case: _Case, trial: Trial) -> Iterator[Remedy]:
    """Order only what there is, in whole units: the CRM's quantity goes down."""
    kept = trial.most(case.picture, case.product, case.unit)
    total = sum(kept.values(), ZERO)
    if total == ZERO:
        return
    parts = [replace(_as_draft(one), quantity=kept[one.part.number]) for one in case.picture.parts]
    crm_quantity = from_base(total, case.unit)
    draft = _settled(case.picture.line.draft, parts, crm_quantity)
    if trial.mends(case.picture, draft, crm_quantity):
        yield Remedy(
            id=f"{RemedyKind.AVAILABLE_ONLY}:{case.line_id}",
            kind=RemedyKind.AVAILABLE_ONLY,
            line_id=case.line_id,
            draft=draft,
            crm_quantity=crm_quantity,
            quantity=total,
        )


def _whole(picture: LinePicture, unit: Unit) -> Iterator[Remedy]:
    """The nearest quantities that can be split off: below (if any) and above. Stock is looked at once one is taken."""
    below = picture.line.quantity - picture.line.quantity % unit.step
    for quantity in (below, below + unit.step):
        if quantity > ZERO:
            yield Remedy(
                id=f"{RemedyKind.WHOLE_UNITS}:{picture.line.line_id}:{plain(quantity)}",
                kind=RemedyKind.WHOLE_UNITS,
                line_id=picture.line.line_id,
                draft=_settled(picture.line.draft, [picture.line.draft.as_one_part()], quantity),
                crm_quantity=quantity,
                quantity=to_base(quantity, unit),
            )


def _settled(draft: DraftLine, parts: Sequence[DraftPart], crm_quantity: Decimal) -> DraftLine:
    """Parts of one warehouse and date put together, empty ones left out. A single part takes whatever the quantity is;
    several are pinned to the quantity they were made for."""
    sums: dict[tuple[str | None, date | None], Decimal] = {}
    for one in parts:
        key = (one.warehouse_id, one.wanted_on)
        sums[key] = sums.get(key, ZERO) + (one.quantity or ZERO)
    together = [DraftPart(warehouse, quantity, day) for (warehouse, day), quantity in sums.items() if quantity > ZERO]
    if len(parts) == 1 or len(together) == 1:
        only = together[0] if together else parts[0]
        return replace(draft, parts=(replace(only, quantity=None),), for_quantity=None)
    return replace(draft, parts=tuple(together), for_quantity=crm_quantity)


def _as_draft(one: PartPicture) -> DraftPart:
    return DraftPart(one.part.warehouse_id, one.part.quantity, one.part.wanted_on)
