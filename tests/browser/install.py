"""Story 2, first half: the administrator installs the widget and sets the account up without a programmer."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.office import ADMIN, Office, page_picture

SET_UP = 120_000


def install(office: Office) -> None:
    """From the marketplace page to the first check."""
    page = office.person(ADMIN)
    _from_the_marketplace(page)
    page.goto(f"/settings/widgets/{office.widget_code}")
    _connect(page, office)
    _choose_rules(page)
    _set_up(page)


def _from_the_marketplace(page: Page) -> None:
    page.goto("/amo-market")
    page.locator(".js-market-open").click()
    page.locator(".widget-settings input[type=checkbox]:visible").first.check()
    page.locator(".js-widget-install").click()
    expect(page.locator(".market-tile .widget-state_status_installed")).to_be_visible()


def _connect(page: Page, office: Office) -> None:
    """A wrong password is said plainly; a user with too few rights learns which; then the right one."""
    erp = office.town.erp
    page.get_by_label("Адрес").fill(erp.url)
    page.get_by_label("База").fill(erp.database)
    settings = page.locator("#list_page_holder")
    for user, password, says in (
        ("stockgate", "wrong-password", "парол"),
        ("stockgate_limited", None, "sale.sale"),
    ):
        page.get_by_label("Пользователь").fill(erp.credentials(user)["login"])
        page.get_by_label("Пароль").fill(password or erp.credentials(user)["password"])
        page.get_by_role("button", name="Проверить подключение").click()
        expect(settings.locator(".sg-call_bad, .sg-call_warn").first).to_contain_text(says)
        page_picture(page, f"settings-{user}-{'refused' if password else 'rights'}")
    page.get_by_label("Пользователь").fill(erp.credentials("stockgate")["login"])
    page.get_by_label("Пароль").fill(erp.credentials("stockgate")["password"])
    page.get_by_role("button", name="Проверить и сохранить").click()
    expect(settings).to_contain_text("Электроснаб")


def _choose_rules(page: Page) -> None:
    page.get_by_label("Вид цен").select_option(label="Розница")
    page.get_by_role("group", name="Руководители").get_by_label("Ольга Белова").check()
    page.get_by_role("button", name="Сохранить правила").click()
    expect(page.locator("#list_page_holder")).to_contain_text("Сохранено")


def _set_up(page: Page) -> None:
    page.get_by_role("button", name="Подготовить аккаунт").click()
    done = page.locator("#list_page_holder").get_by_text("готово", exact=True)
    expect(done).to_have_count(4, timeout=SET_UP)
    page_picture(page, "settings-done")
