"""The office: people at their browsers, the ERP's books, the warehouse. Everything is real but amoCRM itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from backend.erp.http import ErpHttp
from backend.erp.network import NetworkPolicy
from backend.erp.tryton.client import Row, TrytonClient
from backend.erp.tryton.settings import TrytonSettings
from sandbox.demo.town import Town

ANNA, IGOR, OLGA, ADMIN = 504141, 504142, 504143, 504144
NEW_CUSTOMER = 7767004
FILLABLE, SHORT, BROKEN, MIXED, RIVAL, EMPTY = 20501, 20502, 20503, 20504, 20506, 20507
OUTPUT = Path(__file__).resolve().parents[1] / "_output" / "browser"
SLOW = 20_000
PRODUCTS_LIST = 4521


class Office:
    """`person` opens a browser for a user; `deal` makes a deal as a salesperson would."""

    def __init__(self, town: Town, browser: Browser) -> None:
        self.town = town
        self._browser = browser
        self._contexts: list[BrowserContext] = []
        self._inns = valid_inns()
        self.troubles: list[str] = []
        admin = town.erp.credentials("admin")
        settings = TrytonSettings(town.erp.url, town.erp.database, admin["login"], admin["password"])
        self.erp = TrytonClient(settings, ErpHttp(town.erp.url, policy=NetworkPolicy(allow_private=True)))

    @property
    def widget_code(self) -> str:
        return str(self.sandbox("integrations")["integrations"][0]["widget_code"])

    def person(self, user_id: int, *, width: int = 1400, **options: Any) -> Page:
        """A page signed in as this user; errors of the page end up in `troubles`."""
        context = self._browser.new_context(
            base_url=self.town.at.crm, viewport={"width": width, "height": 900}, locale="ru-RU", **options
        )
        context.set_default_timeout(SLOW)
        context.request.post("/_sandbox/session", data={"user_id": user_id})
        self._contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: self.troubles.append(f"{user_id}: {error}"))
        return page

    def close_pages(self) -> None:
        for context in self._contexts:
            with suppress(Exception):
                context.close()
        self._contexts.clear()

    # CRM

    def sandbox(self, path: str, data: Any = None) -> Any:
        """A look at, or a word to, the stand-in's control surface."""
        request = self._browser.new_context(base_url=self.town.at.crm).request
        answer = request.post(f"/_sandbox/{path}", data=data) if data is not None else request.get(f"/_sandbox/{path}")
        assert answer.ok, answer.text()
        return answer.json()

    def api(self, method: str, path: str, data: Any = None, *, user_id: int = ADMIN) -> Any:
        """The CRM's own API with a user's session."""
        context = self._browser.new_context(base_url=self.town.at.crm)
        context.request.post("/_sandbox/session", data={"user_id": user_id})
        answer = context.request.fetch(f"/api/v4/{path}", method=method, data=data)
        body = answer.json() if answer.status not in (202, 204) else None
        assert answer.ok, f"{path}: {answer.status} {body}"
        context.close()
        return body

    def company(self, name: str) -> int:
        """A company nobody has met before, with a right INN; its id."""
        fields = self.api("GET", "companies/custom_fields")["_embedded"]["custom_fields"]
        legal = next(one["id"] for one in fields if one["type"] == "legal_entity")
        inn = next(self._inns)
        value = {"name": name, "entity_type": 2, "vat_id": inn, "kpp": f"{inn[:4]}01001", "address": "Москва"}
        wanted = [{"name": name, "custom_fields_values": [{"field_id": legal, "values": [{"value": value}]}]}]
        return int(self.api("POST", "companies", wanted)["_embedded"]["companies"][0]["id"])

    def deal(self, name: str, lines: Mapping[str, str], *, owner: int = ANNA) -> int:
        """A deal of a new company with products by SKU; its id."""
        company = self.company(f"ООО «{name}»")
        wanted = [{"name": name, "responsible_user_id": owner, "_embedded": {"companies": [{"id": company}]}}]
        deal_id = int(self.api("POST", "leads", wanted)["_embedded"]["leads"][0]["id"])
        links = [
            {
                "to_entity_id": self.element(sku),
                "to_entity_type": "catalog_elements",
                "metadata": {"catalog_id": PRODUCTS_LIST, "quantity": float(quantity)},
            }
            for sku, quantity in lines.items()
        ]
        self.api("POST", f"leads/{deal_id}/link", links)
        return deal_id

    def set_quantity(self, deal_id: int, sku: str, quantity: str) -> None:
        metadata = {"catalog_id": PRODUCTS_LIST, "quantity": float(quantity)}
        link = {"to_entity_id": self.element(sku), "to_entity_type": "catalog_elements", "metadata": metadata}
        self.api("POST", f"leads/{deal_id}/link", [link])

    def element(self, sku: str) -> int:
        found = self.api("GET", f"catalogs/{PRODUCTS_LIST}/elements?query={sku}&limit=50")["_embedded"]["elements"]
        for one in found:
            for field in one["custom_fields_values"] or []:
                if field["field_code"] == "SKU" and field["values"][0]["value"] == sku:
                    return int(one["id"])
        raise AssertionError(f"no element with SKU {sku}")

    def lead(self, deal_id: int) -> dict[str, Any]:
        return dict(self.api("GET", f"leads/{deal_id}"))

    def field(self, deal_id: int, name: str) -> str | None:
        """A deal field's text by the field's name."""
        for one in self.lead(deal_id)["custom_fields_values"] or []:
            if one["field_name"] == name:
                return str(one["values"][0]["value"])
        return None

    def notes(self, deal_id: int) -> list[str]:
        found = self.api("GET", f"leads/{deal_id}/notes?limit=100")
        notes = found["_embedded"]["notes"] if found else []
        return [str(one["params"].get("text", "")) for one in notes]

    def files(self, deal_id: int) -> list[str]:
        found = self.api("GET", f"leads/{deal_id}/files")
        return [str(one["file_uuid"]) for one in found["_embedded"]["files"]] if found else []

    def tasks(self, deal_id: int) -> list[dict[str, Any]]:
        found = self.api("GET", f"tasks?filter[entity_type]=leads&filter[entity_id]={deal_id}")
        return list(found["_embedded"]["tasks"]) if found else []

    # ERP

    def sales(self, deal_id: int, *fields: str) -> list[Row]:
        """The ERP's sales of a deal that are not cancelled."""
        domain = [["reference", "like", f"AMO-{deal_id}-%"], ["state", "!=", "cancelled"]]
        return self.erp.rows("sale.sale", domain, ["number", "state", *fields])

    def shipments(self, deal_id: int) -> list[Row]:
        ids = [row["id"] for row in self.sales(deal_id)]
        return self.erp.rows(
            "stock.shipment.out", [["moves.sale", "in", ids]], ["number", "state", "planned_date", "warehouse"]
        )


