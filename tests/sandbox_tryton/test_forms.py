"""Счёт на оплату, and what the shipment's forms say before, during and after shipping in parts."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from sandbox.tryton.warehouse.rpc import ErpRefused
from tests.sandbox_tryton.clerk import Clerk
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


def test_schet_has_bank_parties_lines_vat_and_words(clerk: Clerk) -> None:
    placed = clerk.place(CUSTOMER, MIXED)
    shown = text_of(clerk.print_form("ru_forms.schet", placed.sale))
    (sale,) = clerk.erp.call("model.sale.sale.read", [placed.sale], ["number", "tax_amount"])
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


def test_schet_line_prices_include_vat(clerk: Clerk) -> None:
    shown = text_of(clerk.print_form("ru_forms.schet", clerk.place(CUSTOMER, {"SOCKET-W": 10}).sale))
    assert "170,10 1 701,00" in shown
    assert "Одна тысяча семьсот один рубль 00 копеек" in shown


def test_schet_of_a_draft_is_refused(clerk: Clerk) -> None:
    with pytest.raises(ErpRefused, match="ещё не подтверждён"):
        clerk.print_form("ru_forms.schet", clerk.draft(CUSTOMER, {"SOCKET-W": 1}))


def test_shipment_forms_wait_for_the_shipment(clerk: Clerk) -> None:
    placed = clerk.place(CUSTOMER, {"SOCKET-W": 1})
    for report in ("ru_forms.upd", "ru_forms.torg12"):
        with pytest.raises(ErpRefused, match="ещё не завершена"):
            clerk.print_form(report, placed.shipment)


def test_a_part_shipped_is_a_part_invoiced(clerk: Clerk, page: FlaskClient) -> None:
    placed = clerk.place("Орлова Мария Сергеевна", {"PANEL-24": 5})
    answer = page.post(f"/api/shipments/{placed.shipment}/ship", json={"quantities": {"PANEL-24": "2"}}).get_json()
    assert [row["total"] for row in answer["invoices"]] == ["4680.00"]
    upd = text_of(clerk.print_form("ru_forms.upd", placed.shipment))
    assert "4 680,00" in upd
    assert "11 700,00" not in upd


def test_kits_shipped_in_two_parts_print_two_upds(clerk: Clerk, page: FlaskClient) -> None:
    placed = clerk.place(CUSTOMER, {"KIT-ROOM": 3})
    half = {"SOCKET-1W": "4", "SWITCH-1": "2", "BOX-68": "6"}
    assert page.post(f"/api/shipments/{placed.shipment}/ship", json={"quantities": half}).status_code == 200
    (sale,) = clerk.erp.call("model.sale.sale.read", [placed.sale], ["shipments"])
    rest = max(sale["shipments"])
    assert page.post(f"/api/shipments/{rest}/ship", json={}).status_code == 200
    first, second = (text_of(clerk.print_form("ru_forms.upd", key)) for key in (placed.shipment, rest))
    assert "711,00" in first
    assert "1 422,00" in second
