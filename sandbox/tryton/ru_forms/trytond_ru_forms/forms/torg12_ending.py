"""The lower part of ТОРГ-12: records, sheets, sum in words, who let go and who took."""

from __future__ import annotations

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Spacer

from .facts import Document
from .page import captioned, grid, text
from .text import long_date, number_in_words, sum_in_words

_BLANK_DATE = "«____» ______________ 20___ г."


def ending(document: Document, width: float) -> list[Flowable]:
    """Everything below the lines; ``width`` in mm."""
    records = number_in_words(len(document.lines))
    half = width / 2
    return [
        captioned([("Товарная накладная имеет приложение на", "", 54), ("", " ", 40), ("листах", "", 14)]),
        captioned([("и содержит", "", 18), (records, "прописью", 90), ("порядковых номеров записей", "", 50)]),
        captioned([("Всего мест", "", 18), ("", "прописью", 90),
                   ("Масса груза (нетто)", "", 32), ("", "прописью", 92)]),
        captioned([("", "", 110), ("Масса груза (брутто)", "", 32), ("", "прописью", 92)]),
        Spacer(1, 1 * mm),
        grid([[_released(document, half - 4), _taken(half - 4)]], (half, half),
             [("LINEAFTER", (0, 0), (0, 0), 0.5, "black")], pad=3),
    ]


def _released(document: Document, width: float) -> list[Flowable]:
    signers = document.signers
    return [
        captioned([("Приложение (паспорта, сертификаты и т.п.) на", "", 60),
                   ("", "прописью", width - 76), ("листах", "", 14)]),
        text(f"Всего отпущено на сумму: {sum_in_words(document.gross)}", 7.5, bold=True),
        Spacer(1, 1 * mm),
        _signature("Отпуск груза разрешил", signers.director_post, signers.director, width),
        _signature("Главный (старший) бухгалтер", None, signers.accountant, width),
        _signature("Отпуск груза произвел", signers.storekeeper_post, signers.storekeeper, width),
        Spacer(1, 1 * mm),
        text(f"М.П.          {long_date(document.shipped_on or document.day)}", 7.5),
    ]


def _taken(width: float) -> list[Flowable]:
    return [
        captioned([("По доверенности №", "", 28), ("", " ", 40), ("от", "", 6), (_BLANK_DATE, "", 50)]),
        captioned([("выданной", "", 16), ("", "кем, кому (организация, должность, фамилия, и. о.)", width - 20)]),
        Spacer(1, 1 * mm),
        _signature("Груз принял", "", "", width),
        _signature("Груз получил грузополучатель", "", "", width),
        Spacer(1, 1 * mm),
        text(f"М.П.          {_BLANK_DATE}", 7.5),
    ]


def _signature(label: str, post: str | None, name: str, width: float) -> Flowable:
    """A signature line; ``post`` None leaves the place of the post out."""
    part = (width - 42) / 3
    place = (("", "", part + 2),) if post is None else ((post, "должность", part), ("", "", 2))
    return captioned([(label, "", 38), *place, ("", "подпись", part - 2), ("", "", 2),
                      (name, "расшифровка подписи", part)], 6.8)
