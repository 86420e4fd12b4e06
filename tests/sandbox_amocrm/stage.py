"""What the browser tests do on a page."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from .house import LEAD


def sign_in(page: Page, user_id: int) -> None:
    assert page.request.post("/_sandbox/session", data={"user_id": user_id}).ok


def log(page: Page) -> list[str]:
    found: list[str] = page.evaluate("window.weatherLog || []")
    return found


def opened(page: Page, lead: int = LEAD, query: str = "") -> None:
    page.goto(f"/leads/detail/{lead}{query}")
    expect(page.locator(".weather-hello")).to_contain_text(str(lead))
