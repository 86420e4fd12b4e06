"""Every state of the panel drawn by the built archive in Chromium: it fits, it is accessible, its picture is kept.

One page per view; the same widget object leaves one card and enters the next, as it does in amoCRM.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.widget.backend import PICTURES, Backend, picture
from tests.widget.looking import keep, overflow, serious
from tests.widget.stage import Stage, View

STATES = sorted(path.stem for path in PICTURES.glob("*.json") if path.stem != "loading")
Make = Callable[[Backend, View], Stage]

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    "view",
    [
        pytest.param(View(width=220), id="220-light-ru"),
        pytest.param(View(width=280), id="280-light-ru"),
        pytest.param(View(width=280, dark=True, admin=True), id="280-dark-ru-admin"),
        pytest.param(View(width=320, language="en"), id="320-light-en"),
        pytest.param(View(width=220, language="en", dark=True), id="220-dark-en"),
    ],
)
def test_every_state_fits_and_is_accessible(stage: Make, view: View) -> None:
    opened = stage(Backend(None), view)
    page = opened.load()
    troubles: dict[str, list[str]] = {}
    for name in STATES:
        opened.backend.panel = picture(name)
        assert page.evaluate("enter(widget)") is True
        opened.settle()
        keep(page, f"{name}-{view.name}")
        words = page.locator(".sg-panel").inner_text()
        holes = [one for one in ("{", "undefined", "null", "NaN", "[object") if one in words]
        found = overflow(page) + serious(page) + holes
        if found:
            troubles[name] = found
        page.evaluate("widget.callbacks.destroy()")
        assert page.locator("[data-stockgate]").count() == 0
    assert troubles == {}


def test_a_hundred_lines_stay_usable(stage: Make) -> None:
    """Eight lines at first, the rest on demand; figures on the screen well under 300 ms after the answer."""
    panel = picture("ready")
    panel["lines"] = [
        {**panel["lines"][0], "line_id": str(number), "name": f"Розетка {number}"} for number in range(100)
    ]
    opened = stage(Backend(panel), View())
    page = opened.open_card()
    opened.settle()
    assert page.locator(".sg-line").count() == 8
    assert page.get_by_role("button", name="Оформить и зарезервировать").is_visible()
    keep(page, "hundred_lines-280-light-ru")
    while page.get_by_role("button", name="Показать ещё").count():
        page.get_by_role("button", name="Показать ещё").click()
    assert page.locator(".sg-line").count() == 100
    took = page.evaluate(
        """async () => { widget.callbacks.destroy(); window.answeredAt.length = 0; enter(widget);
        while (!document.querySelector('.sg-line')) await new Promise((done) => requestAnimationFrame(done));
        return performance.now() - window.answeredAt[0]; }"""
    )
    assert took < 300
    opened.settle()


def test_first_figures_come_from_the_cache_and_live_ones_follow(stage: Make) -> None:
    opened = stage(Backend(picture("ready")), View())
    opened.open_card()
    opened.settle()
    assert [name.split("?")[-1] for name in opened.backend.names() if "/panel?" in name] == [
        "figures=cached",
        "figures=live",
    ]


def test_nothing_known_yet_shows_bones_not_an_error(stage: Make) -> None:
    opened = stage(Backend(picture("loading")), View())
    page = opened.open_card()
    page.wait_for_selector(".sg-skeleton")
    keep(page, "loading-280-light-ru")
    assert serious(page) == []


@pytest.mark.parametrize(
    ("status", "code", "words"), [(401, "token_expired", "Обновить страницу"), (404, "deal_not_found", "Повторить")]
)
def test_no_panel_at_all_says_why_and_what_to_press(stage: Make, status: int, code: str, words: str) -> None:
    backend = Backend(None)
    for figures in ("cached", "live"):
        backend.answers[f"GET /api/v1/deals/501/panel?figures={figures}"] = (
            status,
            {"code": code, "params": {}, "request_id": "r-77"},
        )
    opened = stage(backend, View())
    page = opened.open_card()
    page.get_by_role("button", name=words).wait_for()
    assert "r-77" in page.locator(".sg-panel").inner_text()
    keep(page, f"{code}-280-light-ru")
    assert serious(page) == []


def test_a_lost_network_keeps_the_last_figures_and_comes_back(stage: Make) -> None:
    opened = stage(Backend(picture("ready")), View())
    page = opened.open_card()
    opened.settle()
    opened.backend.silent = True
    page.get_by_role("button", name="обновить").click()
    page.get_by_text("Нет связи со Stockgate").wait_for()
    assert page.locator(".sg-line").count() == 2
    keep(page, "network_lost-280-light-ru")
    assert serious(page) == []
    opened.backend.silent = False
    page.get_by_role("button", name="Повторить").click()
    page.get_by_text("Нет связи со Stockgate").wait_for(state="detached")
