"""Счёт на оплату: no form is prescribed; this is the one Russian companies know, with the bank's slip on top."""

from __future__ import annotations

from decimal import ROUND_HALF_UP

from reportlab.lib import colors
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, Spacer

from .facts import Document, Party
from .page import boxed, build, grid, text, under
from .text import KOPECK, long_date, money, quantity, short_date, sum_in_words

_WIDTHS = (9, 26, 67, 17, 14, 22, 25)
_WHOLE = 180


def render(document: Document) -> bytes:
    """The invoice for payment as PDF, portrait."""
    return build(lambda _pages: _story(document), f"Счёт на оплату № {document.number}", wide=False)


def _story(document: Document) -> list[Flowable]:
    return [
        _bank_slip(document.seller),
        Spacer(1, 6 * mm),
        text(f"Счёт на оплату № {document.number} от {long_date(document.day)}", 14, bold=True),
        Spacer(1, 3 * mm),
        grid([[""]], (_WHOLE,), [("LINEABOVE", (0, 0), (-1, 0), 1.5, colors.black)]),
        _parties(document),
        Spacer(1, 4 * mm),
        _lines(document),
        Spacer(1, 2 * mm),
        _totals(document),
        Spacer(1, 2 * mm),
        KeepTogether(_ending(document)),
    ]


def _bank_slip(seller: Party) -> Flowable:
    """What the payer's bank asks for."""
    rows = [
        [text(f"{seller.bank}\n\nБанк получателя", 8.5), "", text("БИК"), text(seller.bic, 8.5)],
        ["", "", text("Сч. №"), text(seller.corr_account, 8.5)],
        [text(f"ИНН {seller.inn}"), text(f"КПП {seller.kpp}"), text("Сч. №"), text(seller.account, 8.5)],
        [text(f"{seller.name}\n\nПолучатель", 8.5), "", "", ""],
    ]
    spans = [("SPAN", (0, 0), (1, 1)), ("SPAN", (0, 3), (1, 3)), ("SPAN", (2, 2), (2, 3)), ("SPAN", (3, 2), (3, 3))]
    return grid(rows, (50, 50, 18, 62), [boxed(), *spans], pad=3)


def _parties(document: Document) -> Flowable:
    rows = [
        [text("Поставщик\n(исполнитель):", 8.5), text(document.seller.requisites(), 9, bold=True)],
        [text("Покупатель\n(заказчик):", 8.5), text(document.buyer.requisites(), 9, bold=True)],
    ]
    if document.basis:
        rows.append([text("Основание:", 8.5), text(document.basis, 9, bold=True)])
    if document.pay_until:
        rows.append([text("Оплатить до:", 8.5), text(short_date(document.pay_until), 9, bold=True)])
    return grid(rows, (28, 152), [("BOTTOMPADDING", (0, 0), (-1, -1), 4)])


def _lines(document: Document) -> Flowable:
    head = ["№", "Артикул", "Товары (работы, услуги)", "Кол-во", "Ед.", "Цена", "Сумма"]
    rows = [[text(cell, 8.5, "center", bold=True) for cell in head]]
    for number, line in enumerate(document.lines, 1):
        price = (line.gross / line.quantity).quantize(KOPECK, ROUND_HALF_UP)
        rows.append([
            text(str(number), align="center"), text(line.sku), text(line.name),
            text(quantity(line.quantity), align="right"), text(line.unit),
            text(money(price), align="right"), text(money(line.gross), align="right"),
        ])
    return grid(rows, _WIDTHS, [boxed(), ("BOX", (0, 0), (-1, -1), 1.2, colors.black),
                                ("VALIGN", (0, 0), (-1, 0), "MIDDLE")], repeat=1, pad=2)


def _totals(document: Document) -> Flowable:
    pairs = [("Итого:", money(document.gross))]
    pairs += [(f"В том числе НДС {rate}:", money(vat)) for rate, vat in document.vat_by_rate()]
    if not document.vat_by_rate():
        pairs.append(("Без налога (НДС):", "—"))
    pairs.append(("Всего к оплате:", money(document.gross)))
    return grid([[text(name, 9, "right", bold=True), text(value, 9, "right", bold=True)] for name, value in pairs],
                (150, 30))


def _ending(document: Document) -> list[Flowable]:
    signers = document.signers
    sign = [
        [text("Руководитель", 9, bold=True), "", text(signers.director, 9, "right"),
         text("Главный бухгалтер", 9, "right", bold=True), "", text(signers.accountant, 9, "right")],
    ]
    return [
        text(f"Всего наименований {len(document.lines)}, на сумму {money(document.gross)} руб.", 9),
        text(sum_in_words(document.gross), 9.5, bold=True),
        Spacer(1, 2 * mm),
        text("Оплата данного счёта означает согласие с условиями поставки товара. Товар отпускается по факту "
             "прихода денег на расчётный счёт поставщика или на условиях отсрочки по договору, при наличии "
             "доверенности и паспорта.", 7.5),
        Spacer(1, 2 * mm),
        grid([[""]], (_WHOLE,), [("LINEABOVE", (0, 0), (-1, 0), 1.5, colors.black)]),
        Spacer(1, 6 * mm),
        grid(sign, (27, 30, 32, 38, 24, 29), [under(1, 0), under(2, 0), under(4, 0), under(5, 0)]),
    ]
