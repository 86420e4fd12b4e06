"""Somebody else's widget in Chromium: it is installed, lives in the card, hears, leaves."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey
from playwright.sync_api import Page, expect

from sandbox.amocrm.server import AmoServer

from .foreign import archive
from .house import ADMIN, LEAD, MANAGER, SECRET, Caller, Receiver, control
from .stage import log, opened, sign_in

pytestmark = pytest.mark.browser


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
