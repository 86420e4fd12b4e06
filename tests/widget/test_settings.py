"""The settings page and the installation window, drawn by the built archive in Chromium."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.widget.backend import Backend, problem
from tests.widget.looking import keep, serious
from tests.widget.stage import CODE, Stage, View

Make = Callable[[Backend, View], Stage]
ADMIN = View(width=900, admin=True, area="advanced_settings")
URL = "https://tryton.example"
REPORT = {"system": "Tryton", "version": "8.0.3", "company": "ООО «Электроопт»", "currency": "RUB", "missing": []}
FIELDS = [
    {"name": "url", "kind": "url", "secret": False, "required": True},
    {"name": "database", "kind": "text", "secret": False, "required": True},
    {"name": "user", "kind": "text", "secret": False, "required": True},
    {"name": "password", "kind": "text", "secret": True, "required": True},
]
NEW: dict[str, Any] = {
    "account": {"id": 1, "name": "Электроопт", "state": "active"},
    "systems": [{"system": "tryton", "title": "Tryton", "fields": FIELDS}],
    "connection": None,
    "warehouses": None,
    "price_types": None,
    "problem": None,
    "users": [
        {"id": 7, "name": "Анна Смирнова", "is_admin": False, "is_active": True},
        {"id": 8, "name": "Сергей Орлов", "is_admin": False, "is_active": True},
        {"id": 9, "name": "Ольга Белова", "is_admin": True, "is_active": True},
        {"id": 10, "name": "Уволенный", "is_admin": False, "is_active": False},
    ],
    "pipelines": [
        {
            "id": 1,
            "name": "Продажи",
            "stages": [
                {"id": 11, "name": "Первичный контакт", "color": "#99ccff"},
                {"id": 12, "name": "Заказ", "color": "#ffff99"},
            ],
        }
    ],
    "rules": {
        "warehouse_ids": [],
        "default_warehouse_id": None,
        "price_type_id": None,
        "supervisors": [],
        "shortage": "ask",
        "over_credit": "ask",
        "horizon_days": 14,
        "count_overdue": False,
        "count_undated": False,
        "approval_hours": 24,
        "drift": "0",
        "protected_stages": [],
        "margin_viewers": [],
    },
    "setup": {"state": "none", "steps": []},
    "erp_hook_url": "https://stockgate.example/hooks/erp/1.signed-for-this-account",
}


def connected() -> dict[str, Any]:
    settings = deepcopy(NEW)
    settings |= {
        "connection": {
            "system": "tryton",
            "values": {"url": URL, "database": "erp", "user": "stockgate"},
            "secrets_set": ["password"],
            "report": REPORT,
            "checked_at": "2026-11-21T11:00:00Z",
        },
        "warehouses": [{"id": "5", "name": "Москва"}, {"id": "9", "name": "Санкт-Петербург"}],
        "price_types": [{"id": "1", "name": "Опт"}, {"id": "2", "name": "Розница"}],
    }
    settings["rules"] |= {
        "supervisors": [{"user_id": 8, "limit": "50000.00"}],
        "warehouse_ids": ["5", "9"],
        "default_warehouse_id": "5",
    }
    return settings


def open_page(stage: Make, settings: dict[str, Any], view: View = ADMIN) -> Stage:
    backend = Backend(None, {"GET /api/v1/settings": (200, settings)})
    one = stage(backend, view)
    one.load()
    one.page.evaluate("widget.callbacks.advancedSettings()")
    one.page.locator(".sg-settings").wait_for()
    one.page.wait_for_function("getComputedStyle(document.querySelector('.stockgate_page')).maxWidth === '760px'")
    return one


def button(page: Page, name: str) -> Any:
    return page.get_by_role("button", name=name, exact=True)


pytestmark = pytest.mark.browser


def test_the_address_for_the_erp_is_told_once_it_is_connected(stage: Make) -> None:
    """Read and copied, never typed: it holds a signature."""
    before = open_page(stage, deepcopy(NEW))
    before.page.locator("h2").first.wait_for()
    assert before.page.get_by_label("Куда ERP сообщать об изменениях").count() == 0
    address = open_page(stage, connected()).page.get_by_label("Куда ERP сообщать об изменениях")
    assert address.input_value() == NEW["erp_hook_url"]
    assert not address.is_editable()


@pytest.mark.parametrize(
    "view",
    [ADMIN, View(width=900, admin=True, area="advanced_settings", dark=True, language="en")],
    ids=["light-ru", "dark-en"],
)
@pytest.mark.parametrize("name", ["new", "connected", "running", "failed", "silent_erp"])
def test_every_state_is_accessible(stage: Make, view: View, name: str) -> None:
    settings = NEW if name == "new" else connected()
    if name == "running":
        settings["setup"] = {
            "state": "running",
            "steps": [
                {"step": "fields", "state": "done", "done": 4, "of": 4, "error": None},
                {"step": "import", "state": "running", "done": 12, "of": 60, "error": None},
            ],
        }
    if name == "failed":
        settings["setup"] = {
            "state": "failed",
            "steps": [
                {
                    "step": "webhook",
                    "state": "failed",
                    "done": 0,
                    "of": None,
                    "error": {"code": "crm_payment_required", "params": {}},
                }
            ],
        }
    if name == "silent_erp":
        settings |= {"warehouses": None, "price_types": None, "problem": {"code": "erp_unavailable", "params": {}}}
    one = open_page(stage, settings, view)
    one.page.locator("h2").first.wait_for()
    keep(one.page, f"settings_{name}-{'dark' if view.dark else 'light'}-{view.language}")
    assert serious(one.page) == []
    words = one.page.locator(".sg-settings").inner_text()
    assert "cfg." not in words
    assert "{" not in words
    assert "Уволенный" not in words


def test_others_are_told_whom_to_ask(stage: Make) -> None:
    one = open_page(stage, NEW, View(width=900, area="advanced_settings"))
    assert "Настройки меняет администратор" in one.page.locator(".sg-settings").inner_text()
    assert one.backend.asked == []
    keep(one.page, "settings_not_admin-light-ru")


def test_the_servers_word_on_rights_counts(stage: Make) -> None:
    backend = Backend(None, {"GET /api/v1/settings": problem(403, "not_administrator")})
    one = stage(backend, ADMIN)
    one.load()
    one.page.evaluate("widget.callbacks.advancedSettings()")
    one.page.get_by_text("Настройки меняет администратор").wait_for()


def test_an_account_amocrm_shut_us_out_of_is_connected_again(stage: Make) -> None:
    """The page cannot show people and stages then; it says why, opens amoCRM's page of consent, and looks again."""
    backend = Backend(None, {"GET /api/v1/settings": problem(409, "crm_reauthorise")})
    one = stage(backend, ADMIN)
    one.load()
    one.page.evaluate("widget.callbacks.advancedSettings()")
    link = one.page.get_by_role("link", name="Подключить заново")
    link.wait_for()
    assert link.get_attribute("href") == "https://stock.test/oauth/start"
    assert link.get_attribute("target") == "_blank"
    keep(one.page, "settings-reauthorise", ".sg-settings")
    assert serious(one.page) == []
    backend.answers["GET /api/v1/settings"] = (200, connected())
    button(one.page, "Я подключил, проверить").click()
    one.page.get_by_role("heading", name="1. Подключение ERP").wait_for()
    assert one.page.get_by_role("link", name="Подключить заново").count() == 0


