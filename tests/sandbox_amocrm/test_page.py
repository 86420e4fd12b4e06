"""The deal card in Chromium: somebody else's widget is installed, lives, hears, leaves; people work beside it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey
from playwright.sync_api import Browser, Page, expect, sync_playwright

from sandbox.amocrm.assets import ensure_assets
from sandbox.amocrm.server import AmoServer

from .foreign import archive
from .house import ADMIN, CLIENT_ID, DECIDING, HEAD, KETTLE, LEAD, MANAGER, SECRET, Caller, Receiver, control

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    ensure_assets()
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=str(CHROMIUM) if CHROMIUM.exists() else None, args=FLAGS)
        yield launched
        launched.close()


@pytest.fixture
def page(browser: Browser, server: AmoServer) -> Iterator[Page]:
    """A page that fails the test when a script of it fails."""
    context = browser.new_context(viewport={"width": 1440, "height": 860}, base_url=server.url)
    found = context.new_page()
    found.set_default_timeout(10_000)
    failures: list[str] = []
    found.on("pageerror", lambda error: failures.append(str(error)))
    yield found
    context.close()
    assert failures == []


def sign_in(page: Page, user_id: int) -> None:
    assert page.request.post("/_sandbox/session", data={"user_id": user_id}).ok


@pytest.fixture
def installed(server: AmoServer, receiver: Receiver) -> str:
    """The widget installed with its city pointing at the receiver; its code."""
    row = control(server, f"integrations/{CLIENT_ID}/install", {"settings": {"city": receiver.url}})
    code: str = row["widget_code"]
    return code


def log(page: Page) -> list[str]:
    found: list[str] = page.evaluate("window.weatherLog || []")
    return found


def opened(page: Page, lead: int = LEAD, query: str = "") -> None:
    page.goto(f"/leads/detail/{lead}{query}")
    expect(page.locator(".weather-hello")).to_contain_text(str(lead))


def test_install_from_the_market(page: Page, server: AmoServer, receiver: Receiver) -> None:
    sign_in(page, ADMIN)
    page.goto("/amo-market")
    page.click(".js-market-open")
    expect(page.locator(".js-widget-save")).to_have_class("button-input js-widget-save button-input-disabled")
    page.click(".js-widget-install")
    expect(page.locator(".notification_error")).to_contain_text("Город")
    page.fill("[name=city]", receiver.url)
    page.click(".js-widget-install")
    expect(page.locator(".market-tile .widget-state_status_installed")).to_be_visible()
    assert log(page)[1:] == ["settings:1", "onSave:Y", "onInstall"]
    assert "from_widget=1" in receiver.wait(1)[0].path
    settings = server.world.store.all("integration")[0]["settings"]
    assert settings == {"city": receiver.url, "extra": '{"saved":true}'}


def test_switching_off_tells_the_widget(page: Page, server: AmoServer, installed: str) -> None:
    sign_in(page, ADMIN)
    page.goto("/amo-market")
    page.click(".js-market-open")
    page.click(".js-widget-uninstall")
    expect(page.locator(".market-tile .widget-state_status_install")).to_be_visible()
    assert log(page)[-2:] == ["onSave:N", "destroy"]
    page.goto(f"/leads/detail/{LEAD}")
    expect(page.locator("#card_fields")).to_be_visible()
    expect(page.locator("#widgets_block")).to_be_hidden()


def test_lifecycle_order_and_the_panels_dom(page: Page, installed: str) -> None:
    opened(page)
    page.wait_for_function("window.weatherLog.length >= 4")
    assert log(page) == ["made:1.4.2:function", "render", "bind_actions", "init"]
    root = page.locator(f"#card_holder #widgets_block .card-widgets__widget-{installed}[data-code={installed}]")
    expect(root.locator(".js-widget-caption-block.weather-caption")).to_be_visible()
    expect(root.locator(".card-widgets__widget__body .weather-static")).to_have_text("cloud")
    logo = root.locator(".card-widgets__widget__caption__logo")
    expect(logo).to_have_attribute("src", f"/upl/{installed}/widget/images/logo.png?v=1.4.2")
    assert page.evaluate("[APP.getWidgetsArea(), APP.getBaseEntity(), APP.isCard(), AMOCRM === APP]") == [
        "leads_card",
        "leads",
        True,
        True,
    ]
    assert page.evaluate("[$.fn.jquery, _.VERSION, Backbone.VERSION, moment.version, Twig.VERSION]") == [
        "2.1.3",
        "1.9.1",
        "1.1.2",
        "2.24.0",
        "0.8.9",
    ]


def test_a_falsy_render_stops_what_follows(page: Page, installed: str) -> None:
    page.add_init_script("window.weatherRender = false")
    opened(page)
    page.click(".card-fields__back")
    page.wait_for_function("window.weatherLog.indexOf('destroy') > 0")
    assert log(page) == ["made:1.4.2:function", "render", "destroy"]


def test_moving_between_deals_destroys_and_draws_again(page: Page, installed: str) -> None:
    opened(page)
    page.evaluate("window.same = true; $(document).on('page:changed', function () { window.changed = true; })")
    page.click(".card-fields__back")
    page.click('.list-row[data-id="3912172"] .list-row__name')
    expect(page.locator(".weather-hello")).to_contain_text("3912172")
    page.wait_for_function("window.weatherLog.filter(function (x) { return x === 'init'; }).length === 2")
    assert page.evaluate("[window.same, window.changed]") == [True, True], "the page was not loaded again"
    assert [x for x in log(page) if not x.startswith("heard")] == [
        "made:1.4.2:function", "render", "bind_actions", "init", "destroy",
        "made:1.4.2:function", "render", "bind_actions", "init",
    ]  # fmt: skip
    expect(page.locator(".weather")).to_have_count(1)


def test_the_object_may_be_reused(page: Page, server: AmoServer, installed: str) -> None:
    control(server, "switches", {"reuse_widget_object": True})
    opened(page)
    page.click(".card-fields__back")
    page.click('.list-row[data-id="3912172"] .list-row__name')
    page.wait_for_function("window.weatherLog.filter(function (x) { return x === 'init'; }).length === 2")
    assert sum(x.startswith("made") for x in log(page)) == 1


def test_one_time_token_reaches_the_vendors_server(page: Page, receiver: Receiver, installed: str) -> None:
    opened(page)
    page.click(".weather-ask")
    expect(page.locator(".weather-answer")).to_have_text("clear")
    calls = [c for c in receiver.calls if c.path == "/forecast"]
    assert [c.method for c in calls] == ["OPTIONS", "POST"], "a real preflight"
    raw = calls[1].headers["X-Auth-Token"]
    claims = jwt.decode(raw, OctKey.import_key(SECRET), algorithms=["HS256"]).claims
    assert claims["user_id"] == MANAGER
    assert json.loads(calls[1].body) == {"lead": LEAD}


def test_changes_made_through_the_api_appear_by_themselves(page: Page, api: Caller, installed: str) -> None:
    opened(page)
    api("PATCH", f"leads/{LEAD}", {"price": 4321, "name": "Другое имя"})
    api(
        "POST",
        f"leads/{LEAD}/notes",
        [{"note_type": "service_message", "params": {"service": "Бот", "text": "Готово"}}],
    )
    expect(page.locator('[name="lead[PRICE]"]')).to_have_value("4321")
    expect(page.locator(".feed-note_service")).to_contain_text("Готово")
    assert "heard:sale_field_changed" in log(page)


def test_unsaved_values_live_in_the_model(page: Page, server: AmoServer, installed: str) -> None:
    opened(page)
    page.evaluate("window.seen = []; APP.data.current_card.model.on('change', function (m) { seen.push(m.changed); })")
    page.fill('[name="lead[PRICE]"]', "555")
    assert page.evaluate("[APP.data.current_card.model.get('lead[PRICE]'), seen.length > 0]") == ["555", True]
    lead = server.world.store.get("lead", LEAD)
    assert lead is not None
    assert lead["price"] != 555
    page.click("#save_and_close_contacts_link")
    expect(page.locator(".notification_message")).to_be_visible()
    saved = server.world.store.get("lead", LEAD)
    assert saved is not None
    assert saved["price"] == 555
    expect(page.locator(".js-save-bar")).to_be_hidden()


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


def rows_of(server: AmoServer) -> dict[int, Any]:
    links = server.world.store.get("links", LEAD)
    assert links is not None
    kept = [r for r in links["rows"] if r["to_entity_type"] == "catalog_elements"]
    return {r["to_entity_id"]: r["metadata"]["quantity"] for r in kept}


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


def test_settings_page_is_the_widgets_own(page: Page, installed: str) -> None:
    sign_in(page, ADMIN)
    page.goto(f"/settings/widgets/{installed}")
    expect(page.locator(f"#list_page_holder #work-area-{installed} .weather-advanced")).to_have_text("1")
    assert page.evaluate("APP.getWidgetsArea()") == f"advanced-settings:{installed}"


def test_panel_width_and_collapsing(page: Page, installed: str) -> None:
    opened(page, query="?panel=220")
    assert page.evaluate("$('#widgets_block').outerWidth()") == 220
    page.click(".js-widget-caption-block")
    expect(page.locator(".weather")).to_be_hidden()
    page.click(".js-widget-caption-block")
    expect(page.locator(".weather")).to_be_visible()
    page.click(".js-card-widgets-on-off")
    expect(page.locator(".card-widgets__widget__caption__logo_min")).to_be_visible()


def test_modal_and_notifications_of_the_platform(page: Page, installed: str) -> None:
    opened(page)
    page.evaluate(
        """() => new Promise(done => require(['lib/components/base/modal'], Modal => { window.kept = true;
        window.modal = new Modal({class_name: 'mine', init: $b => $b.trigger('modal:loaded').html('<p>inside</p>')
          .trigger('modal:centrify').append('<span class="modal-body__close"></span>'), destroy: () => !window.kept});
        done(); }))"""
    )
    expect(page.locator(".modal.modal-list.mine > .modal-scroller > .modal-body")).to_contain_text("inside")
    page.keyboard.press("Escape")
    expect(page.locator(".modal.mine")).to_be_visible()
    page.evaluate("window.kept = false; window.modal.destroy()")
    expect(page.locator(".modal.mine")).to_have_count(0)
    page.evaluate("APP.notifications.show_message_error({header: 'H', text: '<b>T</b>'})")
    expect(page.locator(".notification_error")).to_contain_text("<b>T</b>")


def test_private_integration_is_made_in_the_dialog(page: Page, server: AmoServer, tmp_path: Path) -> None:
    sign_in(page, ADMIN)
    good, bad = tmp_path / "good.zip", tmp_path / "bad.zip"
    good.write_bytes(archive())
    bad.write_bytes(archive({"readme.txt": b"hi"}))
    page.goto("/amo-market")
    page.click(".js-create-integration")
    page.fill("[name=name]", "Своя")
    page.fill("[name=redirect_uri]", "http://127.0.0.1:1/cb")
    page.set_input_files("[name=widget]", str(bad))
    page.click(".js-integration-save")
    expect(page.locator(".form-error")).to_contain_text("manifest.json is missing")
    page.set_input_files("[name=widget]", str(good))
    with page.expect_navigation():
        page.click(".js-integration-save")
    tile = page.locator(".market-tile", has_text="Своя").last
    tile.locator(".js-market-keys").click()
    expect(page.locator("[name=client_secret]")).not_to_have_value("")
    page.click(".js-long")
    expect(page.locator(".js-long-value")).not_to_have_value("")
