"""Trying a change of one line on the whole basket before it is offered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from backend.domain.basket import DraftLine
from backend.domain.book import StockBook, components_of, in_serving_order
from backend.domain.lines import LinePicture, LineState, Part, PartPicture
from backend.domain.picture import serve, settle
from backend.domain.quantity import ZERO, Unit, whole_units
from backend.domain.stock import Product

Parts = Sequence[tuple[Part, Product]]


class Trial:
    """An assessed basket and the book it was assessed from.

    Lines that share no goods cannot hurt each other: a change is tried on those that do, directly or through others.
    """

    def __init__(self, lines: Sequence[LinePicture], book: StockBook) -> None:
        self._book = book
        self._rivals = _sharing(lines)

    @property
    def today(self) -> date:
        return self._book.horizon.today

    def days(self, product: Product, parts: Sequence[PartPicture]) -> Sequence[date]:
        """The delivery days later than these parts' own."""
        horizon = self._book.horizon
        soonest = min(horizon.until(one.part.wanted_on) for one in parts)
        days = self._book.deliveries(product, {one.part.warehouse_id for one in parts})
        return [day for day in days if day > soonest]

    def mends(self, picture: LinePicture, draft: DraftLine, crm_quantity: Decimal | None = None) -> bool:
        """Would the line, so changed, be short of nothing, and no other line shorter than before?"""
        line = replace(picture.line, draft=draft, quantity=crm_quantity or picture.line.quantity)
        changed = settle(line, self._book, "")
        if line.product is None or isinstance(changed, LineState):
            return False
        product = line.product
        rivals = self._rivals[line.line_id]
        others = [one for one in rivals if one.line.line_id != line.line_id]
        parts = [
            found
            for one in rivals
            for found in ([(part, product) for part in changed] if one is picture else _parts(one))
        ]
        after = self._shortages(parts)
        return after[line.line_id] == ZERO and all(after[one.line.line_id] <= one.shortage for one in others)

    def most(self, picture: LinePicture, product: Product, unit: Unit) -> Mapping[int, Decimal]:
        """The most of each part of the line, by its number, that there is in whole units, the other lines unchanged."""
        book = self._book.untouched()
        most: dict[int, Decimal] = {}
        rivals = [part for one in self._rivals[picture.line.line_id] for part in _parts(one)]
        for part, needed in in_serving_order(rivals, book.horizon):
            if part.line_id != picture.line.line_id:
                book.take(part, needed)
                continue
            available = book.look(part, needed).available
            most[part.number] = whole_units(min(part.quantity, available), unit)
            book.take(replace(part, quantity=most[part.number]), product)
        return most

    def _shortages(self, parts: Parts) -> Mapping[str, Decimal]:
        """What each line is short of when these are served."""
        sums: dict[str, Decimal] = {}
        for (line_id, _), figures in serve(parts, self._book.untouched()).items():
            sums[line_id] = sums.get(line_id, ZERO) + figures.shortage
        return sums


def _parts(picture: LinePicture) -> Parts:
    product = picture.line.product
    return [(one.part, product) for one in picture.parts] if product is not None else []


def _sharing(lines: Sequence[LinePicture]) -> Mapping[str, Sequence[LinePicture]]:
    """For every line that takes goods the lines that share goods with it, itself among them, in the basket's order."""
    groups: list[tuple[set[str], list[LinePicture]]] = []
    for line in lines:
        if line.line.product is None or not line.parts:
            continue
        goods = {one.product_id for one in components_of(line.line.product)}
        touched = [group for group in groups if group[0] & goods]
        groups = [group for group in groups if not group[0] & goods]
        members = [*(one for _, found in touched for one in found), line]
        groups.append((goods.union(*(found for found, _ in touched)), members))
    order = {line.line.line_id: number for number, line in enumerate(lines)}
    sharing: dict[str, Sequence[LinePicture]] = {}
    for _, members in groups:
        members.sort(key=lambda one: order[one.line.line_id])
        sharing |= {one.line.line_id: members for one in members}
    return sharing
