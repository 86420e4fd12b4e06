"""The demo's account made ready for measuring: installed, connected, set up, with deals of any length."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import requests

from benchmarks.goods import GoodsMaker
from benchmarks.tokens import TokenMaker
from benchmarks.town import BenchTown

ANNA, ADMIN = 504141, 504144
STROYGRUPP, LEBEDEV = 7767001, 7143001
PRODUCTS_LIST = 4521
QUANTITY = 2
PATIENCE = 180


class Refused(RuntimeError):
    """A step of the preparation was answered with an error; carries the answer's beginning."""


class Office:
    """Speaks to the town over HTTP only, as a widget and a CRM page would."""

    def __init__(self, town: BenchTown) -> None:
        self.town = town
        self._crm = requests.Session()
        integration = json.loads((town.data_dir / "integration.json").read_text())
        self.client_id = str(integration["client_id"])
        self.account_id = int(self.sandbox("GET", "health")["account_id"])
        self.tokens = TokenMaker(integration, town.at.crm, self.account_id)

    def prepare(self) -> None:
        """From nothing to a first check, without a browser. The stand-in's own rate limit is off from here on."""
        self.sandbox("POST", "limits", {"enabled": False})
        self.sandbox("POST", "session", {"user_id": ADMIN})
        GoodsMaker(self.town.erp).make()
        self.sandbox("POST", f"integrations/{self.client_id}/install", {"user_id": ADMIN})
        self._until(lambda: self._backend("GET", "session").status_code == 200, "the account is installed")
        erp = self.town.erp
        user = erp.credentials("stockgate")
        values = {"url": erp.url, "database": erp.database, "login": user["login"], "password": user["password"]}
        tried = self.backend("PUT", "settings/connection", {"system": "tryton", "values": values})
        if not tried["ok"]:
            raise Refused(f"the ERP's connection: {tried}")
        self.backend("POST", "settings/setup", {})
        self._until(self._is_set_up, "the account is set up")

    def deal(self, name: str, skus: Sequence[str]) -> int:
        """A deal of the same customer with these products, two of each."""
        people = {"companies": [{"id": STROYGRUPP}], "contacts": [{"id": LEBEDEV}]}
        wanted = [{"name": name, "responsible_user_id": ANNA, "_embedded": people}]
        deal_id = int(self.crm("POST", "leads", wanted)["_embedded"]["leads"][0]["id"])
        known = self._elements()
        links = [
            {
                "to_entity_id": known[sku],
                "to_entity_type": "catalog_elements",
                "metadata": {"catalog_id": PRODUCTS_LIST, "quantity": QUANTITY},
            }
            for sku in skus
        ]
        for start in range(0, len(links), 50):
            self.crm("POST", f"leads/{deal_id}/link", links[start : start + 50])
        return deal_id

    def backend(self, method: str, path: str, body: object = None, *, user_id: int = ADMIN) -> Any:
        """Our own API as the widget calls it. Raises Refused."""
        return _answer(self._backend(method, path, body, user_id=user_id))

    def headers(self, user_id: int) -> dict[str, str]:
        """What a card's request carries, with a new token."""
        return {"X-Auth-Token": self.tokens.token(user_id), "Origin": self.town.at.crm}

    def crm(self, method: str, path: str, body: object = None) -> Any:
        """The CRM's API with an administrator's session. Raises Refused."""
        return _answer(self._crm.request(method, f"{self.town.at.crm}/api/v4/{path}", json=body, timeout=60))

    def sandbox(self, method: str, path: str, body: object = None) -> Any:
        """The stand-in's control surface. Raises Refused."""
        return _answer(self._crm.request(method, f"{self.town.at.crm}/_sandbox/{path}", json=body, timeout=60))

    def _backend(self, method: str, path: str, body: object = None, *, user_id: int = ADMIN) -> requests.Response:
        headers = {**self.headers(user_id), "Idempotency-Key": str(uuid.uuid4())}
        return requests.request(
            method, f"{self.town.at.backend}/api/v1/{path}", json=body, headers=headers, timeout=120
        )

    def _elements(self) -> Mapping[str, int]:
        found: dict[str, int] = {}
        for page in (1, 2):
            listed = self.crm("GET", f"catalogs/{PRODUCTS_LIST}/elements?limit=250&page={page}")
            for one in (listed or {}).get("_embedded", {}).get("elements", []):
                for field in one["custom_fields_values"] or []:
                    if field["field_code"] == "SKU":
                        found[field["values"][0]["value"]] = int(one["id"])
        return found

    def _is_set_up(self) -> bool:
        setup = self.backend("GET", "settings")["setup"]
        if setup["state"] == "failed":
            raise Refused(f"the set-up: {setup}")
        return bool(setup["state"] == "done")

    def _until(self, done: Any, what: str) -> None:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            self.town.require_alive()
            if done():
                return
            time.sleep(0.5)
        raise TimeoutError(f"not in {PATIENCE} s: {what}")


def _answer(response: requests.Response) -> Any:
    if response.status_code >= 400:
        raise Refused(f"{response.request.method} {response.url}: {response.status_code} {response.text[:500]}")
    return response.json() if response.content else None
