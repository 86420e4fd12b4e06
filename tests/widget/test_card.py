"""What a person does in the panel, and what reaches the backend: one click, one request, the new picture shown."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.widget.backend import WAREHOUSES, Backend, picture, problem
from tests.widget.looking import keep, overflow, serious
from tests.widget.stage import USUAL, Stage, View

DEAL = "/api/v1/deals/501"
Make = Callable[[Backend, View], Stage]

pytestmark = pytest.mark.browser


def opened(stage: Make, name: str, view: View = USUAL, **answers: Any) -> Stage:
    backend = Backend(picture(name))
    made = stage(backend, view)
    backend.answers.update({key.replace("__", " ", 1): value for key, value in answers.items()})
    made.open_card()
    made.settle()
    return made


def button(page: Page, name: str) -> Any:
    return page.get_by_role("button", name=name, exact=True)


def test_order_is_sent_with_the_fingerprint_the_person_saw(stage: Make) -> None:
    one = opened(stage, "ready")
    one.backend.answers[f"POST {DEAL}/order"] = (202, picture("placing"))
    one.backend.panel = picture("placing")
    button(one.page, "Оформить и зарезервировать").dblclick()
    one.page.get_by_text("Заказ принят").wait_for()
    (sent,) = one.backend.written()
    assert sent["body"] == {"fingerprint": picture("ready")["decision"]["fingerprint"]}
    assert len(sent["headers"]["Idempotency-Key"]) == 36


def test_refused_order_shows_why_and_the_newest_picture(stage: Make) -> None:
    one = opened(stage, "ready")
    status, body = problem(409, "stock_taken")
    one.backend.answers[f"POST {DEAL}/order"] = (status, {**body, "panel": picture("short_ask")})
    button(one.page, "Оформить и зарезервировать").click()
    one.page.get_by_text("Товар только что занял другой заказ").wait_for()
    assert one.page.get_by_text("Не хватает 4 шт").is_visible()
    keep(one.page, "refused-280-light-ru")
    assert serious(one.page) == []
    button(one.page, "Закрыть").click()
    assert one.page.get_by_text("Товар только что занял").count() == 0


def test_no_answer_to_an_order_then_again_is_the_same_action(stage: Make) -> None:
    one = opened(stage, "ready")
    one.backend.silent = True
    button(one.page, "Оформить и зарезервировать").click()
    one.page.get_by_text("второй раз то же самое не выполнится").wait_for()
    one.backend.silent = False
    one.backend.answers[f"POST {DEAL}/order"] = (202, picture("placing"))
    button(one.page, "Оформить и зарезервировать").click()
    one.page.get_by_text("Заказ принят").wait_for()
    first, second = (sent["headers"]["Idempotency-Key"] for sent in one.backend.written())
    assert first == second


def test_a_remedy_is_one_click_and_can_be_undone(stage: Make) -> None:
    one = opened(stage, "short_ask")
    one.backend.answers[f"POST {DEAL}/remedies"] = (200, picture("ready_undo"))
    one.backend.answers[f"POST {DEAL}/undo"] = (200, picture("short_ask"))
    one.page.get_by_role("button", name="Взять 4 шт со склада «Санкт-Петербург»").click()
    button(one.page, "Вернуть").click()
    one.page.get_by_text("Не хватает 4 шт").wait_for()
    assert [sent["body"] for sent in one.backend.written()] == [{"remedy_id": "other_warehouse:9003:0:9"}, {}]


def test_asking_needs_a_reason(stage: Make) -> None:
    one = opened(stage, "short_ask")
    one.backend.answers[f"POST {DEAL}/approval"] = (201, picture("asked"))
    button(one.page, "Запросить разрешение").click()
    button(one.page, "Отправить руководителю").click()
    assert one.page.get_by_role("alert").inner_text().startswith("Напишите причину")
    keep(one.page, "ask_form-280-light-ru")
    assert serious(one.page) == []
    assert one.backend.written() == []
    one.page.keyboard.type("Клиент согласен ждать")
    button(one.page, "Отправить руководителю").click()
    button(one.page, "Отозвать запрос").wait_for()
    assert one.backend.written()[0]["body"] == {"reason": "Клиент согласен ждать"}


def test_withdrawing(stage: Make) -> None:
    one = opened(stage, "asked")
    one.backend.answers[f"DELETE {DEAL}/approval"] = (200, picture("short_ask"))
    button(one.page, "Отозвать запрос").click()
    button(one.page, "Запросить разрешение").wait_for()


@pytest.mark.parametrize(
    ("name", "reason", "expected"),
    [
        ("Разрешить весь заказ", "", {"verdict": "approve", "reason": ""}),
        ("Только 6 шт", "пока так", {"verdict": "approve_part", "reason": "пока так", "quantities": {"9003": "6"}}),
        ("Отказать", "нет поставки", {"verdict": "reject", "reason": "нет поставки"}),
    ],
)
def test_supervisor_decides(stage: Make, name: str, reason: str, expected: dict[str, object]) -> None:
    one = opened(stage, "asked_supervisor")
    one.backend.answers[f"POST {DEAL}/approval/decision"] = (200, picture("approved"))
    one.page.get_by_label("Причина решения").fill(reason)
    button(one.page, name).click()
    button(one.page, "Оформить разрешённое").wait_for()
    assert one.backend.written()[0]["body"] == expected


def test_rejecting_needs_a_reason(stage: Make) -> None:
    one = opened(stage, "asked_supervisor")
    button(one.page, "Отказать").click()
    assert one.page.get_by_role("alert").inner_text() == "Чтобы отказать, напишите причину"
    assert one.backend.written() == []


def test_supervisor_grants_a_part_of_several_lines(stage: Make) -> None:
    one = opened(stage, "asked_supervisor_many")
    one.backend.answers[f"POST {DEAL}/approval/decision"] = (200, picture("approved_part"))
    button(one.page, "Разрешить часть").click()
    cable = one.page.get_by_label("Кабель ВВГнг(А)-LS 3×2,5, из 250 м")
    cable.fill("251")
    button(one.page, "Разрешить столько").click()
    assert one.page.get_by_role("alert").inner_text() == "Укажите от 0 до 250"
    keep(one.page, "grant_part-280-light-ru")
    assert serious(one.page) + overflow(one.page) == []
    cable.fill("100,5")
    button(one.page, "Разрешить столько").click()
    one.page.get_by_text("разрешено 6 из 10 шт").wait_for()
    assert one.backend.written()[0]["body"]["quantities"] == {"9003": "6", "9004": "100.5"}


def test_a_line_is_changed_and_only_the_change_is_sent(stage: Make) -> None:
    one = opened(stage, "ready")
    path = f"PATCH {DEAL}/lines/9001"
    one.backend.answers[path] = (200, picture("ready"))
    expander = one.page.get_by_role("button", name="Изменить строку «Розетка двойная, белая»")
    expander.click()
    one.page.get_by_label("Единица").select_option(label="уп")
    one.page.get_by_label("Склад").select_option(label="Санкт-Петербург")
    one.page.get_by_label("Количество").fill("2,5")
    one.page.get_by_label("Нужно к дате").fill("2026-12-01")
    keep(one.page, "line_editor-280-light-ru")
    assert serious(one.page) + overflow(one.page) == []
    button(one.page, "Сохранить").click()
    one.page.get_by_label("Количество").wait_for(state="detached")
    assert expander.evaluate("(node) => node === document.activeElement")
    expander.click()
    one.page.get_by_label("Количество").fill("12")
    button(one.page, "Сохранить").click()
    one.page.get_by_label("Количество").wait_for(state="detached")
    assert [sent["body"] for sent in one.backend.written()] == [
        {"quantity": "2.5", "unit_id": "2", "warehouse_id": "9", "wanted_on": "2026-12-01"},
        {"quantity": "12"},
    ]


def test_a_line_is_removed(stage: Make) -> None:
    one = opened(stage, "ready")
    one.backend.answers[f"DELETE {DEAL}/lines/9002"] = (200, picture("ready_undo"))
    one.page.get_by_role("button", name="Изменить строку «Дрель").click()
    button(one.page, "Убрать из сделки").click()
    button(one.page, "Вернуть").wait_for()
    assert one.backend.written()[0]["body"] is None


def test_details_say_how_the_number_is_made(stage: Make) -> None:
    one = opened(stage, "ready")
    details = {
        "line_id": "9001",
        "unit": "шт",
        "kit": False,
        "components": [],
        "warehouses": WAREHOUSES,
        "taken_at": "2026-11-21T11:20:05Z",
    }
    one.backend.answers[f"GET {DEAL}/lines/9001/details"] = (200, details)
    one.page.get_by_role("button", name="Изменить строку «Розетка").click()
    button(one.page, "Откуда эта цифра").click()
    one.page.get_by_text("доступно = на складе").wait_for()
    words = one.page.locator(".sg-details").inner_text()
    assert "+10 · 28.11" in words
    assert "не учтён" in words
    assert "придержано нами" in words
    keep(one.page, "line_details-280-light-ru")
    assert serious(one.page) + overflow(one.page) == []


def test_a_product_is_found_and_added_with_one_click(stage: Make) -> None:
    one = opened(stage, "empty")
    unit = {"id": "1", "name": "шт", "factor": "1"}
    item = {
        "product_id": "14",
        "name": "Щит распределительный 24М",
        "sku": "PANEL-24",
        "unit": unit,
        "units": [unit],
        "available": "6",
        "shippable_now": "6",
        "price": {"unit": "2340.00", "vat_rate": "22"},
        "in_deal": False,
    }
    gone = {
        **item,
        "product_id": "15",
        "name": "Щит распределительный с измерением истинного среднеквадратичного значения",
        "sku": "PANEL-36",
        "available": "0",
        "price": None,
        "in_deal": True,
    }
    one.backend.answers[f"GET {DEAL}/products?query=%D1%89%D0%B8%D1%82"] = (
        200,
        {"items": [item, gone], "taken_at": "2026-11-21T11:20:05Z"},
    )
    one.backend.answers[f"POST {DEAL}/lines"] = (200, picture("short_ask"))
    one.page.get_by_label("Найти товар").evaluate(
        """(input) => ['щ', 'щи', 'щит'].forEach((typed) => {
        input.value = typed; input.dispatchEvent(new Event('input', { bubbles: true })); })"""
    )
    one.page.get_by_text("Найдено 2 товара").wait_for()
    keep(one.page, "search-280-light-ru")
    for box in (found.bounding_box() for found in one.page.locator(".sg-found .sg-btn").all()):
        assert box is not None
        assert box["width"] > 2 * box["height"]
    assert serious(one.page) + overflow(one.page) == []
    assert sum("products" in name for name in one.backend.names()) == 1
    button(one.page, "Добавить Щит распределительный 24М в сделку").click()
    one.page.get_by_text("Не хватает 4 шт").wait_for()
    assert one.backend.written()[0]["body"] == {"product_id": "14", "quantity": "1", "unit_id": "1"}


def test_nothing_found_is_said(stage: Make) -> None:
    one = opened(stage, "ready")
    one.backend.answers[f"GET {DEAL}/products?query=zz"] = (200, {"items": [], "taken_at": None})
    button(one.page, "+ Добавить товар").click()
    one.page.keyboard.type("zz")
    one.page.get_by_text("Ничего не нашлось").wait_for()


def test_a_document_opens_in_a_tab_made_by_the_click(stage: Make) -> None:
    """The tab is there before anything is asked: a tab opened later would be blocked."""
    one = opened(stage, "placed_part_shipped")
    url = "https://stock.test/documents/x1"
    one.backend.answers[f"POST {DEAL}/documents/d1/link"] = (200, {"url": url, "expires_at": "2026-11-21T11:25:00Z"})
    one.page.evaluate(
        """() => { window.open = (...given) => { window.opened = given;
        return window.tab = { closed: false, opener: window, location: {}, close() { this.closed = true; } }; }; }"""
    )
    document = one.page.get_by_role("button", name="Счёт № 214")
    at_once = document.evaluate(
        "(node) => { node.click(); return [window.opened, window.tab.opener, window.tab.location.href || null]; }"
    )
    assert at_once == [["", "_blank"], None, None]
    one.page.wait_for_function("window.tab.location.href")
    assert one.page.evaluate("window.tab.location.href") == url


def test_where_the_browser_refuses_a_tab_a_link_appears(stage: Make) -> None:
    one = opened(stage, "placed_part_shipped")
    one.backend.answers[f"POST {DEAL}/documents/d2/link"] = (
        200,
        {"url": "https://stock.test/documents/x2", "expires_at": "2026-11-21T11:25:00Z"},
    )
    one.page.evaluate("window.open = () => null")
    one.page.get_by_role("button", name="УПД № 88").click()
    link = one.page.get_by_role("link", name="Открыть документ")
    assert link.get_attribute("href") == "https://stock.test/documents/x2"
    keep(one.page, "document_link-280-light-ru")
    assert serious(one.page) == []


def test_a_document_that_is_not_ready_says_so(stage: Make) -> None:
    one = opened(stage, "placed_part_shipped")
    one.backend.answers[f"POST {DEAL}/documents/d1/link"] = problem(409, "document_unavailable")
    with one.page.context.expect_page() as waiting:
        one.page.get_by_role("button", name="Счёт № 214").click()
    one.page.get_by_text("Документ ещё не готов в ERP").wait_for()
    assert waiting.value.is_closed()


@pytest.mark.parametrize(
    "view", [View(width=1100), View(width=1100, dark=True, language="en")], ids=["light-ru", "dark-en"]
)
def test_wide_view_has_a_column_per_warehouse(stage: Make, view: View) -> None:
    one = stage(Backend(picture("short_many")), view)
    lines = [
        {"line_id": line["line_id"], "unit": "шт", "kit": False, "components": [], "warehouses": deepcopy(WAREHOUSES)}
        for line in one.backend.panel["lines"]
    ]
    one.backend.answers[f"GET {DEAL}/details"] = (200, {"lines": lines, "taken_at": "2026-11-21T11:20:05Z"})
    page = one.open_card()
    one.settle()
    button(page, "Подробно по складам" if view.language == "ru" else "By warehouse").click()
    page.locator(".sg-table td b").first.wait_for()
    assert page.get_by_role("columnheader", name="Санкт-Петербург").is_visible()
    keep(page, f"wide-{view.name}", ".modal-body")
    assert serious(page) == []
    for _ in range(4):
        page.keyboard.press("Tab")
        assert page.evaluate("Boolean(document.activeElement.closest('.modal-body'))")
    button(page, "Закрыть" if view.language == "ru" else "Close").click()
    assert page.locator(".sg-table").count() == 0
    assert page.evaluate("document.activeElement.textContent") in {"Подробно по складам", "By warehouse"}


def test_everything_can_be_done_with_the_keyboard(stage: Make) -> None:
    one = opened(stage, "short_ask")
    reached = []
    for _ in range(20):
        one.page.keyboard.press("Tab")
        reached.append(one.page.evaluate("document.activeElement.textContent"))
        outline = one.page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        if one.page.evaluate("Boolean(document.activeElement.closest('.stockgate'))"):
            assert outline != "none", reached[-1]
    for name in (
        "обновить",
        "Взять 4 шт со склада «Санкт-Петербург»",
        "+ Добавить товар",
        "Запросить разрешение",
        "Подробно по складам",
    ):
        assert name in reached


def test_the_panel_starts_when_a_new_deal_is_saved(stage: Make) -> None:
    one = stage(Backend(picture("ready")), View(deal_id=0))
    page = one.open_card()
    page.get_by_text("Сохраните сделку").wait_for()
    assert one.backend.asked == []
    page.evaluate("changeCard(501)")
    one.settle()
    assert page.get_by_text("Можно оформлять").is_visible()


def test_leaving_the_card_leaves_nothing_behind(stage: Make) -> None:
    one = opened(stage, "ready")
    one.page.evaluate("widget.callbacks.destroy()")
    assert one.page.locator("[data-stockgate]").count() == 0
    assert one.page.evaluate("cardListeners()") == 0
    asked = len(one.backend.asked)
    one.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    assert len(one.backend.asked) == asked


def test_a_new_object_in_the_next_card_and_a_second_render_make_no_double(stage: Make) -> None:
    one = opened(stage, "ready")
    one.page.evaluate("widget.callbacks.render(), widget.callbacks.init()")
    one.settle()
    assert one.page.locator(".sg-panel").count() == 1
    one.page.evaluate("widget.callbacks.destroy(), window.next = makeWidget(), enter(next)")
    one.settle()
    assert one.page.locator(".sg-panel").count() == 1
    assert one.page.locator("link[data-stockgate-style]").count() == 1


def test_a_decision_made_elsewhere_is_shown_and_told(stage: Make) -> None:
    """The panel watches by itself: within seconds, without reloading."""
    one = opened(stage, "asked")
    one.backend.panel = {**picture("approved"), "revision": "43"}
    button(one.page, "Оформить разрешённое").wait_for()
    assert one.page.evaluate("window.toasts") == [{"header": "Stockgate", "text": "Руководитель разрешил заказ"}]


def test_no_globals_are_written(stage: Make) -> None:
    one = stage(Backend(picture("ready")), View())
    one.load()
    before = set(one.page.evaluate("Object.keys(window)"))
    one.page.evaluate("enter(widget)")
    one.settle()
    assert set(one.page.evaluate("Object.keys(window)")) - before == set()
