"""Story 5: invoice, УПД and ТОРГ-12 open from the card; shipments and payments come back by themselves."""

from __future__ import annotations

import io
from typing import Any

from playwright.sync_api import expect
from pypdf import PdfReader

from tests.browser.office import ANNA, Card, Office


def placed(office: Office, name: str, lines: dict[str, str]) -> Card:
    card = Card(office.person(ANNA), office.deal(name, lines)).live()
    card.says("Можно оформлять")
    card.button("Оформить и зарезервировать").click()
    card.says("Счёт №")
    return card


def opened(card: Card, title: str) -> str:
    """Click a document; the text of the PDF that opens in another tab."""
    with card.page.context.expect_page() as tab:
        card.panel.locator(".sg-document").filter(has_text=title).click()
    tab.value.wait_for_url("**/documents/**")
    answer = card.page.context.request.get(tab.value.url)
    assert answer.headers["content-type"] == "application/pdf"
    return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.body())).pages)


def shipment_of(office: Office, card: Card) -> dict[str, Any]:
    number = office.sales(card.deal_id)[0]["number"]
    return next(one for one in office.warehouse("shipments")["open"] if number in str(one))


def test_invoice_opens_and_joins_the_files_once(office: Office) -> None:
    card = placed(office, "Счёт", {"TAPE-PVC": "10"})
    text = opened(card, "Счёт №")
    assert "счет на оплату" in text.lower().replace("ё", "е")
    assert "ООО «Счёт»" in text
    assert "890,00" in text
    expect(card.page.locator(".feed-note").filter(has_text=".pdf").first).to_be_visible()
    opened(card, "Счёт №")
    opened(card, "Счёт №")
    assert len(office.files(card.deal_id)) == 1


def test_shipped_goods_and_their_documents(office: Office) -> None:
    card = placed(office, "Отгрузка", {"RCBO-25": "4"})
    shipment = shipment_of(office, card)
    office.warehouse(f"shipments/{shipment['id']}/ship", {})
    card.says("УПД №")
    card.says("ТОРГ-12")
    card.picture("shipped")
    upd = opened(card, "УПД")
    assert "Универсальный" in upd
    assert "ООО «Отгрузка»" in upd
    assert "8 160,00" in upd.replace("\u00a0", " ")
    torg = opened(card, "ТОРГ-12")
    assert "0330212" in torg


def test_partial_shipment_and_payment(office: Office) -> None:
    card = placed(office, "Частями", {"FLOOD-50": "10"})
    shipment = shipment_of(office, card)
    office.warehouse(f"shipments/{shipment['id']}/ship", {"quantities": {"FLOOD-50": "6"}})
    card.says("частично отгружен")
    card.says("6 из 10")
    card.picture("part-shipped")
    invoice = next(one for one in office.warehouse("invoices")["open"] if "ООО «Частями»" in str(one))
    office.warehouse(f"invoices/{invoice['id']}/pay", {"amount": "1000.00"})
    card.says("оплата")
    expect(card.panel.locator(".sg-progress")).to_contain_text("%")
