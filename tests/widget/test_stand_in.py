"""The archive in the amoCRM stand-in: real RequireJS, jQuery 2.1.3, modal, one-time tokens, CORS, two origins."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from sandbox.amocrm.assets import ensure_assets
from sandbox.amocrm.server import AmoServer
from tests.widget.backend import WAREHOUSES, Backend, picture
from tests.widget.looking import keep
from tests.widget.served import served
from tests.widget.test_settings import connected
from widget.build import build

CLIENT_ID = "0b0f0d0c-5a0e-4a51-9c0e-2b4b6f0f8a22"
LEAD, OTHER_LEAD, MANAGER, ADMIN = 3912171, 3912172, 504141, 504140

pytestmark = pytest.mark.browser


@dataclass
class House:
    """A running stand-in with the widget uploaded, and what the widget's backend was asked."""

    amo: AmoServer
    backend: Backend
    page: Page

    def sign_in(self, user_id: int) -> None:
        assert self.page.request.post("/_sandbox/session", data={"user_id": user_id}).ok

    def install(self) -> None:
        assert self.page.request.post(
            f"/_sandbox/integrations/{CLIENT_ID}/install", data={"settings": {"consent": "1"}}
        ).ok


@pytest.fixture
def house(browser: Browser, tmp_path: Path) -> Iterator[House]:
    ensure_assets()
    backend = Backend(picture("ready"))
    with served(backend) as url:
        archive = build(url, tmp_path)
        integration = {
            "client_id": CLIENT_ID,
            "client_secret": "not-a-secret-0123456789-0123456789-0123456789",
            "name": "Stockgate",
            "redirect_uri": f"{url}/oauth/callback",
            "scopes": ["crm"],
            "widget_zip": str(archive),
        }
        with AmoServer(integrations=[integration], limits={"enabled": False}) as amo:
            context = browser.new_context(viewport={"width": 1440, "height": 900}, base_url=amo.url)
            page = context.new_page()
            page.set_default_timeout(15_000)
            errors: list[str] = []
            page.on("pageerror", lambda error: errors.append(str(error)))
            yield House(amo, backend, page)
            context.close()
            assert errors == []


def test_installing_asks_for_consent_first(house: House) -> None:
    house.sign_in(ADMIN)
    page = house.page
    page.goto("/amo-market")
    page.click(".js-market-open")
    box = page.get_by_label("Согласен на передачу этих данных")
    expect(box).to_be_visible()
    keep(page, "stand_in-install", "body")
    box.check()
    page.click(".js-widget-install")
    expect(page.locator(".widget-state_status_installed").first).to_be_visible()


def test_the_panel_lives_in_the_card_and_moves_with_the_person(house: House) -> None:
    house.sign_in(MANAGER)
    house.install()
    page = house.page
    page.goto(f"/leads/detail/{LEAD}?panel=280")
    expect(page.get_by_text("Можно оформлять")).to_be_visible()
    keep(page, "stand_in-card", "body")
    first = next(one for one in house.backend.asked if "/deals/" in one["name"])
    assert first["token"]
    assert first["name"] == f"GET /api/v1/deals/{LEAD}/panel?figures=cached"
    page.goto("/leads/")
    expect(page.locator(".sg-panel")).to_have_count(0)
    page.go_back()
    expect(page.locator(".sg-panel")).to_have_count(1)


def test_an_order_crosses_origins_with_token_and_key(house: House) -> None:
    house.sign_in(MANAGER)
    house.install()
    house.backend.answers[f"POST /api/v1/deals/{LEAD}/order"] = (202, picture("placing"))
    page = house.page
    page.goto(f"/leads/detail/{LEAD}")
    page.get_by_role("button", name="Оформить и зарезервировать").click()
    expect(page.get_by_text("Заказ принят")).to_be_visible()
    (sent,) = house.backend.written()
    assert sent["token"]
    assert len(sent["headers"]["Idempotency-Key"]) == 36


def test_the_wide_view_opens_in_the_platforms_modal(house: House) -> None:
    house.sign_in(MANAGER)
    house.install()
    lines = [
        {"line_id": line["line_id"], "unit": "шт", "kit": False, "components": [], "warehouses": WAREHOUSES}
        for line in picture("ready")["lines"]
    ]
    house.backend.answers[f"GET /api/v1/deals/{LEAD}/details"] = (
        200,
        {"lines": lines, "taken_at": "2026-11-21T11:20:05Z"},
    )
    page = house.page
    page.goto(f"/leads/detail/{LEAD}")
    page.get_by_role("button", name="Подробно по складам").click()
    expect(page.locator(".sg-table tbody tr")).to_have_count(2)
    expect(page.locator(".sg-table td b").first).to_be_visible()
    keep(page, "stand_in-wide", "body")
    page.keyboard.press("Escape")
    expect(page.locator(".sg-table")).to_have_count(0)


def test_the_settings_page_opens_for_the_administrator(house: House) -> None:
    house.sign_in(ADMIN)
    house.install()
    house.backend.answers["GET /api/v1/settings"] = (200, connected())
    page = house.page
    page.goto(f"/leads/detail/{LEAD}")
    expect(page.locator(".sg-panel")).to_be_visible()
    code = page.locator(".card-widgets__widget").get_attribute("data-code")
    page.goto(f"/settings/widgets/{code}")
    expect(page.get_by_role("heading", name="1. Подключение ERP")).to_be_visible()
    keep(page, "stand_in-settings", "body")


@pytest.mark.parametrize("reuse", [False, True], ids=["new object", "same object"])
def test_next_card_without_reloading(house: House, reuse: bool) -> None:
    house.sign_in(MANAGER)
    house.install()
    assert house.page.request.post("/_sandbox/switches", data={"reuse_widget_object": reuse}).ok
    page = house.page
    page.goto("/leads/")
    for lead in (LEAD, OTHER_LEAD):
        page.locator(f"a[href*='/leads/detail/{lead}']").first.click()
        expect(page.locator(".sg-panel .sg-line")).to_have_count(2)
        expect(page.locator(".sg-panel")).to_have_count(1)
        assert any(f"/deals/{lead}/panel" in name for name in house.backend.names())
        page.go_back()
        expect(page.locator(".sg-panel")).to_have_count(0)
