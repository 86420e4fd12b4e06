"""From a processed sale to its reserve: one shipment for what leaves now, wholly assigned, and one for each later
day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

from backend.erp.tryton import wire
from backend.erp.tryton.client import Row, TrytonClient
from backend.erp.tryton.directory import Directory
from backend.ports.erp import ErpShortage, OrderDraft, ShortLine

SHIPMENT = "stock.shipment.out"
OPEN = frozenset({"draft", "waiting", "assigned"})
FIELDS = (
    "state", "planned_date", "customer", "delivery_address", "warehouse", "warehouse_storage", "warehouse_output",
    "outgoing_moves",
)  # fmt: skip


class Reserve:
    """Shapes and assigns the shipments of a sale."""

    def __init__(self, client: TrytonClient, directory: Directory) -> None:
        self._client = client
        self._directory = directory

    def take(self, sale: int, draft: OrderDraft) -> None:
        """Safe to repeat. ErpShortage when what leaves now could not be assigned and nobody allowed that."""
        shipments = self._shipments(sale)
        days = self._days(sale, shipments, draft)
        if self._split(shipments, days):
            shipments = self._shipments(sale)
        self._wait(shipments)
        now = [row["id"] for row in shipments if row["state"] in OPEN and not self._later(row, days)]
        if now:
            self._assign(now)
            if not draft.allow_shortage:
                self._check(now, draft)

    def taken(self, sale: int) -> bool:
        """Has any of its shipments gone past waiting?"""
        return any(row["state"] not in {"draft", "waiting"} for row in self._shipments(sale))

    def _shipments(self, sale: int) -> list[Row]:
        found = self._client.rows("sale.sale", [["id", "=", sale]], ["shipments"])
        wanted = found[0]["shipments"] if found else []
        return self._client.rows(SHIPMENT, [["id", "in", list(wanted or ())]], FIELDS, order=[("id", "ASC")])

    def _days(self, sale: int, shipments: Sequence[Row], draft: OrderDraft) -> Mapping[int, date | None]:
        """For each outgoing move the later day its line is to be shipped on; None = now."""
        today = self._directory.today()
        wanted = {line.key: line.ship_on for line in draft.lines if line.ship_on and line.ship_on > today}
        moves = [move for row in shipments for move in row["outgoing_moves"] or ()]
        if not wanted:
            return dict.fromkeys(moves)
        lines = self._lines(sale)
        rows = self._client.rows("stock.move", [["id", "in", moves]], ["origin"])
        return {row["id"]: wanted.get(lines.get(str(row["origin"]), "")) for row in rows}

    def _lines(self, sale: int) -> Mapping[str, str]:
        """Our line keys by the origin their moves name."""
        rows = self._client.rows("sale.line", [["sale", "=", sale]], ["note"])
        keys = {row["id"]: row["note"] or "" for row in rows}
        found = {f"sale.line,{line}": key for line, key in keys.items()}
        if "components" in self._directory.fields("sale.line"):
            parts = self._client.rows("sale.line.component", [["line.sale", "=", sale]], ["line"])
            found |= {f"sale.line.component,{part['id']}": keys.get(part["line"], "") for part in parts}
        return found

    def _split(self, shipments: Sequence[Row], days: Mapping[int, date | None]) -> bool:
        """Give each day its own shipment. Tryton makes one for all lines; its moves may change shipment while it is a
        draft. Each new one takes its moves in the call that makes it, so that a cut leaves no empty one behind."""
        if not any(days.values()):
            # Nothing is for later: Tryton's own planning stands.
            return False
        split = False
        for row in shipments:
            if row["state"] not in {"draft", "waiting"}:
                continue
            groups: dict[date | None, list[int]] = defaultdict(list)
            for move in row["outgoing_moves"] or ():
                groups[days.get(move)].append(move)
            kept = None if None in groups else min(filter(None, groups), default=None)
            if len(groups) > 1:
                if row["state"] == "waiting":
                    self._to_draft(row["id"])
                self._move_out(row, {day: moves for day, moves in groups.items() if day != kept})
            if len(groups) > 1 or (row["planned_date"] != self._planned(kept) and groups):
                planned = {"planned_date": self._planned(kept)}
                self._client.write(f"model.{SHIPMENT}.write", [row["id"]], planned)
                split = True
        return split

    def _to_draft(self, shipment: int) -> None:
        self._client.patiently(lambda: self._client.write(f"model.{SHIPMENT}.draft", [shipment]))

    def _planned(self, day: date | None) -> date:
        return day or self._directory.today()

    def _move_out(self, row: Row, groups: Mapping[date | None, Sequence[int]]) -> None:
        same = {name: row[name] for name in FIELDS if name not in {"state", "planned_date", "outgoing_moves"}}
        values = [
            {**same, "planned_date": day, "moves": [["add", list(moves)]]}
            for day, moves in sorted(groups.items(), key=str)
        ]
        self._client.write(f"model.{SHIPMENT}.create", values)

    def _later(self, row: Row, days: Mapping[int, date | None]) -> bool:
        moves = row["outgoing_moves"] or ()
        return bool(moves) and all(days.get(move) is not None for move in moves)

    def _wait(self, shipments: Sequence[Row]) -> None:
        drafts = [row["id"] for row in shipments if row["state"] == "draft"]
        if drafts:
            self._client.patiently(lambda: self._client.write(f"model.{SHIPMENT}.wait", drafts))

    def _assign(self, shipments: Sequence[int]) -> None:
        def assign() -> None:
            rows = self._client.rows(SHIPMENT, [["id", "in", list(shipments)]], ["state"])
            waiting = [row["id"] for row in rows if row["state"] == "waiting"]
            if waiting:
                self._client.write(f"model.{SHIPMENT}.assign_try", waiting)

        self._client.patiently(assign)

    def _check(self, shipments: Sequence[int], draft: OrderDraft) -> None:
        rows = self._client.rows(SHIPMENT, [["id", "in", list(shipments)]], ["state"])
        if all(row["state"] not in {"draft", "waiting"} for row in rows):
            return
        names = [f"{SHIPMENT},{each}" for each in shipments]
        domain = [["shipment", "in", names], ["state", "=", "draft"], ["origin", "like", "stock.move,%"]]
        moves = self._client.rows("stock.move", domain, ["product", "internal_quantity"])
        lines = tuple(
            ShortLine(str(move["product"]), draft.warehouse_id, wire.quantity(move["internal_quantity"]), None)
            for move in moves
        )
        raise ErpShortage("the shelf was emptied meanwhile", lines=lines, message="")
