"""Looking at the page: findings of axe-core, what sticks out, pictures for people."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

ROOT = Path(__file__).resolve().parents[2]
OUTPUT = ROOT / "tests" / "_output" / "widget"
AXE = ROOT / "widget" / "node_modules" / "axe-core" / "axe.min.js"


def serious(page: Page) -> list[str]:
    """axe-core's serious and critical findings, as `rule: element`."""
    if not page.evaluate("Boolean(window.axe)"):
        page.add_script_tag(path=str(AXE))
    found: dict[str, Any] = page.evaluate("axe.run('[data-stockgate]', { resultTypes: ['violations'] })")
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
          .map((one) => 'sticks out: ' + one.outerHTML.slice(0, 120)); }"""
    )
    return found


def keep(page: Page, name: str, selector: str = "main") -> None:
    """tests/_output/widget/NAME.png"""
    OUTPUT.mkdir(parents=True, exist_ok=True)
    page.locator(selector).first.screenshot(path=str(OUTPUT / f"{name}.png"))
