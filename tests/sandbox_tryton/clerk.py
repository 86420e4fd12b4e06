"""Places orders over JSON-RPC, for tests that need one to ship, invoice and pay."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sandbox.tryton.warehouse.rpc import ErpClient


@dataclass(frozen=True)
class Placed:
    """A confirmed order and its first shipment."""

    sale: int
    shipment: int
    total: Decimal


class Clerk:
    """The backend's ERP user at work."""

    def __init__(self, erp: ErpClient) -> None:
        self.erp = erp

    def product(self, sku: str, **context: Any) -> dict[str, Any]:
        """One product by its SKU."""
        fields = [
            "code",
            "quantity",
            "forecast_quantity",
            "sale_price_uom",
            "list_price_used",
            "sale_uom",
            "default_uom",
            "account_category.customer_taxes",
            "type",
            "template.name",
        ]
        (row,) = self.erp.call("model.product.product.search_read", [["code", "=", sku]], 0, 1, None, fields, **context)
        return dict(row)

    def customer(self, name: str) -> dict[str, Any]:
        """One customer by its exact name."""
        fields = [
            "name",
            "ru_kpp",
            "addresses",
            "sale_price_list",
            "customer_payment_term",
            "credit_amount",
            "credit_limit_amount",
            "receivable",
            "receivable_today",
            "tax_identifier.code",
        ]
        (row,) = self.erp.call("model.party.party.search_read", [["name", "=", name]], 0, 1, None, fields)
        return dict(row)

    def warehouse(self, code: str) -> int:
        """A warehouse's id by its code."""
        (found,) = self.erp.call(
            "model.stock.location.search", [["type", "=", "warehouse"], ["code", "=", code]], 0, None, None
        )
        return int(found)

    def draft(self, customer: str, lines: dict[str, float], warehouse: str = "MSK", **values: Any) -> int:
        """A sale in draft with this customer's prices."""
        party = self.customer(customer)
        price_list = party["sale_price_list"]
        made = [self._line(sku, quantity, party["id"], price_list) for sku, quantity in lines.items()]
        address = party["addresses"][0]
        (sale,) = self.erp.call(
            "model.sale.sale.create",
            [
                {
                    "party": party["id"],
                    "company": 1,
                    "currency": 1,
                    "price_list": price_list,
                    "warehouse": self.warehouse(warehouse),
                    "invoice_address": address,
                    "shipment_address": address,
                    "payment_term": party["customer_payment_term"],
                    "lines": [["create", made]],
                    **values,
                }
            ],
        )
        return int(sale)

    def place(self, customer: str, lines: dict[str, float], warehouse: str = "MSK", **values: Any) -> Placed:
        """A confirmed order with a reserve as far as the shelf goes; warnings are answered."""
        sale = self.draft(customer, lines, warehouse, **values)
        for step in ("quote", "confirm"):
            self.erp.press(f"model.sale.sale.{step}", [sale])
        (row,) = self.erp.call("model.sale.sale.read", [sale], ["shipments", "total_amount"])
        (shipment,) = row["shipments"]
        self.erp.call("model.stock.shipment.out.assign_try", [shipment])
        return Placed(sale, shipment, row["total_amount"])

    def print_form(self, report: str, record: int) -> bytes:
        """The PDF of a report."""
        kind, content, _, _ = self.erp.call(f"report.{report}.execute", [record], {"id": record, "ids": [record]})
        assert kind == "pdf"
        return bytes(content)

    def _line(self, sku: str, quantity: float, party: int, price_list: int) -> dict[str, Any]:
        taxes = self.product(sku)["account_category."]["customer_taxes"]
        row = self.product(sku, customer=party, price_list=price_list, quantity=quantity, taxes=taxes)
        return {
            "type": "line",
            "product": row["id"],
            "quantity": quantity,
            "unit": row["sale_uom"],
            "unit_price": row["sale_price_uom"],
            "taxes": [["add", taxes]],
        }
