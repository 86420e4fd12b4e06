"""The lower half of the УПД: who handed over, who received (letter ММВ-20-3/96@, fields 8 to 19)."""

from __future__ import annotations

from reportlab.lib import colors
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Spacer

from .facts import Document
from .page import captioned, grid, text, under
from .text import long_date

_BLANK_DATE = "«____» ______________ 20___ г."


def transfer(document: Document, strip: float, width: float) -> list[Flowable]:
    """Fields [8] to [19]; ``strip`` is the left column that the form keeps free, ``width`` the rest, in mm."""
    whole = strip + width
    half = whole / 2
    basis = grid(
        [[text("Основание передачи (сдачи) / получения (приемки)", 7), text(document.basis, 7), text("[8]", 6)],
         ["", text("(договор; доверенность и др.)", 5, "center"), ""],
         [text("Данные о транспортировке и грузе", 7), text("", 7), text("[9]", 6)],
         ["", text("(транспортная накладная, поручение экспедитору, экспедиторская / складская расписка и др. / масса "
                   "нетто/ брутто груза, если не приведены ссылки на транспортные документы)", 5, "center"), ""]],
        (66, whole - 74, 8), [under(1, 0), under(1, 2)],
    )
    sides = grid([[_given(document, half - 3), _taken(document, half - 3)]], (half, half),
                 [("LINEAFTER", (0, 0), (0, 0), 1.5, colors.black)], pad=3)
    return [Spacer(1, 1 * mm), basis, Spacer(1, 1 * mm), sides]


def _given(document: Document, width: float) -> list[Flowable]:
    signers = document.signers
    shipped = document.shipped_on or document.day
    return [
        text("Товар (груз) передал / услуги, результаты работ, права сдал", 7),
        _signature(signers.storekeeper_post, signers.storekeeper, "[10]", width),
        _pair("Дата отгрузки, передачи (сдачи)", long_date(shipped), "[11]", width),
        _wide("Иные сведения об отгрузке, передаче", "", "[12]",
              "(ссылки на неотъемлемые приложения, сопутствующие документы, иные документы и т.п.)", width),
        text("Ответственный за правильность оформления факта хозяйственной жизни", 7),
        _signature(signers.director_post, signers.director, "[13]", width),
        _wide("Наименование экономического субъекта – составителя документа (в т.ч. комиссионера / агента)",
              f"{document.seller.name}, ИНН/КПП {document.seller.inn_kpp}", "[14]",
              "(может не заполняться при проставлении печати в М.П., может быть указан ИНН / КПП)", width),
        text("М.П.", 7),
    ]


def _taken(document: Document, width: float) -> list[Flowable]:
    buyer = document.buyer
    requisites = f"{buyer.name}, ИНН/КПП {buyer.inn_kpp}" if buyer.inn else buyer.name
    return [
        text("Товар (груз) получил / услуги, результаты работ, права принял", 7),
        _signature("", "", "[15]", width),
        _pair("Дата получения (приемки)", _BLANK_DATE, "[16]", width),
        _wide("Иные сведения о получении, приемке", "", "[17]",
              "(информация о наличии/отсутствии претензии; ссылки на неотъемлемые приложения и другие документы)",
              width),
        text("Ответственный за правильность оформления факта хозяйственной жизни", 7),
        _signature("", "", "[18]", width),
        _wide("Наименование экономического субъекта – составителя документа", requisites, "[19]",
              "(может не заполняться при проставлении печати в М.П., может быть указан ИНН / КПП)", width),
        text("М.П.", 7),
    ]


def _signature(post: str, name: str, mark: str, width: float) -> Flowable:
    part = (width - 12) / 3
    return captioned([(post, "(должность)", part), ("", "", 2), ("", "(подпись)", part - 6), ("", "", 2),
                      (name, "(ф.и.о.)", part), (mark, "", 8)], 6.5)


def _pair(label: str, value: str, mark: str, width: float) -> Flowable:
    return grid([[text(label, 7), text(value, 7, "center"), text(mark, 6)]], (50, width - 58, 8), [under(1, 0)])


def _wide(label: str, value: str, mark: str, caption: str, width: float) -> Flowable:
    return grid([[text(label, 7), ""], [text(value, 7), text(mark, 6)], [text(caption, 5, "center"), ""]],
                (width - 8, 8), [under(0, 1)])
