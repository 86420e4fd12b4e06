"""More products than the demo company has, so that a hundred lines are a hundred products."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from backend.erp.http import ErpHttp
from backend.erp.network import NetworkPolicy
from backend.erp.tryton.client import Row, TrytonClient
from backend.erp.tryton.settings import TrytonSettings
from sandbox.tryton.day import company_today
from sandbox.tryton.server import TrytonServer

TWIN = "-B"
ON_HAND = 400.0
COPIED = ("default_uom", "sale_uom", "account_category", "list_price")
FIELDS = ("code", "name", "type", "template", "sale_uom", "account_category", *(f"template.{one}" for one in COPIED))


class GoodsMaker:
    """Gives every product that can lie on a shelf a twin (SKU-B): same unit, price, VAT; stock in both warehouses."""

    def __init__(self, erp: TrytonServer) -> None:
        admin = erp.credentials("admin")
        settings = TrytonSettings(erp.url, erp.database, admin["login"], admin["password"])
        self._client = TrytonClient(settings, ErpHttp(erp.url, policy=NetworkPolicy(allow_private=True)))

    def make(self) -> None:
        """Once per database: the administrator's own calls, as a person would make them in Tryton."""
        goods = [row for row in self.products() if row["type"] == "goods"]
        created = self._client.write("model.product.template.create", [_twin(row) for row in goods])
        products = self._client.rows("product.product", [["template", "in", created]], ["code"])
        self._put_on_shelves([row["id"] for row in products])

    def products(self) -> list[Row]:
        return self._client.rows("product.product", [["template.salable", "=", True]], FIELDS)

    def _put_on_shelves(self, products: Sequence[int]) -> None:
        warehouses = self._client.rows("stock.location", [["type", "=", "warehouse"]], ["storage_location"])
        for warehouse in warehouses:
            lines = [["create", [{"product": product, "quantity": ON_HAND} for product in products]]]
            inventory = {"location": warehouse["storage_location"], "date": company_today(), "lines": lines}
            made = self._client.write("model.stock.inventory.create", [inventory])
            self._client.write("model.stock.inventory.confirm", made)


def basket(rows: Sequence[Row], lines: int) -> list[str]:
    """SKUs of `lines` products. Every unit and VAT rate that is sold comes first, so that baskets of any length need
    the same price calls; then the rest, the same at every run."""
    ordered = sorted(rows, key=lambda row: str(row["code"]))
    first: dict[Any, str] = {}
    for row in ordered:
        first.setdefault((row["sale_uom"], row["account_category"]), row["code"])
    rest = [row["code"] for row in ordered if row["code"] not in first.values()]
    chosen = [*first.values(), *rest][:lines]
    if len(first) > lines or len(chosen) < lines:
        raise ValueError(f"{len(first)} kinds and {len(ordered)} products do not make a basket of {lines}")
    return chosen


def _twin(row: Row) -> dict[str, object]:
    source = row["template."]
    return {
        "name": f"{row['name']} (вариант B)",
        "type": "goods",
        "salable": True,
        **{name: source[name] for name in COPIED},
        "products": [["create", [{"suffix_code": f"{row['code']}{TWIN}", "cost_price": Decimal("10")}]]],
    }
