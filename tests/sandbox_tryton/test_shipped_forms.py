"""The forms of a shipped order: every required field, and sums that agree with the books."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

import pytest
from pypdf import PdfReader

from sandbox.tryton.day import company_today
from sandbox.tryton.warehouse.app import create_app
from sandbox.tryton.warehouse.rpc import ErpRefused
from tests.sandbox_tryton.clerk import Clerk, Placed
from tests.sandbox_tryton.conftest import Company
from tests.sandbox_tryton.form_text import money, text_of

CUSTOMER = "АО «Стройгрупп»"
MIXED = {
    "SOCKET-W": 10,
    "BOOK-PUE": 2,
    "KIT-AID": 3,
    "CABLE-3X1.5": 12.5,
    "WAGO-221-413": 2,
    "KIT-ROOM": 1,
    "DRILL-750": 1,
}
UPD_MARKS = ["1", "1а", "2", "2а", "2б", "3", "4", "5", "5а", "6", "6а", "6б", "7", "8", "9"]


@dataclass(frozen=True)
class Shipped:
    """The order, and who may print its forms."""

    clerk: Clerk
    placed: Placed

    def form(self, report: str) -> bytes:
        """The PDF of a form of the shipment."""
        return self.clerk.print_form(report, self.placed.shipment)


@pytest.fixture(scope="module")
def shipped(company: Company) -> Iterator[Shipped]:
    """One shipped order of everything that forms must bear; no test of this module ships anything else."""
    company.server.reset()
    clerk = Clerk(company.sign_in("stockgate"))
    placed = clerk.place(CUSTOMER, MIXED)
    page = create_app(company.sign_in("sklad"), company_today).test_client()
    assert page.post(f"/api/shipments/{placed.shipment}/ship", json={}).status_code == 200
    yield Shipped(clerk, placed)
    company.changed = True


def test_upd_has_every_required_field(shipped: Shipped) -> None:
    shown = text_of(shipped.form("ru_forms.upd"))
    marks = [f"({mark})" for mark in UPD_MARKS]
    marks += [f"[{mark}]" for mark in range(8, 20)]
    texts = [
        "Универсальный передаточный документ",
        "Статус: 1",
        "Счет-фактура №",
        "постановлению Правительства",
        "№ 1137",
        "7708123450/770801001",
        "7701234560/770101001",
        "российский рубль, 643",
        "Киевское шоссе",
        "без акциза",
        "Всего к оплате",
        "22%",
        "10%",
        "без НДС",
        "796",
        "006",
        "156",
        "Китай",
        "10216170/1509",
        "Заказ покупателя №",
        "Документ составлен на",
        "Гусев Д. И.",
        f"№ п/п 1-{len(MIXED)} №",
        f"{company_today():%d.%m.%Y}",
    ]
    missing = [field for field in marks + texts if field not in shown]
    assert missing == []


def test_upd_and_torg12_state_the_sums_of_the_invoice(shipped: Shipped) -> None:
    (sale,) = shipped.clerk.erp.call("model.sale.sale.read", [shipped.placed.sale], ["invoices"])
    fields = ["untaxed_amount", "tax_amount", "total_amount", "number"]
    (invoice,) = shipped.clerk.erp.call("model.account.invoice.read", sale["invoices"], fields)
    assert invoice["total_amount"] == shipped.placed.total
    upd = text_of(shipped.form("ru_forms.upd"))
    torg12 = text_of(shipped.form("ru_forms.torg12"))
    assert f"Счет-фактура № {invoice['number']}" in upd
    for name in fields[:3]:
        assert money(invoice[name]) in upd
        assert money(invoice[name]) in torg12


def test_torg12_has_every_required_field(shipped: Shipped) -> None:
    shown = text_of(shipped.form("ru_forms.torg12"))
    (row,) = shipped.clerk.erp.call("model.stock.shipment.out.read", [shipped.placed.shipment], ["number"])
    texts = [
        "Унифицированная форма № ТОРГ-12",
        "Госкомстата России от 25.12.98 № 132",
        "0330212",
        "58213640",
        "ТОВАРНАЯ НАКЛАДНАЯ",
        f"{row['number']} ",
        "Грузополучатель",
        "Поставщик",
        "Плательщик",
        "Основание",
        "Транспортная накладная",
        "код по ОКЕИ",
        "796",
        "006",
        "839",
        "Всего по накладной",
        "семь порядковых",
        "Всего отпущено на сумму",
        "рубл",
        "Отпуск груза разрешил",
        "Отпуск груза произвел",
        "Груз принял",
        "Груз получил грузополучатель",
        "По доверенности №",
        "М.П.",
    ]
    shown = shown.replace("семь прописью", "семь")
    missing = [field for field in texts if field not in shown]
    assert missing == []


def test_printing_again_gives_the_same_file(shipped: Shipped) -> None:
    assert shipped.form("ru_forms.upd") == shipped.form("ru_forms.upd")


def test_fonts_are_embedded(shipped: Shipped) -> None:
    fonts = PdfReader(BytesIO(shipped.form("ru_forms.upd"))).pages[0]["/Resources"]["/Font"]
    described = [font.get_object() for font in fonts.values()]
    assert all("/FontFile2" in font["/FontDescriptor"] for font in described if font["/Subtype"] == "/TrueType")
    assert any("LiberationSans" in str(font["/BaseFont"]) for font in described)


def test_schet_has_bank_parties_lines_vat_and_words(shipped: Shipped) -> None:
    placed = shipped.placed
    shown = text_of(shipped.clerk.print_form("ru_forms.schet", placed.sale))
    (sale,) = shipped.clerk.erp.call("model.sale.sale.read", [placed.sale], ["number", "tax_amount"])
    for field in (
        f"Счёт на оплату № {sale['number']} от",
        "БИК",
        "044525999",
        "40702810900000012345",
        "30101810400000000999",
        "ИНН 7708123450",
        "КПП 770801001",
        "ИНН 7701234560",
        "КПП 770101001",
        "Розетка двойная, белая",
        "SOCKET-W",
        "В том числе НДС 22%",
        "В том числе НДС 10%",
        "Всего наименований 7",
        money(placed.total),
        "рубл",
        "копе",
        "Соколов А. В.",
        "Миронова Е. П.",
    ):
        assert field in shown, field


def test_schet_line_prices_include_vat(shipped: Shipped) -> None:
    shown = text_of(shipped.clerk.print_form("ru_forms.schet", shipped.clerk.place(CUSTOMER, {"SOCKET-W": 10}).sale))
    assert "170,10 1 701,00" in shown
    assert "Одна тысяча семьсот один рубль 00 копеек" in shown


def test_schet_of_a_draft_is_refused(shipped: Shipped) -> None:
    with pytest.raises(ErpRefused, match="ещё не подтверждён"):
        shipped.clerk.print_form("ru_forms.schet", shipped.clerk.draft(CUSTOMER, {"SOCKET-W": 1}))


def test_shipment_forms_wait_for_the_shipment(shipped: Shipped) -> None:
    placed = shipped.clerk.place(CUSTOMER, {"SOCKET-W": 1})
    for report in ("ru_forms.upd", "ru_forms.torg12"):
        with pytest.raises(ErpRefused, match="ещё не завершена"):
            shipped.clerk.print_form(report, placed.shipment)
