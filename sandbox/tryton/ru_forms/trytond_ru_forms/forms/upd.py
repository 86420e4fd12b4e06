"""УПД, status 1: счёт-фактура and transfer document in one.

Fields of the счёт-фактура by Government decree 1137 (Appendix 1), of the transfer by the tax service's letter
ММВ-20-3/96@. The tracing columns 12 to 14 are not printed: rule 2(2) of the decree leaves them out on paper
when no line is subject to tracing. Column 1б is for exports within the EAEU only.
"""

from __future__ import annotations

from typing import Any

from reportlab.lib import colors
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, Spacer

from .facts import Document, Line
from .page import boxed, build, captioned, grid, text, under
from .text import DASH, long_date, money, plural, quantity, short_date
from .upd_transfer import transfer

STRIP = 25
_RUSSIA = "643"
_WIDTHS = (STRIP, 7, 46, 11, 8, 13, 15, 19, 23, 13, 13, 20, 23, 11, 15, 19)
_WHOLE = sum(_WIDTHS)
_HEAD = (
    "Код товара/ работ, услуг", "№ п/п", "Наименование товара (описание выполненных работ, оказанных услуг), "
    "имущественного права", "Код вида товара", "Единица измерения", "", "Количество (объем)",
    "Цена (тариф) за единицу измерения", "Стоимость товаров (работ, услуг), имущественных прав без налога — всего",
    "В том числе сумма акциза", "Налоговая ставка", "Сумма налога, предъявляемая покупателю",
    "Стоимость товаров (работ, услуг), имущественных прав с налогом — всего", "Страна происхождения товара", "",
    "Регистрационный номер декларации на товары или партии товара",
)
_HEAD_2 = ("", "", "", "", "код", "условное обозначение (нацио- нальное)", *[""] * 7, "цифровой код",
           "краткое наименование", "")
_NUMBERS = ("А", "1", "1а", "1б", "2", "2а", "3", "4", "5", "6", "7", "8", "9", "10", "10а", "11")
_NOTE = ("Приложение № 1 к постановлению Правительства Российской Федерации\nот 26 декабря 2011 г. № 1137 "
         "(в ред. постановления Правительства Российской Федерации\nот 16 августа 2024 г. № 1096)")


def render(document: Document) -> bytes:
    """The УПД as PDF, landscape."""
    return build(lambda pages: _story(document, pages), f"УПД № {document.number}", wide=True)


def _story(document: Document, pages: int) -> list[Flowable]:
    return [
        _header(document),
        Spacer(1, 1.5 * mm),
        _lines(document),
        KeepTogether([_signatures(document, pages), *transfer(document, STRIP, _WHOLE - STRIP)]),
    ]


def _header(document: Document) -> Flowable:
    strip = [
        text("Универсальный передаточный документ", 7.5, bold=True),
        Spacer(1, 2 * mm),
        grid([[text("Статус:", 7.5), text("1", 9, "center", bold=True)]], (13, 7), [boxed((1, 0), (1, 0), 1.2)]),
        Spacer(1, 2 * mm),
        text("1 – счет-фактура и передаточный документ (акт)\n2 – передаточный документ (акт)", 5.5),
    ]
    title = grid(
        [[text(f"Счет-фактура № {document.number}", 9, bold=True), text(f"от {long_date(document.day)}", 9, bold=True),
          text("(1)"), text(_NOTE, 5.5, "right")],
         [text("Исправление №  —", 8), text("от  —", 8), text("(1а)"), ""]],
        (56, 46, 9, _WHOLE - STRIP - 114),
        [under(0, 0), under(1, 0), under(0, 1), under(1, 1), ("SPAN", (3, 0), (3, 1))],
    )
    half = (_WHOLE - STRIP - 3) / 2
    sides = grid([[_fields(_seller_fields(document), half), _fields(_buyer_fields(document), half)]],
                 (half, half), pad=0)
    return grid([[strip, [title, Spacer(1, 1 * mm), sides]]], (STRIP, _WHOLE - STRIP),
                [("LINEAFTER", (0, 0), (0, 0), 1.5, colors.black)])


def _seller_fields(document: Document) -> list[tuple[str, str, str]]:
    seller = document.seller
    itself = f"№ п/п 1-{len(document.lines)} № {document.number} от {short_date(document.day)}"
    same = document.consignor.address == seller.address
    consignor = "он же" if same else f"{document.consignor.name}, {document.consignor.address}"
    return [
        ("Продавец:", seller.name, "(2)"),
        ("Адрес:", seller.address, "(2а)"),
        ("ИНН/КПП продавца:", seller.inn_kpp, "(2б)"),
        ("Грузоотправитель и его адрес:", consignor, "(3)"),
        ("Грузополучатель и его адрес:", f"{document.consignee.name}, {document.consignee.address}", "(4)"),
        ("К платежно-расчетному документу №", document.paid_by or "— от —", "(5)"),
        ("Документ об отгрузке: наименование, №",
         f"Универсальный передаточный документ, {itself}", "(5а)"),
    ]


