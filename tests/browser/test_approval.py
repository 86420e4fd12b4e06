"""Story 4: a shortage is blocked, mended by one click, or decided by a supervisor."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from tests.browser.office import ANNA, OLGA, SHORT, Card, Office

REASON = "Клиент согласен ждать"


def ask(office: Office, deal: int) -> Card:
    card = Card(office.person(ANNA), deal).live()
    expect(card.button("Оформить нельзя")).to_be_disabled()
    card.button("Запросить разрешение").click()
    card.panel.locator("textarea").fill(REASON)
    card.button("Отправить руководителю").click()
    card.says("Ждёт руководителя")
    return card


def supervisor(office: Office, deal: int) -> Card:
    card = Card(office.person(OLGA), deal).live()
    card.says("Ждёт вашего решения")
    card.says(REASON)
    return card


def test_approved_order_is_placed_beyond_stock(office: Office) -> None:
    manager = ask(office, SHORT)
    manager.picture("asked")
    boss = supervisor(office, SHORT)
    expect(boss.panel).to_contain_text("при запросе 6 · сейчас 6 из 10")
    expect(boss.panel).to_contain_text("Маржа заказа")
    boss.picture("supervisor")
    expect(boss.page.locator(".feed-task").first).to_be_visible()
    [task] = office.tasks(SHORT)
    assert (task["responsible_user_id"], task["is_completed"]) == (OLGA, False)
    boss.panel.locator("textarea").fill("Поставка подтверждена")
    boss.button("Разрешить весь заказ").click()
    manager.says("Поставка подтверждена")
    manager.picture("approved")
    manager.button("Оформить").first.click()
    manager.says("Заказ 00-")
    [sale] = office.sales(SHORT, "lines.quantity", "party.name")
    assert [line["quantity"] for line in sale["lines."]] == [10.0]
    assert office.tasks(SHORT)[0]["is_completed"] is True


def test_only_a_part_is_approved(office: Office) -> None:
    deal = office.deal("Часть", {"HAMMER-800": "12"})
    manager = ask(office, deal)
    boss = supervisor(office, deal)
    boss.button("Только").click()
    manager.says("Разрешена часть")
    manager.button("Оформить").first.click()
    manager.says("Заказ 00-")
    [sale] = office.sales(deal, "lines.quantity")
    assert [line["quantity"] for line in sale["lines."]] == [8.0]
    expect(manager.page.locator('[name="lead[PRICE]"]')).not_to_have_value("0")


def test_rejected_with_a_reason(office: Office) -> None:
    deal = office.deal("Отказ", {"METER-3F": "9"})
    manager = ask(office, deal)
    boss = supervisor(office, deal)
    boss.button("Отказать").click()
    expect(boss.panel).to_contain_text(re.compile("причин", re.IGNORECASE))
    boss.panel.locator("textarea").fill("Нет гарантий поставки")
    boss.button("Отказать").click()
    manager.says("Нет гарантий поставки")
    manager.picture("rejected")
    assert office.sales(deal) == []


def test_nobody_decides_their_own_request(office: Office) -> None:
    deal = office.deal("Свой запрос", {"DIMMER-400": "20"}, owner=OLGA)
    card = Card(office.person(OLGA), deal).live()
    expect(card.button("Запросить разрешение")).to_be_visible()
    card.button("Запросить разрешение").click()
    card.panel.locator("textarea").fill(REASON)
    card.button("Отправить руководителю").click()
    expect(card.panel).not_to_contain_text("Разрешить весь заказ")


def test_changing_the_basket_voids_the_approval(office: Office) -> None:
    deal = office.deal("Правка после разрешения", {"DRIVER-150": "13"})
    manager = ask(office, deal)
    supervisor(office, deal).button("Разрешить весь заказ").click()
    manager.says("Разрешено")
    office.set_quantity(deal, "DRIVER-150", "14")
    again = Card(office.person(ANNA), deal).live()
    again.says("больше не действует")
    expect(again.button("Оформить нельзя")).to_be_disabled()


@pytest.mark.parametrize(
    ("sku", "quantity", "remedy"),
    [
        ("RELAY-VOLT", "18", "Санкт-Петербург"),
        ("CRIMP-6", "10", "Заказать только 8"),
        ("PANEL-36", "9", "сейчас"),
    ],
)
def test_one_click_ends_a_shortage_and_another_takes_it_back(
    office: Office, sku: str, quantity: str, remedy: str
) -> None:
    deal = office.deal(f"Нехватка {sku}", {sku: quantity})
    card = Card(office.person(ANNA), deal).live()
    card.says("Не хватает")
    card.panel.locator(".sg-remedy").filter(has_text=remedy).click()
    card.says("Можно оформлять")
    card.button("Вернуть").click()
    card.says("Не хватает")


def test_budget_follows_the_erp(office: Office) -> None:
    deal = office.deal("Две части", {"EMERG-EXIT": "15"})
    card = Card(office.person(ANNA), deal).live()
    card.panel.locator(".sg-remedy").filter(has_text="Санкт-Петербург").click()
    card.says("Можно оформлять")
    card.button("Оформить и зарезервировать").click()
    card.says("Заказ 00-")
    sales = office.sales(deal, "total_amount", "warehouse.name")
    assert len(sales) == 2
    assert len({sale["warehouse."]["name"] for sale in sales}) == 2
    total = sum(Decimal(str(sale["total_amount"])) for sale in sales)
    expect(card.page.locator('[name="lead[PRICE]"]')).to_have_value(re.compile(f"{int(total):,}".replace(",", ".?")))