def test_connecting_names_what_is_missing_and_saves_what_works(stage: Make) -> None:
    one = open_page(stage, NEW)
    button(one.page, "Проверить и сохранить").click()
    assert one.page.get_by_text("Заполните это поле").count() == 4
    assert one.backend.written() == []
    lacking = {
        **REPORT,
        "missing": [
            {"code": "stock", "detail": "stock.move: read"},
            {"code": "stock", "detail": "stock.move: write"},
            {"code": "brand_new", "detail": "x.y: write"},
        ],
    }
    one.backend.answers["POST /api/v1/settings/connection/test"] = (
        200,
        {"ok": False, "report": lacking, "error": None},
    )
    for name, value in {"Адрес": URL, "База": "erp", "Пользователь": "stockgate", "Пароль": "s3cret"}.items():
        one.page.get_by_label(name).fill(value)
    button(one.page, "Проверить подключение").click()
    one.page.get_by_text("Остатки и движения (stock.move: read, stock.move: write)").wait_for()
    assert one.page.get_by_text("Нет права: x.y: write").is_visible()
    keep(one.page, "settings_missing_rights-light-ru")
    assert serious(one.page) == []
    one.backend.answers["PUT /api/v1/settings/connection"] = (200, {"ok": True, "report": REPORT, "error": None})
    one.backend.answers["GET /api/v1/settings"] = (200, connected())
    button(one.page, "Проверить и сохранить").click()
    one.page.get_by_label("Санкт-Петербург").wait_for()
    values = {"url": URL, "database": "erp", "user": "stockgate", "password": "s3cret"}
    assert one.backend.written()[-1]["body"] == {"system": "tryton", "values": values}


def test_a_saved_secret_is_not_asked_for_again(stage: Make) -> None:
    one = open_page(stage, connected())
    one.backend.answers["POST /api/v1/settings/connection/test"] = (
        200,
        {"ok": False, "report": None, "error": {"code": "erp_denied", "params": {}}},
    )
    assert one.page.get_by_label("Пароль").input_value() == ""
    button(one.page, "Проверить подключение").click()
    one.page.get_by_text("У Stockgate нет прав в ERP").wait_for()
    assert one.backend.written()[0]["body"]["values"] == {"url": URL, "database": "erp", "user": "stockgate"}


