"""Story 5: invoice, УПД and ТОРГ-12 open from the card; shipments and payments come back by themselves."""

from __future__ import annotations

import io

from playwright.sync_api import Locator, expect
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


class Warehouse:
    """The people who work in the ERP, at their own page."""

    def __init__(self, office: Office) -> None:
        self.page = office.person(ANNA)
        self.page.goto(f"{office.town.at.warehouse}/")

    def card(self, section: str, text: str) -> Locator:
        return self.page.locator(f"#{section} .card").filter(has_text=text).first

    def ship_all(self, customer: str) -> None:
        self.card("shipments", customer).get_by_role("button", name="Отгрузить всё").click()
        expect(self.page.locator("#recent")).to_contain_text(customer)

    def ship_part(self, customer: str, quantity: str) -> None:
        card = self.card("shipments", customer)
        card.locator("input").first.fill(quantity)
        card.get_by_role("button", name="Отгрузить часть").click()
        expect(self.page.locator("#recent")).to_contain_text(customer)

    def pay(self, customer: str, amount: str) -> None:
        card = self.card("invoices", customer)
        card.locator("input").fill(amount)
        card.get_by_role("button", name="Внести часть").click()
        expect(self.page.locator("#message")).to_be_visible()

    def receive(self, text: str) -> None:
        self.card("deliveries", text).get_by_role("button", name="Принять всё").click()
        expect(self.page.locator("#message")).to_be_visible()


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
    Warehouse(office).ship_all("ООО «Отгрузка»")
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
    people = Warehouse(office)
    people.ship_part("ООО «Частями»", "6")
    card.says("частично отгружен")
    card.says("6 из 10")
    card.picture("part-shipped")
    people.pay("ООО «Частями»", "1000,00")
    expect(card.panel.locator(".sg-progress")).to_contain_text("оплата 9")
    assert office.field(card.deal_id, "Оплата") == "Оплачен частично: 1\u00a0000,00\u00a0₽ из 10\u00a0600,00\u00a0₽"


def test_a_delivery_that_arrives_is_on_the_shelf(office: Office) -> None:
    """What was promised for the day of the delivery can be shipped as soon as the warehouse has received it."""
    card = Card(office.person(ANNA), office.deal("Приход", {"SOCKET-1B": "80"})).live()
    line = card.line("Розетка одинарная с заземлением, чёрный")
    expect(line).to_contain_text("доступно 35")
    line.locator(".sg-qty").click()
    line.get_by_label("Склад").select_option(label="Склад Санкт-Петербург")
    line.get_by_label("Количество").fill("50")
    line.get_by_role("button", name="Сохранить").click()
    expect(line).to_contain_text("сейчас 0 · ещё 60 к")
    Warehouse(office).receive("SOCKET-1B")
    card.button("обновить").first.click()
    expect(line).to_contain_text("доступно 60")
    expect(line).to_contain_text("хватает")
