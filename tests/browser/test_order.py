"""Stories 2 and 3: see what is there, find and add, choose warehouse and unit, place the order once."""

from __future__ import annotations

import re
from decimal import Decimal

from playwright.sync_api import expect

from tests.browser.office import ANNA, FILLABLE, IGOR, MIXED, NEW_CUSTOMER, OUTPUT, Card, Office


def test_a_deal_that_can_be_filled_is_seen_and_ordered(office: Office) -> None:
    card = Card(office.person(ANNA), FILLABLE).live()
    card.says("Можно оформлять")
    socket = card.line("Розетка двойная")
    expect(socket).to_contain_text("170,10 ₽")
    expect(socket).to_contain_text("доступно 45")
    drill = card.line("Дрель ударная")
    expect(drill).to_contain_text("сейчас 3 · ещё 10 к")
    card.says("31 959,00 ₽")
    card.says("Кредит: свободно 118 770 ₽")
    card.picture("ready")
    card.button("Оформить и зарезервировать").click()
    card.says("Заказ 00-")
    card.says("Счёт №")
    card.picture("placed")
    _the_erp_has_it(office)
    _the_deal_has_it(office, card)


def _the_erp_has_it(office: Office) -> None:
    [sale] = office.sales(
        FILLABLE, "party.name", "party.ru_kpp", "warehouse.name", "total_amount", "lines.product.code"
    )
    assert sale["party."]["name"] == "АО «Стройгрупп»"
    assert sale["party."]["ru_kpp"] == "770101001"
    assert "Москва" in sale["warehouse."]["name"]
    assert Decimal(str(sale["total_amount"])) == Decimal("31959.00")
    states = sorted(row["state"] for row in office.shipments(FILLABLE))
    assert states == ["assigned", "waiting"], "what is on the shelf is assigned; the drills wait for their delivery"


def _the_deal_has_it(office: Office, card: Card) -> None:
    number = office.sales(FILLABLE)[0]["number"]
    expect(card.page.locator(".feed-note_service").first).to_contain_text(number)
    expect(card.page.locator('[name="lead[PRICE]"]')).to_have_value(re.compile("31.?959"))
    assert office.field(FILLABLE, "Номер заказа в учёте") == number
    assert office.field(FILLABLE, "Состояние заказа") == "Оформлен"


def test_two_tabs_at_once_make_one_order(office: Office) -> None:
    deal = office.deal("Две вкладки", {"SWITCH-2": "3"})
    first, second = (Card(office.person(user), deal).live() for user in (ANNA, IGOR))
    for card in (first, second):
        card.says("Можно оформлять")
    first.button("Оформить и зарезервировать").click(no_wait_after=True)
    second.button("Оформить и зарезервировать").click(no_wait_after=True)
    first.says("Заказ 00-")
    second.says("Заказ 00-")
    assert len(office.sales(deal)) == 1


def test_pressing_twice_makes_one_order(office: Office) -> None:
    deal = office.deal("Двойное нажатие", {"SWITCH-1": "2"})
    card = Card(office.person(ANNA), deal).live()
    card.button("Оформить и зарезервировать").dblclick()
    card.says("Заказ 00-")
    assert len(office.sales(deal)) == 1


def test_cached_figures_come_at_once(office: Office) -> None:
    """The second opening shows the last known figures before the ERP was asked again."""
    deal = office.deal("Повторное открытие", {"BUS-12": "4"})
    Card(office.person(ANNA), deal).live()
    page = office.person(ANNA)
    page.route("**/panel?figures=live", lambda route: None)
    card = Card(page, deal)
    expect(card.line("Шина соединительная")).to_contain_text("доступно 70")


def test_find_a_product_and_add_it(office: Office) -> None:
    deal = office.deal("Поиск", {"BUS-12": "1"})
    card = Card(office.person(ANNA), deal).live()
    card.button("Добавить товар").click()
    search = card.panel.get_by_role("searchbox")
    search.fill("TESTER")
    found = card.panel.locator(".sg-found").filter(has_text="Мультиметр")
    expect(found).to_contain_text("3 150,00 ₽")
    expect(found).to_contain_text("7 шт")
    search.fill("мультиметр")
    expect(found).to_be_visible()
    card.picture("search")
    found.get_by_role("button").click()
    expect(card.line("Мультиметр")).to_contain_text("хватает")
    card.button("Вернуть").click()
    expect(card.panel.locator(".sg-line").filter(has_text="Мультиметр")).to_have_count(0)


def test_warehouse_and_unit_of_a_line(office: Office) -> None:
    deal = office.deal("Склад и упаковка", {"LAMP-E14-7": "2"})
    card = Card(office.person(ANNA), deal).live()
    line = card.line("Лампа светодиодная E14")
    expect(line).to_contain_text("2 уп.10")
    expect(line).to_contain_text("20 шт")
    line.locator(".sg-qty").click()
    line.get_by_label("Единица").select_option(label="шт")
    line.get_by_label("Склад").select_option(label="Склад Санкт-Петербург")
    line.get_by_role("button", name="Сохранить").click()
    expect(line).to_contain_text("2 шт")
    expect(line).to_contain_text("доступно 190")
    expect(line).to_contain_text("Санкт-Петербург")


def test_details_by_warehouse(office: Office) -> None:
    """R2: the wide view compares warehouses; a line's own details say why this number."""
    deal = office.deal("Подробно", {"PANEL-24E": "2", "SURGE-1": "1"})
    card = Card(office.person(ANNA), deal).live()
    line = card.line("Ограничитель перенапряжения")
    line.locator(".sg-qty").click()
    line.get_by_role("button", name="Откуда эта цифра").click()
    expect(line).to_contain_text("на складе")
    expect(line).to_contain_text("+12 · ")
    expect(line).to_contain_text("не учтён")
    card.picture("details")
    card.button("Подробно по складам").click()
    wide = card.page.locator(".stockgate-modal")
    expect(wide).to_contain_text("Санкт-Петербург")
    expect(wide).to_contain_text("Щит распределительный 24М, встраиваемый")
    wide.screenshot(path=str(OUTPUT / "wide.png"))


def test_customer_unknown_to_the_erp_is_made(office: Office) -> None:
    card = Card(office.person(ANNA), MIXED).live()
    card.says("заведём")
    card.button("Оформить и зарезервировать").click()
    card.says("Заказ 00-")
    domain = [["identifiers.code", "=", "7728168971"]]
    [party] = office.erp.rows("party.party", domain, ["name", "ru_kpp"])
    assert (party["name"], party["ru_kpp"]) == ("ООО «Новый адрес»", "772801001")
    assert office.lead(MIXED)["_embedded"]["companies"][0]["id"] == NEW_CUSTOMER
