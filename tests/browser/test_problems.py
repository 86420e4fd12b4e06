"""Story 6: every problem is said in a seller's words, and nothing can be ordered until it is mended."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.office import ANNA, BROKEN, EMPTY, Card, Office


def test_unknown_product_half_a_piece_and_a_wrong_inn(office: Office) -> None:
    card = Card(office.person(ANNA), BROKEN).live()
    card.says("Нужно исправить")
    expect(card.line("Лампа накаливания")).to_contain_text("Этого товара нет в ERP")
    expect(card.line("Розетка двойная")).to_contain_text("не делится")
    card.says("ИНН покупателя с ошибкой")
    expect(card.button("Сначала исправьте отмеченное")).to_be_disabled()
    card.picture("problems")
    assert office.sales(BROKEN) == []
    _mend(office, card)
    card.says("Можно оформлять")


def _mend(office: Office, card: Card) -> None:
    """The seller mends one after another; the panel follows."""
    card.panel.locator(".sg-remedy").filter(has_text="Взять 2").click()
    expect(card.line("Розетка двойная")).to_contain_text("хватает")
    unknown = card.line("Лампа накаливания")
    unknown.locator(".sg-qty").click()
    unknown.get_by_role("button", name="Убрать").click()
    expect(card.panel.locator(".sg-line").filter(has_text="Лампа накаливания")).to_have_count(0)
    company = office.api("GET", "companies/7767003")
    legal = next(one for one in company["custom_fields_values"] if one["field_type"] == "legal_entity")
    value = {**legal["values"][0]["value"], "vat_id": "7707083893", "kpp": "770701001"}
    fields = [{"field_id": legal["field_id"], "values": [{"value": value}]}]
    office.api("PATCH", "companies/7767003", {"custom_fields_values": fields})
    card.button("обновить").first.click()


def test_a_deal_without_products_offers_the_search(office: Office) -> None:
    card = Card(office.person(ANNA), EMPTY).live()
    card.says("Нет товаров")
    expect(card.panel.get_by_role("searchbox")).to_be_visible()
    card.picture("empty")
