"""Every state of the panel drawn by the built archive in Chromium: it fits, it is accessible, its picture is kept."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.widget.backend import PICTURES, Backend, picture
from tests.widget.stage import Stage, View

ROOT = Path(__file__).resolve().parents[2]
OUTPUT = ROOT / "tests" / "_output" / "widget"
AXE = ROOT / "widget" / "node_modules" / "axe-core" / "axe.min.js"
STATES = sorted(path.stem for path in PICTURES.glob("*.json"))
Make = Callable[[Backend, View], Stage]

pytestmark = pytest.mark.browser


def serious(page: Page) -> list[str]:
    """axe-core's serious and critical findings, as `rule: element`."""
    page.add_script_tag(path=str(AXE))
    found: dict[str, Any] = page.evaluate(
        "axe.run('[data-stockgate]', { resultTypes: ['violations'], rules: { region: { enabled: false } } })"
    )
    return [
        f"{one['id']}: {node['html'][:120]} {node['any'][0]['message'] if node['any'] else ''}"
        for one in found["violations"]
        if one["impact"] in {"serious", "critical"}
        for node in one["nodes"]
    ]


def overflow(page: Page) -> list[str]:
    """Elements that stick out of the column."""
    found: list[str] = page.evaluate(
        """() => { const edge = document.querySelector('.sg-panel').getBoundingClientRect().right + 0.5;
        return Array.from(document.querySelectorAll('.sg-panel *'))
          .filter((one) => one.getBoundingClientRect().right > edge && !one.closest('.sg-hidden'))
          .map((one) => one.outerHTML.slice(0, 120)); }"""
    )
    return found


def keep(page: Page, name: str) -> None:
    OUTPUT.mkdir(parents=True, exist_ok=True)
    page.locator("main").screenshot(path=str(OUTPUT / f"{name}.png"))


@pytest.mark.parametrize("name", STATES)
@pytest.mark.parametrize(
    "view",
    [
        pytest.param(View(width=220, language="ru"), id="220-light-ru"),
        pytest.param(View(width=280, language="ru"), id="280-light-ru"),
        pytest.param(View(width=320, language="en", dark=True), id="320-dark-en"),
        pytest.param(View(width=220, language="en", dark=True, admin=True), id="220-dark-en-admin"),
    ],
)
def test_state_fits_and_is_accessible(stage: Make, name: str, view: View) -> None:
    opened = stage(Backend(picture(name)), view)
    page = opened.open_card()
    opened.settle()
    keep(page, f"{name}-{view.width}-{'dark' if view.dark else 'light'}-{view.language}{'-admin' if view.admin else ''}")
    assert overflow(page) == []
    assert serious(page) == []
    words = page.locator(".sg-panel").inner_text()
    assert "{" not in words
    assert "undefined" not in words