def _buyer_fields(document: Document) -> list[tuple[str, str, str]]:
    return [
        ("Покупатель:", document.buyer.name, "(6)"),
        ("Адрес:", document.buyer.address, "(6а)"),
        ("ИНН/КПП покупателя:", document.buyer.inn_kpp or DASH, "(6б)"),
        ("Валюта: наименование, код", "российский рубль, 643", "(7)"),
        ("Идентификатор государственного контракта, договора (соглашения) (при наличии):", DASH, "(8)"),
    ]


def _fields(rows: list[tuple[str, str, str]], width: float) -> Flowable:
    cells = [
        [text(name, 7), text(value, 7, bold=mark in {"(2)", "(6)"}), text(mark, 6.5)] for name, value, mark in rows
    ]
    return grid(cells, (42, width - 51, 9), [under(1, number) for number in range(len(rows))])


def _lines(document: Document) -> Flowable:
    sizes = ((_HEAD, 5.6), (_HEAD_2, 5), (_NUMBERS, 5.6))
    rows: list[list[Any]] = [[text(cell, size, "center") for cell in head] for head, size in sizes]
    for number, line in enumerate(document.lines, 1):
        rows.append([
            text(line.sku, 6.5), text(str(number), 6.5, "center"), text(line.name, 7), text(DASH, 6.5, "center"),
            text(line.okei, 6.5, "center"), text(line.unit, 6.5, "center"),
            *(text(cell, 6.8, "right") for cell in (quantity(line.quantity), money(line.price), money(line.net))),
            text("без акциза", 6, "center"), text(line.vat_label, 6.5, "center"),
            text("без НДС" if line.vat_rate is None else money(line.vat), 6.8, "right"),
            text(money(line.gross), 6.8, "right"), *_origin(line),
        ])
    total = [""] * len(_WIDTHS)
    total[1] = text("Всего к оплате (9)", 7, bold=True)
    for column, value in ((8, money(document.net)), (11, money(document.vat)), (12, money(document.gross))):
        total[column] = text(value, 6.8, "right", bold=True)
    total[9] = total[10] = text("Х", 6.5, "center")
    rows.append(total)
    return grid(rows, _WIDTHS, _line_style(len(rows)), repeat=3, pad=1)


def _origin(line: Line) -> list[Flowable]:
    """Columns 10 to 11, which the decree fills for goods made abroad only."""
    if not line.country_code or line.country_code == _RUSSIA:
        return [text(DASH, 6.5, "center") for _ in range(3)]
    return [text(line.country_code, 6.5, "center"), text(line.country, 6, "center"),
            text(line.declaration or DASH, 5.8, "center")]


def _line_style(count: int) -> list[tuple[Any, ...]]:
    last = count - 1
    merged = [("SPAN", (column, 0), (column, 1)) for column in (*range(4), *range(6, 13), 15)]
    return [
        boxed((0, 0), (-1, last - 1)), boxed((1, last), (12, last)), *merged,
        ("SPAN", (4, 0), (5, 0)), ("SPAN", (13, 0), (14, 0)), ("SPAN", (1, last), (7, last)),
        ("VALIGN", (0, 0), (-1, 2), "MIDDLE"), ("LINEAFTER", (0, 0), (0, -1), 1.5, colors.black),
    ]


def _signatures(document: Document, pages: int) -> Flowable:
    signers = document.signers
    head = captioned([
        ("Руководитель организации или иное уполномоченное лицо", "", 44), ("", "(подпись)", 26), ("", "", 2),
        (signers.director, "(ф.и.о.)", 40), ("", "", 6), ("Главный бухгалтер или иное уполномоченное лицо", "", 44),
        ("", "(подпись)", 26), ("", "", 2), (signers.accountant, "(ф.и.о.)", 40),
    ])
    person = captioned([
        ("Индивидуальный предприниматель или иное уполномоченное лицо", "", 44), ("", "(подпись)", 26), ("", "", 2),
        ("", "(ф.и.о.)", 40), ("", "", 6),
        ("", "(реквизиты свидетельства о государственной регистрации индивидуального предпринимателя)", 112),
    ])
    strip = text(f"Документ составлен на {pages} {plural(pages, ('листе', 'листах', 'листах'))}", 6.5)
    return grid([[strip, [head, person]]], (STRIP, _WHOLE - STRIP),
                [("LINEAFTER", (0, 0), (0, 0), 1.5, colors.black), ("LINEBELOW", (0, 0), (-1, 0), 1.5, colors.black)])
