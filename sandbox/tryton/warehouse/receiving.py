"""Deliveries on the way, and receiving all or a part of one."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from sandbox.tryton.warehouse.rpc import ErpClient, ErpRefused
from sandbox.tryton.warehouse.shipping import plain

_MOVE = ["origin", "product.code", "product.template.name", "quantity", "unit.symbol", "planned_date",
         "to_location.warehouse.name", "to_location.warehouse", "from_location"]


class Receiving:
    """The storekeeper's work on supplier deliveries; a delivery is what one purchase has yet to bring."""

    def __init__(self, erp: ErpClient) -> None:
        self._erp = erp

    def expected(self, today: date) -> list[dict[str, Any]]:
        """Deliveries on the way, soonest first, undated ones last."""
        found = [self._card(purchase, moves, today) for purchase, moves in self._open()]
        return sorted(found, key=lambda card: (card["date"] or "9999", card["id"]))

    def receive(self, purchase: int, today: date, quantities: dict[str, Decimal] | None = None) -> dict[str, Any]:
        """Receive everything, or only so much of each SKU; Tryton keeps expecting the rest.

        Returns the supplier shipment's id, number and state.
        """
        moves = next((moves for row, moves in self._open() if row["id"] == purchase), [])
        if not moves:
            raise ErpRefused("NothingExpected", "По этой закупке больше ничего не ждут.")
        taken = self._cut(moves, quantities)
        zones = ["warehouse.input_location", "warehouse.storage_location"]
        (order,) = self._erp.call("model.purchase.purchase.read", [purchase], ["party", "warehouse", *zones])
        values = {
            "supplier": order["party"], "warehouse": order["warehouse"], "effective_date": today,
            "warehouse_input": order["warehouse."]["input_location"],
            "warehouse_storage": order["warehouse."]["storage_location"], "incoming_moves": [["add", taken]],
        }
        (shipment,) = self._erp.call("model.stock.shipment.in.create", [values])
        for step in ("receive", "do"):
            self._erp.call(f"model.stock.shipment.in.{step}", [shipment])
        (row,) = self._erp.call("model.stock.shipment.in.read", [shipment], ["number", "state"])
        return {"id": shipment, "number": row["number"], "state": row["state"]}

    def _open(self) -> list[tuple[dict[str, Any], list[dict[str, Any]]]]:
        """Purchases with what they have yet to bring."""
        domain = [["from_location.type", "=", "supplier"], ["state", "=", "draft"], ["shipment", "=", None]]
        moves = self._erp.call("model.stock.move.search_read", domain, 0, None, None, _MOVE)
        lines = [int(move["origin"].partition(",")[2]) for move in moves]
        owners = {row["id"]: row["purchase."] for row in self._erp.call(
            "model.purchase.line.read", lines, ["purchase.number", "purchase.party.name"])} if lines else {}
        grouped: dict[int, tuple[dict[str, Any], list[dict[str, Any]]]] = {}
        for line, move in zip(lines, moves, strict=True):
            grouped.setdefault(owners[line]["id"], (owners[line], []))[1].append(move)
        return list(grouped.values())

    def _card(self, purchase: dict[str, Any], moves: list[dict[str, Any]], today: date) -> dict[str, Any]:
        days = [move["planned_date"] for move in moves if move["planned_date"]]
        day = min(days, default=None)
        return {
            "id": purchase["id"], "number": purchase["number"], "supplier": purchase["party."]["name"],
            "warehouse": moves[0]["to_location."]["warehouse."]["name"],
            "date": day.isoformat() if day else None, "overdue": bool(day and day < today),
            "lines": [
                {"sku": move["product."]["code"], "name": move["product."]["template."]["name"],
                 "quantity": plain(move["quantity"]), "unit": move["unit."]["symbol"]}
                for move in moves
            ],
        }

    def _cut(self, moves: list[dict[str, Any]], quantities: dict[str, Decimal] | None) -> list[int]:
        """Shorten the moves to what came and return those that did."""
        if quantities is None:
            return [move["id"] for move in moves]
        left = dict(quantities)
        taken, changes = [], []
        for move in moves:
            code, has = move["product."]["code"], Decimal(str(move["quantity"]))
            take = min(has, left.pop(code, Decimal(0)))
            if take > 0:
                taken.append(move["id"])
                changes += [[move["id"]], {"quantity": float(take)}] if take != has else []
        if not taken:
            raise ErpRefused("NothingNamed", "Не указано, что принято.")
        if changes:
            self._erp.call("model.stock.move.write", *changes)
        return taken