def valid_inns() -> Iterator[str]:
    """INNs of organisations with a right check digit, each once."""
    for number in count(770500100):
        digits = str(number)
        weights = (2, 4, 10, 3, 5, 9, 4, 6, 8)
        check = sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True)) % 11 % 10
        yield f"{digits}{check}"


class Card:
    """The panel in an open deal card."""

    def __init__(self, page: Page, deal_id: int, query: str = "widgets=open") -> None:
        self.page = page
        self.deal_id = deal_id
        page.goto(f"/leads/detail/{deal_id}?{query}")
        self.panel = page.locator(".stockgate .sg-panel").first
        expect(self.panel).to_be_visible()

    def live(self) -> Card:
        """Once live figures are there."""
        expect(self.panel).to_have_attribute("aria-busy", "false")
        expect(self.panel.locator(".sg-head__state")).not_to_contain_text("Проверяем")
        return self

    def says(self, text: str) -> None:
        """The panel comes to say this, by itself."""
        expect(self.panel).to_contain_text(text, timeout=SLOW)

    def line(self, name: str) -> Locator:
        return self.panel.locator(".sg-line").filter(has_text=name).first

    def button(self, name: str) -> Locator:
        return self.panel.get_by_role("button", name=name)

    def picture(self, name: str) -> None:
        """tests/_output/browser/NAME.png, for people to look at."""
        OUTPUT.mkdir(parents=True, exist_ok=True)
        self.page.locator("#widgets_block").screenshot(path=str(OUTPUT / f"{name}.png"))


def page_picture(page: Page, name: str) -> None:
    OUTPUT.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=str(OUTPUT / f"{name}.png"), full_page=True)