def test_rules_are_saved_together(stage: Make) -> None:
    one = open_page(stage, connected())
    one.backend.answers["PUT /api/v1/settings/rules"] = (200, connected())
    page = one.page
    page.get_by_role("group", name="Руководители").get_by_label("Ольга Белова").check()
    page.get_by_label("Предел суммы для Сергей Орлов, RUB").fill("75 000,50")
    page.get_by_label("Заказ", exact=True).check()
    page.get_by_label("Сколько дней можно ждать поставку").fill("много")
    button(page, "Сохранить правила").click()
    page.get_by_text("Введите целое число от 0 до 365").wait_for()
    assert one.backend.written() == []
    page.get_by_label("Сколько дней можно ждать поставку").fill("21")
    page.get_by_label("Вид цен").select_option(label="Опт")
    page.get_by_role("group", name="Если товара не хватает").get_by_label("оформить нельзя").check()
    button(page, "Сохранить правила").click()
    page.get_by_text("Сохранено", exact=True).wait_for()
    sent = one.backend.written()[0]["body"]
    assert sent == {
        **connected()["rules"],
        "supervisors": [{"user_id": 8, "limit": "75000.5"}, {"user_id": 9, "limit": None}],
        "protected_stages": [{"pipeline_id": 1, "stage_id": 12}],
        "horizon_days": 21,
        "price_type_id": "1",
        "shortage": "block",
    }


def test_preparation_shows_its_progress_by_itself(stage: Make) -> None:
    one = open_page(stage, connected())
    running, done = connected(), connected()
    running["setup"] = {
        "state": "running",
        "steps": [{"step": "import", "state": "running", "done": 12, "of": 60, "error": None}],
    }
    done["setup"] = {
        "state": "done",
        "steps": [{"step": "import", "state": "done", "done": 60, "of": 60, "error": None}],
    }
    one.backend.answers["POST /api/v1/settings/setup"] = (202, running)
    one.backend.answers["GET /api/v1/settings"] = (200, running)
    button(one.page, "Подготовить аккаунт").click()
    one.page.get_by_text("12 из 60").wait_for()
    one.backend.answers["GET /api/v1/settings"] = (200, done)
    one.page.get_by_text("Аккаунт готов").wait_for()


def test_clean_up_asks_first_in_its_own_window(stage: Make) -> None:
    one = open_page(stage, connected())
    one.backend.answers["POST /api/v1/settings/cleanup"] = (202, connected())
    button(one.page, "Удалить созданное в amoCRM").click()
    one.page.get_by_role("alertdialog").wait_for()
    keep(one.page, "settings_cleanup-light-ru", ".modal-body")
    assert serious(one.page) == []
    button(one.page, "Отмена").click()
    assert one.page.get_by_role("alertdialog").count() == 0
    assert one.backend.written() == []
    button(one.page, "Удалить созданное в amoCRM").click()
    button(one.page, "Удалить").click()
    one.page.get_by_text("Удаляем созданное в amoCRM").wait_for()


def test_opening_the_page_twice_makes_no_double_and_leaving_removes_it(stage: Make) -> None:
    one = open_page(stage, connected())
    one.page.evaluate("widget.callbacks.advancedSettings()")
    one.page.locator(".sg-settings h2").first.wait_for()
    assert one.page.locator(".sg-settings").count() == 1
    one.page.evaluate("widget.callbacks.destroy()")
    assert one.page.locator("[data-stockgate]").count() == 0


def test_consent_is_given_by_hand_and_kept(stage: Make) -> None:
    one = stage(Backend(None), View(width=500, area="settings"))
    page = one.load()
    page.evaluate(
        """(code) => {
        const place = document.getElementById('widget_settings__fields_wrapper');
        place.innerHTML = `<input type="hidden" name="consent" id="${code}_custom"><div id="${code}_custom_content">`;
        window.changes = 0;
        place.addEventListener('change', (event) => { window.changes += event.target.type === 'hidden'; }); }""",
        CODE,
    )
    assert page.evaluate("widget.callbacks.settings()") is True
    page.evaluate("widget.callbacks.settings()")
    box = page.get_by_label("Согласен на передачу этих данных")
    box.check()
    field = page.locator(f"#{CODE}_custom")
    assert (field.input_value(), page.evaluate("window.changes")) == ("1", 1)
    assert page.locator(".sg-consent").count() == 1
    assert (
        page.get_by_role("link", name="Открыть настройки Stockgate").get_attribute("href")
        == f"/settings/widgets/{CODE}"
    )
    page.wait_for_function("getComputedStyle(document.querySelector('.sg-consent')).display === 'flex'")
    keep(page, "consent-light-ru")
    assert serious(page) == []
    box.uncheck()
    assert field.input_value() == ""
    assert page.evaluate("widget.callbacks.onSave({ active: 'Y', fields: {} })") is True
