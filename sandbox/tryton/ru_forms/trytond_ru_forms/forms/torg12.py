"""ТОРГ-12, товарная накладная (ОКУД 0330212), as Goskomstat's decree 132 of 25.12.1998 lays it out."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, Spacer

from .facts import Document, Line, Party
from .page import boxed, build, grid, text, under
from .text import DASH, money, quantity, short_date
from .torg12_ending import ending

_WIDTHS = (10, 60, 24, 15, 11, 13, 13, 12, 14, 17, 19, 22, 14, 17, 20)
_WHOLE = sum(_WIDTHS)
_HEAD = ("Номер по порядку", "Товар", "", "Единица измерения", "", "Вид упаковки", "Количество", "",
         "Масса брутто", "Количество (масса нетто)", "Цена, руб. коп.", "Сумма без учета НДС, руб. коп.", "НДС", "",
         "Сумма с учетом НДС, руб. коп.")
_HEAD_2 = ("", "наименование, характеристика, сорт, артикул товара", "код", "наименование", "код по ОКЕИ", "",
           "в одном месте", "мест, штук", "", "", "", "", "ставка, %", "сумма, руб. коп.", "")
_APPROVED = "Унифицированная форма № ТОРГ-12\nУтверждена постановлением Госкомстата России от 25.12.98 № 132"
_NUMBERS = tuple(str(number) for number in range(1, 16))


def render(document: Document) -> bytes:
    """The товарная накладная as PDF, landscape."""
    return build(lambda _pages: _story(document), f"Товарная накладная № {document.number}", wide=True)


def _story(document: Document) -> list[Flowable]:
    return [
        text(_APPROVED, 5.5, "right"),
        _parties(document),
        Spacer(1, 1.5 * mm),
        _title(document),
        Spacer(1, 1.5 * mm),
        _lines(document),
        Spacer(1, 1 * mm),
        KeepTogether(ending(document, _WHOLE)),
    ]


def _parties(document: Document) -> Flowable:
    consignor = _card(document.consignor, document.seller)
    rows = [
        ["", "", text("Коды", 6.5, "center")],
        ["", text("Форма по ОКУД", 6.5, "right"), text("0330212", 7, "center", bold=True)],
        [text(consignor, 7), text("по ОКПО", 6.5, "right"), text(document.seller.okpo or DASH, 7, "center")],
        [text("(организация-грузоотправитель, адрес, телефон, факс, банковские реквизиты)", 5, "center"), "", ""],
        ["", text("Вид деятельности по ОКДП", 6.5, "right"), ""],
        [text("(структурное подразделение)", 5, "center"), "", ""],
        _party_row("Грузополучатель", document.consignee),
        [text("(организация, адрес, телефон, факс, банковские реквизиты)", 5, "center"), "", ""],
        _party_row("Поставщик", document.seller),
        [text("(организация, адрес, телефон, факс, банковские реквизиты)", 5, "center"), "", ""],
        _party_row("Плательщик", document.buyer),
        [text("(организация, адрес, телефон, факс, банковские реквизиты)", 5, "center"), "", ""],
        [text(f"Основание:  {document.basis}", 7), text("номер", 6.5, "right"), ""],
        [text("(договор, заказ-наряд)", 5, "center"), text("дата", 6.5, "right"), ""],
        [text("Транспортная накладная", 7, "right"), text("номер / дата", 6.5, "right"), ""],
        ["", text("Вид операции", 6.5, "right"), ""],
    ]
    lined = [under(0, number) for number in (2, 4, 6, 8, 10, 12)]
    return grid(rows, (_WHOLE - 70, 42, 28), [boxed((2, 0), (2, -1)), *lined], pad=1.2)


def _card(place: Party, owner: Party) -> str:
    phone = f"тел. {owner.phone}" if owner.phone else ""
    parts = (place.name, f"ИНН {owner.inn}", place.address, phone, owner.bank_line())
    return ", ".join(part for part in parts if part)


def _party_row(label: str, party: Party) -> list[Any]:
    content = ", ".join(part for part in (party.requisites(), party.bank_line()) if part)
    return [text(f"{label}:  {content}", 7), text("по ОКПО", 6.5, "right"), text(party.okpo or DASH, 7, "center")]


def _title(document: Document) -> Flowable:
    rows = [
        ["", text("Номер документа", 6.5, "center"), text("Дата составления", 6.5, "center")],
        [text("ТОВАРНАЯ НАКЛАДНАЯ", 11, "right", bold=True), text(document.number, 9, "center", bold=True),
         text(short_date(document.day), 9, "center", bold=True)],
    ]
    return grid(rows, (120, 34, 34), [boxed((1, 0), (2, 1)), ("VALIGN", (0, 1), (-1, 1), "MIDDLE")], pad=4)


def _lines(document: Document) -> Flowable:
    rows: list[list[Any]] = [[text(cell, 5.6, "center") for cell in head] for head in (_HEAD, _HEAD_2, _NUMBERS)]
    rows += [_row(number, line) for number, line in enumerate(document.lines, 1)]
    for label in ("Итого", "Всего по накладной"):
        rows.append(_sum_row(label, document))
    last = len(rows) - 1
    merged = [("SPAN", (column, 0), (column, 1)) for column in (0, 5, 8, 9, 10, 11, 14)]
    style = [
        boxed((0, 0), (-1, last - 2)), boxed((7, last - 1), (-1, last)), *merged,
        ("SPAN", (1, 0), (2, 0)), ("SPAN", (3, 0), (4, 0)), ("SPAN", (6, 0), (7, 0)), ("SPAN", (12, 0), (13, 0)),
        ("SPAN", (0, last - 1), (6, last - 1)), ("SPAN", (0, last), (6, last)),
        ("VALIGN", (0, 0), (-1, 2), "MIDDLE"),
    ]
    return grid(rows, _WIDTHS, style, repeat=3, pad=1)


def _row(number: int, line: Line) -> list[Any]:
    vat = DASH if line.vat_rate is None else money(line.vat)
    return [
        text(str(number), 6.5, "center"), text(line.name, 7), text(line.sku, 6.5, "center"),
        text(line.unit, 6.5, "center"), text(line.okei, 6.5, "center"), "", "", "", "",
        *(text(cell, 6.8, "right") for cell in (quantity(line.quantity), money(line.price), money(line.net))),
        text(line.vat_label, 6.5, "center"), text(vat, 6.8, "right"), text(money(line.gross), 6.8, "right"),
    ]


def _sum_row(label: str, document: Document) -> list[Any]:
    row: list[Any] = [""] * len(_WIDTHS)
    row[0] = text(label, 7, "right")
    count = sum((line.quantity for line in document.lines), Decimal(0))
    sums = {9: quantity(count), 11: money(document.net), 13: money(document.vat), 14: money(document.gross)}
    for column, value in sums.items():
        row[column] = text(value, 6.8, "right", bold=True)
    row[10] = row[12] = row[7] = row[8] = text("Х", 6.5, "center")
    return row
