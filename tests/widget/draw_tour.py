"""Draws the marketplace's tour (widget/images/tour_*.png) from the panel itself.

    python -m tests.widget.draw_tour

The pictures are committed; run this when the panel looks different.
"""

from __future__ import annotations

import base64
import json
import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.support.chromium import FLAGS
from tests.widget.backend import Backend, picture
from tests.widget.stage import Stage, View
from widget.build import ROOT, build
from widget.verify import TOUR_SIZE

IMAGES = ROOT / "widget" / "images"
SLIDES = {
    "stock": ("ready", "short_ask"),
    "approval": ("asked_supervisor", "approved"),
    "order": ("placing", "placed_part_shipped"),
}
SAID = {
    "ru": {
        "stock": (
            "Видно, что действительно есть",
            "Живые остатки, даты поставок и цена покупателя. Не хватает: что можно сделать, один клик.",
        ),
        "approval": (
            "Решает руководитель",
            "В той же карточке: нехватка, поставка, маржа. Весь заказ, часть или отказ с причиной.",
        ),
        "order": (
            "Заказ с резервом и документы",
            "Счёт, УПД и ТОРГ-12 открываются из сделки, отгрузки и оплаты видны сразу.",
        ),
    },
    "en": {
        "stock": (
            "See what is really there",
            "Live stock, delivery dates and the customer's own price. Short? One click applies a way out.",
        ),
        "approval": (
            "The supervisor decides",
            "In the same card: shortage, delivery, margin. The whole order, a part, or no with a reason.",
        ),
        "order": (
            "An order with a reserve, and its documents",
            "Invoices and shipping papers open from the deal; shipments and payments are seen at once.",
        ),
    },
}
ENGLISH = {
    "Розетка двойная, белая": "Double socket, white",
    "Дрель ударная 750 Вт": "Impact drill 750 W",
    "Щит распределительный 24М": "Distribution board 24M",
    "Щиты для ТЦ": "Boards for a mall",
    "АО «Стройгрупп»": "Stroygroup JSC",
    "Клиент согласен ждать 4 шт две недели": "The client agrees to wait two weeks for 4 pcs",
    "Анна Смирнова": "Anna Smirnova",
    "Сергей Орлов": "Sergey Orlov",
    "Поставка подтверждена, клиент постоянный": "The delivery is confirmed, a regular client",
    "Москва": "Moscow",
    "Санкт-Петербург": "Saint Petersburg",
    '"шт"': '"pcs"',
}
SLIDE = """
<style>.panel {{ width: 300px; border-radius: 6px; box-shadow: 0 8px 28px #1f57c433 }}</style>
<body style="margin:0;width:{width}px;height:{height}px;display:flex;align-items:center;gap:28px;padding:0 40px;
box-sizing:border-box;background:linear-gradient(135deg,#eef4ff,#f7faf8);
font-family:'PT Sans','Segoe UI',Arial,sans-serif;color:#23272e">
<div style="flex:1"><h1 style="margin:0 0 14px;font-size:38px;line-height:1.15">{title}</h1>
<p style="margin:0;font-size:20px;line-height:1.4;color:#4a525c">{text}</p></div>{panels}</body>
"""
PANEL = '<img alt="" src="data:image/png;base64,{data}" class="panel">'


def _panel(browser: Browser, archive: Path, name: str, language: str) -> str:
    shown = picture(name)
    if language == "en":
        text = json.dumps(shown, ensure_ascii=False)
        for russian, english in ENGLISH.items():
            text = text.replace(russian, english)
        shown = json.loads(text)
    stage = Stage(browser, archive, Backend(shown), View(width=300, language=language))
    page = stage.open_card()
    stage.settle()
    data = page.locator(".sg-panel").screenshot(scale="device")
    stage.close()
    return PANEL.format(data=base64.b64encode(data).decode())


def draw(browser: Browser, archive: Path, slide: str, language: str) -> Path:
    """One slide; gives its file."""
    title, text = SAID[language][slide]
    panels = "".join(_panel(browser, archive, name, language) for name in SLIDES[slide])
    width, height = TOUR_SIZE
    page = browser.new_page(viewport={"width": width, "height": height})
    page.set_content(SLIDE.format(width=width, height=height, title=title, text=text, panels=panels))
    target = IMAGES / f"tour_{slide}_{language}.png"
    page.screenshot(path=str(target))
    page.close()
    return target


def main() -> int:
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        archive = build("https://stock.test", Path(folder))
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        for language in SAID:
            for slide in SLIDES:
                target = draw(browser, archive, slide, language)
                sys.stdout.write(f"{target.relative_to(ROOT)} {target.stat().st_size} bytes\n")
        browser.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
