"""Customer shipments: what waits, and sending all or a part of one."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from sandbox.tryton.warehouse.rpc import ErpClient, ErpRefused

_OPEN = ["waiting", "assigned", "picked", "packed"]
_FIELDS = ["number", "state", "planned_date", "effective_date", "customer.rec_name", "warehouse.name",
           "inventory_moves", "outgoing_moves"]
_MOVE = ["product", "product.code", "product.template.name", "quantity", "unit", "unit.symbol", "state", "origin"]
RECENT = 10


class Shipping:
    """The storekeeper's work on customer shipments."""

    def __init__(self, erp: ErpClient) -> None:
        self._erp = erp

    def waiting(self) -> list[dict[str, Any]]:
        """Open shipments, oldest first, each with its lines and the orders it belongs to."""
        return self._find([["state", "in", _OPEN]], None, [["id", "ASC"]])

    def recent(self) -> list[dict[str, Any]]:
        """The last shipments that left."""
        return self._find([["state", "in", ["shipped", "done"]]], RECENT, [["id", "DESC"]])

    def ship(self, shipment: int, today: date, quantities: dict[str, Decimal] | None = None) -> dict[str, Any]:
        """Send everything, or only so much of each SKU (what is not named stays); post the invoice.

        Returns shipment, state and the posted invoices. Raises ErpRefused when the goods are not on the shelf.
        """
        if quantities is not None:
            self._cut(shipment, quantities)
        self._reserve(shipment)
        for step in ("pick", "pack", "ship", "do"):
            state = self._state(shipment)
            if step in _STEPS_OF[state]:
                self._erp.press(f"model.stock.shipment.out.{step}", [shipment])
        return {"shipment": shipment, "state": self._state(shipment), "invoices": self._post_invoices(shipment, today)}

    def _find(self, domain: list[Any], limit: int | None, order: list[Any]) -> list[dict[str, Any]]:
        rows = self._erp.call("model.stock.shipment.out.search_read", domain, 0, limit, order, _FIELDS)
        wanted = [move for row in rows for move in row["inventory_moves"] or row["outgoing_moves"]]
        moves = {m["id"]: m for m in self._erp.call("model.stock.move.read", wanted, _MOVE)} if wanted else {}
        orders = self._orders([row["id"] for row in rows])
        found = [self._card(row, moves, orders.get(row["id"], [])) for row in rows]
        return sorted(found, key=lambda card: card["id"], reverse=order[0][1] == "DESC")

    def _card(self, row: dict[str, Any], moves: dict[int, Any], orders: list[str]) -> dict[str, Any]:
        shown = [moves[key] for key in row["inventory_moves"] or row["outgoing_moves"]]
        planned = row["effective_date"] or row["planned_date"]
        return {
            "id": row["id"], "number": row["number"], "state": row["state"],
            "date": planned.isoformat() if planned else None, "customer": row["customer."]["rec_name"],
            "warehouse": row["warehouse."]["name"], "orders": orders,
            "lines": _lines(shown),
        }

    def _orders(self, shipments: list[int]) -> dict[int, list[str]]:
        if not shipments:
            return {}
        sales = self._erp.call("model.sale.sale.search_read", [["shipments", "in", shipments]], 0, None, None,
                               ["number", "reference", "shipments"])
        found: dict[int, list[str]] = {}
        for sale in sales:
            for shipment in sale["shipments"]:
                found.setdefault(shipment, []).append(sale["number"])
        return found

    def _state(self, shipment: int) -> str:
        (row,) = self._erp.call("model.stock.shipment.out.read", [shipment], ["state"])
        return str(row["state"])

    def _reserve(self, shipment: int) -> None:
        if self._state(shipment) == "waiting":
            self._erp.call("model.stock.shipment.out.assign_try", [shipment])
        if self._state(shipment) == "waiting":
            raise ErpRefused("NotOnShelf", "Товара на полке меньше, чем в отгрузке. Отгрузите часть.")

    def _cut(self, shipment: int, quantities: dict[str, Decimal]) -> None:
        """Leave only the asked quantities in the shipment; Tryton makes another one for the rest."""
        if self._state(shipment) not in {"waiting", "assigned"}:
            raise ErpRefused("TooLate", "Часть можно отгрузить, пока отгрузка не собрана.")
        self._erp.call("model.stock.shipment.out.wait", [shipment])
        (row,) = self._erp.call("model.stock.shipment.out.read", [shipment], ["inventory_moves"])
        left = dict(quantities)
        changes = []
        for move in self._erp.call("model.stock.move.read", row["inventory_moves"], _MOVE):
            code, has = move["product."]["code"], Decimal(str(move["quantity"]))
            take = min(has, left.get(code, Decimal(0)))
            left[code] = left.get(code, Decimal(0)) - take
            changes += [[move["id"]], {"quantity": float(take)}] if take != has else []
        extra = sorted(code for code, rest in left.items() if rest > 0)
        if extra:
            raise ErpRefused("MoreThanOrdered", f"Больше, чем в отгрузке: {', '.join(extra)}")
        if changes:
            self._erp.call("model.stock.move.write", *changes)

    def _post_invoices(self, shipment: int, today: date) -> list[dict[str, Any]]:
        """Post what Tryton drafted for this shipment, as the accountant does. Returns number and total."""
        sales = self._erp.call("model.sale.sale.search_read", [["shipments", "in", [shipment]]], 0, None, None,
                               ["invoices"])
        ids = [invoice for sale in sales for invoice in sale["invoices"]]
        if not ids:
            return []
        fields = ["state", "number", "total_amount"]
        drafts = [row["id"] for row in self._erp.call("model.account.invoice.read", ids, fields)
                  if row["state"] == "draft"]
        if not drafts:
            return []
        self._erp.call("model.account.invoice.write", drafts, {"invoice_date": today})
        self._erp.press("model.account.invoice.post", drafts)
        posted = self._erp.call("model.account.invoice.read", drafts, fields)
        return [{"id": row["id"], "number": row["number"], "total": str(row["total_amount"])} for row in posted]


_STEPS_OF = {
    "assigned": {"pick"}, "picked": {"pack"}, "packed": {"ship", "do"}, "shipped": {"do"}, "done": set(),
    "waiting": set(), "draft": set(), "cancelled": set(),
}


def _lines(moves: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One line per product and unit: Tryton splits a move when only a part could be reserved."""
    lines: dict[tuple[str, str], dict[str, Any]] = {}
    for move in moves:
        code, unit = move["product."]["code"], move["unit."]["symbol"]
        name = move["product."]["template."]["name"]
        line = lines.setdefault(
            (code, unit), {"sku": code, "name": name, "unit": unit, "quantity": Decimal(0), "reserved": Decimal(0)}
        )
        quantity = Decimal(str(move["quantity"]))
        line["quantity"] += quantity
        line["reserved"] += quantity if move["state"] == "assigned" else 0
    return [{**line, "quantity": plain(line["quantity"]), "reserved": plain(line["reserved"])}
            for line in lines.values() if line["quantity"]]


def plain(quantity: float | Decimal) -> str:
    """``10.0`` as ``10``, ``120.5`` as ``120.5``."""
    return f"{Decimal(str(quantity)).normalize():f}"
