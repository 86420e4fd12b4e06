"""Opens the built archive in Chromium inside a small amoCRM page, without any network."""

from __future__ import annotations

import json
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, Route

from tests.widget.backend import Backend

HERE = Path(__file__).resolve().parent
ORIGIN = "http://card.test"
CODE = "k3j5h2widget"
NOW = "2026-11-21T11:20:07Z"
TYPES = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".json": "application/json",
    ".png": "image/png",
    ".html": "text/html",
}


@dataclass(frozen=True)
class View:
    """How the page looks: width of the right column in pixels, theme, language, who looks."""

    width: int = 280
    dark: bool = False
    language: str = "ru"
    admin: bool = False
    deal_id: int = 501
    area: str = "lcard"

    @property
    def name(self) -> str:
        """For file names: 280-light-ru."""
        return f"{self.width}-{'dark' if self.dark else 'light'}-{self.language}{'-admin' if self.admin else ''}"


USUAL = View()


class Stage:
    """One page with the widget loaded. `errors` collects uncaught errors and console messages."""

    def __init__(self, browser: Browser, archive: Path, backend: Backend, view: View) -> None:
        self.backend = backend
        self.view = view
        self.errors: list[str] = []
        with zipfile.ZipFile(archive) as opened:
            self.files = {name: opened.read(name) for name in opened.namelist()}
        context = browser.new_context(viewport={"width": view.width + 24, "height": 900}, device_scale_factor=2)
        self.page: Page = context.new_page()
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", lambda message: self.errors.append(message.text) if message.type == "error" else None)
        self.page.clock.set_fixed_time(NOW)
        context.route("**/*", self._serve)

    def _serve(self, route: Route) -> None:
        path = route.request.url.removeprefix(ORIGIN).split("?")[0]
        if path == "/__backend":
            status, body = self.backend.answer(json.loads(route.request.post_data or "{}"))
            route.fulfill(
                status=200, content_type="application/json", body=json.dumps({"status": status, "body": body})
            )
            return
        name = path.removeprefix(f"/upl/{CODE}/widget/")
        if path.startswith("/upl/") and name in self.files:
            route.fulfill(status=200, content_type=TYPES[Path(name).suffix], body=self.files[name])
            return
        local = HERE / "page" / ("index.html" if path == "/" else path.lstrip("/"))
        if local.is_file():
            route.fulfill(status=200, content_type=TYPES[local.suffix], body=local.read_bytes())
            return
        route.fulfill(status=404, body="")

    def setup(self) -> dict[str, Any]:
        manifest = json.loads(self.files["manifest.json"])
        return {
            "code": CODE,
            "version": manifest["widget"]["version"],
            "language": self.view.language,
            "words": json.loads(self.files[f"i18n/{self.view.language}.json"]),
            "admin": self.view.admin,
            "dealId": self.view.deal_id,
            "area": self.view.area,
        }

    def load(self) -> Page:
        self.page.add_init_script(f"window.SETUP = {json.dumps(self.setup())};")
        self.page.goto(f"{ORIGIN}/")
        self.page.evaluate("start()")
        scheme, language = ("dark" if self.view.dark else "light"), self.view.language
        self.page.evaluate(
            "([scheme, language]) => { document.documentElement.setAttribute('data-color-scheme', scheme);"
            " document.documentElement.lang = language; }",
            [scheme, language],
        )
        return self.page

    def open_card(self) -> Page:
        page = self.load()
        assert page.evaluate("enter(widget)") is True
        page.wait_for_selector("link[data-stockgate-style]", state="attached")
        return page

    def settle(self) -> None:
        """Until nothing more is on its way: figures shown, pieces loaded, style applied."""
        self.page.wait_for_function(
            """() => { const panel = document.querySelector('.sg-panel');
            const bones = document.querySelector('.sg-skeleton');
            return panel && panel.getAttribute('aria-busy') === 'false' && !bones
              && getComputedStyle(document.querySelector('.sg-head')).display === 'flex'; }"""
        )

    def close(self) -> None:
        self.page.context.close()
