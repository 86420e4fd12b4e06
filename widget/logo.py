"""Draws the widget's logos (widget/images/*.png) from one drawing, through Chromium.

    python -m widget.logo

The pictures are committed; run this only when the drawing changes.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from widget.verify import IMAGES

HERE = Path(__file__).resolve().parent
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]

# A crate behind a gate that is open: what is there may pass.
MARK = """
<svg viewBox="0 0 96 96" width="{size}" height="{size}" xmlns="http://www.w3.org/2000/svg">
  <defs><linearGradient id="g" x1="0" y1="0" x2="0" y2="1">
    <stop offset="0" stop-color="#3b7bf0"/><stop offset="1" stop-color="#1f57c4"/></linearGradient></defs>
  <rect width="96" height="96" rx="20" fill="url(#g)"/>
  <path d="M48 16 78 31v33L48 80 18 64V31z" fill="#fff" opacity=".16"/>
  <path d="M48 18 76 32 48 46 20 32z" fill="#fff"/>
  <path d="M20 38 45 50.5V78L20 64.5z" fill="#dbe8ff"/>
  <path d="M76 38 51 50.5V78l25-13.5z" fill="#b9d1ff"/>
  <circle cx="68" cy="68" r="20" fill="#1fae7c" stroke="#fff" stroke-width="5"/>
  <path d="m59 68 6.5 6.5L78 62" fill="none" stroke="#fff" stroke-width="5.5" stroke-linecap="round"
    stroke-linejoin="round"/>
</svg>
"""
WORD = """
<b style="font:700 {px}px/1 Inter,'DejaVu Sans',Arial,sans-serif;letter-spacing:-.02em;color:#3b7bf0">Stock<span
style="color:#1fae7c">gate</span></b>
"""
PAGE = """
<body style="margin:0;width:{width}px;height:{height}px;display:flex;flex-direction:{direction};gap:{gap}px;
align-items:center;justify-content:center;background:{background}">{inside}</body>
"""


ON_WHITE = {
    "images/logo_main.png",
    "images/logo_small.png",
}  # the marketplace's tiles; in the card the theme shines through


def page_for(width: int, height: int, background: str) -> str:
    """The page whose picture is the logo of this size: the mark alone where there is no room for the word."""
    if width == height:
        return PAGE.format(
            width=width, height=height, direction="row", gap=0, background=background, inside=MARK.format(size=width)
        )
    if width > 2 * height:
        inside = MARK.format(size=int(height * 0.68)) + WORD.format(px=int(height * 0.34))
        return PAGE.format(
            width=width, height=height, direction="row", gap=int(height * 0.14), background=background, inside=inside
        )
    inside = MARK.format(size=int(height * 0.5)) + WORD.format(px=int(height * 0.17))
    return PAGE.format(
        width=width, height=height, direction="column", gap=int(height * 0.08), background=background, inside=inside
    )


def draw(browser: Browser, target: Path, width: int, height: int, background: str) -> None:
    page = browser.new_page(viewport={"width": width, "height": height})
    page.set_content(page_for(width, height, background))
    page.screenshot(path=str(target), omit_background=True)
    page.close()


def main() -> int:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        for name, (width, height) in IMAGES.items():
            draw(browser, HERE / name, width, height, "#fff" if name in ON_WHITE else "transparent")
            sys.stdout.write(f"{name} {width}×{height}\n")
        browser.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
