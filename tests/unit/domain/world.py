"""A small company for the tests of the rules: products, a book of stock and baskets said in few words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from backend.domain.availability import Horizon
from backend.domain.basket import DraftLine, DraftPart
from backend.domain.picture import BasketLine, LinePicture, StockBook, assess
from backend.domain.quantity import Unit
from backend.domain.remedies import Remedy
from backend.domain.stock import Component, Movement, Product, ProductKind, StockReading, WarehouseStock

TODAY = date(2026, 11, 21)
NOW = datetime(2026, 11, 21, 11, 20, tzinfo=UTC)
MSK, SPB = "msk", "spb"
PIECE = Unit("u", "шт")
PACK = Unit("pack", "уп", factor=Decimal(10))

Rows = Mapping[tuple[str, str], WarehouseStock]
Held = Mapping[tuple[str, str], Decimal]


def D(number: int | str) -> Decimal:  # noqa: N802 — read as a literal
    return Decimal(number)


def day(later: int) -> date:
    return TODAY + timedelta(days=later)


def goods(sku: str, *units: Unit, active: bool = True) -> Product:
    known = units or (PIECE, PACK)
    return Product(sku.lower(), sku, f"Товар {sku}", known, known[0].id, active=active)


def kit(sku: str, **components: int | str) -> Product:
    parts = tuple(Component(name, D(quantity)) for name, quantity in components.items())
    return replace(goods(sku, PIECE), kind=ProductKind.KIT, components=parts)


def service(sku: str) -> Product:
    return replace(goods(sku), kind=ProductKind.SERVICE)


def stock(
    on_hand: int | str,
    reserved: int | str = 0,
    *incoming: tuple[int | str, int | None],
    promised: Sequence[Movement] = (),
) -> WarehouseStock:
    """`incoming`: pairs of quantity and days from today (None = undated)."""
    due = tuple(Movement(D(many), None if late is None else day(late)) for many, late in incoming)
    return WarehouseStock(D(on_hand), D(reserved), due, tuple(promised))


def book_of(
    rows: Rows, held: Held | None = None, *, unknown: Sequence[str] = (), horizon: Horizon | None = None
) -> StockBook:
    return StockBook(StockReading(NOW, rows, frozenset(unknown)), held or {}, horizon or Horizon(TODAY))


def line(
    line_id: str, product: Product | None, quantity: int | str, *parts: DraftPart, unit: str | None = None
) -> BasketLine:
    """With parts: a split made for this very quantity."""
    draft = DraftLine(unit, parts or (DraftPart(),), D(quantity) if len(parts) > 1 else None)
    name, sku = (product.name, product.sku) if product else ("Неизвестное", "X")
    return BasketLine(line_id, name, sku, D(quantity), draft, product)


def seen(lines: Sequence[BasketLine], rows: Rows, held: Held | None = None, **more: object) -> Sequence[LinePicture]:
    return assess(lines, book_of(rows, held, **more), MSK)  # type: ignore[arg-type]


def applied(lines: Sequence[BasketLine], remedy: Remedy) -> Sequence[BasketLine]:
    """The basket after one click."""
    return [
        replace(one, draft=remedy.draft, quantity=remedy.crm_quantity or one.quantity)
        if one.line_id == remedy.line_id
        else one
        for one in lines
    ]
