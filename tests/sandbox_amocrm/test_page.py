"""People in Chromium: the deal card, tasks, lists, users, theme, language."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from sandbox.amocrm.server import AmoServer

from .house import DECIDING, HEAD, KETTLE, LEAD, Caller
from .stage import opened, sign_in

pytestmark = pytest.mark.browser


def rows_of(server: AmoServer) -> dict[int, Any]:
    links = server.world.store.get("links", LEAD)
    assert links is not None
    kept = [r for r in links["rows"] if r["to_entity_type"] == "catalog_elements"]
    return {r["to_entity_id"]: r["metadata"]["quantity"] for r in kept}


def test_a_field_one_stands_in_is_not_taken_away(page: Page, api: Caller) -> None:
    page.goto(f"/leads/detail/{LEAD}")
    field = page.locator('[name="CFV[294471]"]')
    field.focus()
    api("PATCH", f"leads/{LEAD}", {"custom_fields_values": [{"field_id": 294471, "values": [{"value": "Д-1"}]}]})
    expect(page.locator(".feed-note_event").last).to_contain_text("Номер договора")
    expect(field).to_be_focused()
    field.blur()
    expect(field).to_have_value("Д-1")


def test_company_requisites_are_mended_in_the_card(page: Page, server: AmoServer) -> None:
    page.goto(f"/leads/detail/{LEAD}")
    page.fill('[name="companies[7767077][LEGAL][vat_id]"]', "7728168971")
    page.click("#save_and_close_contacts_link")
    expect(page.locator(".notification_message")).to_be_visible()
    company = server.world.store.get("company", 7767077)
    assert company is not None
    assert company["values"]["294490"][0]["value"]["vat_id"] == "7728168971"


def test_products_tab(page: Page, server: AmoServer) -> None:
    page.goto(f"/leads/detail/{LEAD}")
    page.click("[data-tab=products]")
    page.fill("#product_search", "lamp")
    page.click(".products__option")
    expect(page.locator(".product-row")).to_have_count(4)
    row = page.locator(f'.product-row[data-id="{KETTLE}"]')
    row.locator(".product-row__quantity").fill("7,5")
    row.locator(".product-row__quantity").press("Enter")
    expect(row.locator(".product-row__sum")).to_contain_text("18 675")
    page.locator('.product-row[data-id="525440"] .product-row__remove').click()
    expect(page.locator(".product-row")).to_have_count(3)
    assert rows_of(server) == {KETTLE: 7.5, 525444: 2.5, 525442: 1}


def test_stage_by_hand_and_losing_the_deal(page: Page, server: AmoServer) -> None:
    page.goto(f"/leads/detail/{LEAD}")
    page.select_option("#stage_select", f"3177727:{DECIDING}")
    expect(page.locator(".feed-note_event").last).to_contain_text("Принимают решение")
    page.click("#lose_deal")
    page.check("[name=reason] >> nth=1")
    page.click(".js-lose-accept")
    expect(page.locator(".stage-reason")).to_have_text("Пропала потребность")


def test_a_stage_that_requires_a_field_stops_a_person(page: Page, server: AmoServer, api: Caller) -> None:
    wanted = [{"status_id": DECIDING, "pipeline_id": 3177727}]
    item = {"name": "Итог проверки", "type": "text", "is_api_only": True, "required_statuses": wanted}
    field = api("POST", "leads/custom_fields", [item]).json()["_embedded"]["custom_fields"][0]["id"]
    page.goto(f"/leads/detail/{LEAD}")
    expect(page.locator(f'[data-id="{field}"] input')).to_be_disabled()
    page.select_option("#stage_select", f"3177727:{DECIDING}")
    expect(page.locator(".notification_error")).to_contain_text("Итог проверки")
    lead = server.world.store.get("lead", LEAD)
    assert lead is not None
    assert lead["status_id"] != DECIDING
    api("PATCH", f"leads/{LEAD}", {"custom_fields_values": [{"field_id": field, "values": [{"value": "да"}]}]})
    expect(page.locator(f'[data-id="{field}"] input')).to_have_value("да")
    page.select_option("#stage_select", f"3177727:{DECIDING}")
    expect(page.locator(".feed-note_event").last).to_contain_text("Принимают решение")


def test_tasks_are_completed_in_the_feed(page: Page, server: AmoServer) -> None:
    page.goto(f"/leads/detail/{LEAD}")
    page.fill(".feed-task__result", "Согласовано")
    page.click(".feed-task__complete")
    expect(page.locator(".feed-task_done")).to_contain_text("Согласовано")
    page.fill("#feed_compose [name=text]", "Перезвонить")
    page.click("#feed_compose button")
    expect(page.locator(".feed-note_common").last).to_contain_text("Перезвонить")


def test_a_task_from_somebody_else_is_announced_and_listed(page: Page, api: Caller) -> None:
    sign_in(page, HEAD)
    page.goto("/todo/")
    expect(page.locator(".list-holder .page-note")).to_be_visible()
    item = {"text": "Решите", "complete_till": 1900000000, "responsible_user_id": HEAD}
    api("POST", "tasks", [{**item, "entity_id": LEAD, "entity_type": "leads"}])
    expect(page.locator(".notification_message")).to_contain_text("Решите")
    page.click(".todo-row a")
    expect(page.locator(".feed-task")).to_have_count(2)


def test_products_list_is_shown(page: Page) -> None:
    page.goto("/catalogs/")
    row = page.locator(f'.list-row[data-id="{KETTLE}"]')
    expect(row).to_contain_text("TEA-17")
    expect(row).to_contain_text("2 490")


def test_switching_user_theme_and_language(page: Page, installed: str) -> None:
    opened(page)
    with page.expect_navigation():
        page.select_option("#user_switcher", str(HEAD))
    page.wait_for_function(f"window.APP && APP.constant('user').id === {HEAD}")
    page.click("#theme_switch")
    expect(page.locator("html")).to_have_attribute("data-color-scheme", "dark")
    with page.expect_navigation():
        page.click("#lang_switch")
    expect(page.locator(".weather-hello")).to_contain_text("Weather for deal")
    assert page.evaluate("[APP.lang_id, document.documentElement.getAttribute('data-color-scheme')]") == ["en", "dark"]


def test_free_users_see_no_deals(page: Page) -> None:
    sign_in(page, 504144)
    page.goto(f"/leads/detail/{LEAD}")
    expect(page.locator(".page-note")).to_be_visible()
