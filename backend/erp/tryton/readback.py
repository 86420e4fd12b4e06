"""Orders as Tryton keeps them now: six calls for any number of orders."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from backend.domain.money import Money
from backend.erp.tryton import wire
from backend.erp.tryton.client import Row, TrytonClient
from backend.erp.tryton.directory import Directory, ids
from backend.erp.tryton.documents import Documents, Sold
from backend.erp.tryton.products import Products, ratio
from backend.erp.tryton.taxes import TaxableLine
from backend.ports.erp import (
    ErpOrder,
    ErpOrderLine,
    ErpShipment,
    OrderState,
    PaymentState,
    ShipmentState,
)

ZERO = Decimal(0)
SALE_FIELDS = (
    "number", "reference", "state", "party", "warehouse", "total_amount", "sale_date", "quotation_date", "shipments",
    "invoices",
)  # fmt: skip
LINE_FIELDS = (
    "sale",
    "type",
    "product",
    "quantity",
    "unit",
    "unit_price",
    "amount",
    "taxes",
    "note",
    "product.default_uom",
)
MOVE_FIELDS = (
    "product", "internal_quantity", "state", "planned_date", "origin", "shipment", "unit_price", "quantity",
)  # fmt: skip
SHIPMENT_FIELDS = ("number", "state", "planned_date", "effective_date")
INVOICE_FIELDS = ("state", "total_amount", "amount_to_pay")
SHIPMENT_STATES = {
    "assigned": ShipmentState.RESERVED,
    "picked": ShipmentState.RESERVED,
    "packed": ShipmentState.RESERVED,
    "shipped": ShipmentState.SHIPPED,
    "done": ShipmentState.SHIPPED,
    "cancelled": ShipmentState.CANCELLED,
}
OWED = frozenset({"posted", "paid"})


@dataclass(slots=True)
class Moved:
    """What became of one line's (or kit component's) goods, base units."""

    shipped: Decimal = ZERO
    reserved: Decimal = ZERO
    waiting: Decimal = ZERO
    expected: date | None = None


@dataclass(slots=True)
class Parts:
    """Rows of some sales, by what they belong to."""

    lines: Mapping[int, list[Row]]
    components: Mapping[int, list[Row]]
    moves: Mapping[str, list[Row]]
    picked: Mapping[int, Decimal]
    shipments: Mapping[int, Row]
    invoices: Mapping[int, Row]


class Readback:
    """Reads sales of one connection."""

    def __init__(self, client: TrytonClient, directory: Directory, products: Products, documents: Documents) -> None:
        self._client = client
        self._directory = directory
        self._products = products
        self._documents = documents

    def by_id(self, order_ids: Sequence[str]) -> list[ErpOrder]:
        """In the order asked; unknown ones are absent."""
        wanted = ids(order_ids)
        sales = {row["id"]: row for row in self._sales([["id", "in", wanted]])} if wanted else {}
        found = [sales[each] for each in wanted if each in sales]
        return self._orders(found)

    def by_key(self, key: str) -> ErpOrder | None:
        """The living one, else the newest cancelled one."""
        orders = self._orders(self._sales([["reference", "=", key]]))
        living = [order for order in orders if order.state is not OrderState.CANCELLED]
        return next(iter([*living, *reversed(orders)]), None)

    def parts(self, sales: Sequence[Row]) -> Parts:
        """All that belongs to these sales."""
        sale_ids = [sale["id"] for sale in sales]
        shipments = [f"stock.shipment.out,{each}" for sale in sales for each in sale["shipments"] or ()]
        invoices = [each for sale in sales for each in sale["invoices"] or ()]
        lines = self._client.rows("sale.line", [["sale", "in", sale_ids]], LINE_FIELDS, order=[("id", "ASC")])
        moves, picked = self._moves(shipments)
        return Parts(
            lines=_grouped(lines, "sale"),
            components=self._components(sale_ids),
            moves=moves,
            picked=picked,
            shipments=self._by_id(
                "stock.shipment.out", [int(each.split(",")[1]) for each in shipments], SHIPMENT_FIELDS
            ),
            invoices=self._by_id("account.invoice", invoices, INVOICE_FIELDS),
        )

    def _sales(self, domain: Sequence[object]) -> list[Row]:
        company = self._directory.company().id
        return self._client.rows("sale.sale", [*domain, ["company", "=", company]], SALE_FIELDS, order=[("id", "ASC")])

    def _components(self, sale_ids: Sequence[int]) -> Mapping[int, list[Row]]:
        if "components" not in self._directory.fields("sale.line"):
            return {}
        fields = ["line", "quantity", "unit", "product.default_uom"]
        return _grouped(self._client.rows("sale.line.component", [["line.sale", "in", sale_ids]], fields), "line")

    def _moves(self, shipments: Sequence[str]) -> tuple[Mapping[str, list[Row]], Mapping[int, Decimal]]:
        """Outgoing moves by origin, and how much the inventory moves took from the shelf for each of them."""
        rows = self._client.rows("stock.move", [["shipment", "in", list(shipments)]], MOVE_FIELDS) if shipments else []
        picked: dict[int, Decimal] = defaultdict(lambda: ZERO)
        outgoing: dict[str, list[Row]] = defaultdict(list)
        for row in rows:
            model, _, target = str(row["origin"] or "").partition(",")
            if model != "stock.move":
                outgoing[str(row["origin"])].append(row)
            elif row["state"] in {"assigned", "done"}:
                picked[int(target)] += wire.quantity(row["internal_quantity"])
        return outgoing, picked

    def _by_id(self, model: str, wanted: Sequence[int], fields: Sequence[str]) -> Mapping[int, Row]:
        rows = self._client.rows(model, [["id", "in", list(wanted)]], fields) if wanted else []
        return {row["id"]: row for row in rows}

    def _orders(self, sales: Sequence[Row]) -> list[ErpOrder]:
        if not sales:
            return []
        parts = self.parts(sales)
        return [self._order(sale, parts) for sale in sales]

    def _order(self, sale: Row, parts: Parts) -> ErpOrder:
        rows = [row for row in parts.lines.get(sale["id"], ()) if row["type"] == "line"]
        lines = tuple(self._line(row, sale, parts) for row in rows)
        invoices = [parts.invoices[each] for each in sale["invoices"] or () if each in parts.invoices]
        owed = [row for row in invoices if row["state"] in OWED]
        invoiced = sum((row["total_amount"] for row in owed), ZERO)
        paid = sum((row["total_amount"] - (row["amount_to_pay"] or ZERO) for row in owed), ZERO)
        shipments = [parts.shipments[each] for each in sale["shipments"] or () if each in parts.shipments]
        total = sale["total_amount"]
        return ErpOrder(
            id=str(sale["id"]),
            key=sale["reference"] or "",
            number=sale["number"] or "",
            state=_state(sale, shipments),
            customer_id=str(sale["party"]),
            warehouse_id=str(sale["warehouse"] or ""),
            total=self._money(total),
            invoiced=self._money(invoiced),
            paid=self._money(paid),
            payment=_payment(total, paid),
            lines=lines,
            shipments=tuple(_shipment(row) for row in shipments),
            documents=tuple(
                self._documents.of(Sold(sale, rows, shipments, parts.moves, invoiced=bool(owed)), self._total)
            ),
            version=fingerprint(sale["state"], total, invoiced, paid, lines, shipments),
        )

    def _line(self, row: Row, sale: Row, parts: Parts) -> ErpOrderLine:
        units = self._directory.units()
        factor = ratio(units[row["unit"]], units[row["product."]["default_uom"]]) if row["product"] else Decimal(1)
        ordered = wire.quantity(row["quantity"]) * factor
        components = parts.components.get(row["id"], ())
        moved = (
            self._kit(ordered, components, parts)
            if components
            else _moved(parts.moves.get(f"sale.line,{row['id']}", ()), parts.picked)
        )
        if not sale["shipments"] and sale["state"] in {"draft", "quotation", "confirmed"}:
            moved.waiting = ordered
        return ErpOrderLine(
            key=row["note"] or "",
            product_id=str(row["product"] or ""),
            ordered=ordered,
            reserved=moved.reserved,
            shipped=moved.shipped,
            awaiting=moved.waiting,
            expected=moved.expected,
            amount=self._money(self._total([self._taxable(row)])),
        )

    def _kit(self, kits: Decimal, components: Iterable[Row], parts: Parts) -> Moved:
        """Whole kits: as many as the scarcest component makes."""
        units = self._directory.units()
        each = []
        for part in components:
            base = units[part["product."]["default_uom"]]
            per_kit = wire.quantity(part["quantity"]) * ratio(units[part["unit"]], base) / kits
            moved = _moved(parts.moves.get(f"sale.line.component,{part['id']}", ()), parts.picked)
            each.append((moved, per_kit))
        shipped = min(moved.shipped / per_kit for moved, per_kit in each) // Decimal(1)
        taken = min((moved.shipped + moved.reserved) / per_kit for moved, per_kit in each) // Decimal(1)
        alive = min((moved.shipped + moved.reserved + moved.waiting) / per_kit for moved, per_kit in each) // Decimal(1)
        expected = max((moved.expected for moved, _ in each if moved.expected is not None), default=None)
        return Moved(shipped, taken - shipped, alive - taken, expected)

    def _taxable(self, row: Row) -> TaxableLine:
        return TaxableLine(tuple(row["taxes"] or ()), row["unit_price"] or ZERO, wire.quantity(row["quantity"]))

    def _total(self, lines: Sequence[TaxableLine]) -> Decimal:
        """What a document of these lines comes to, with taxes."""
        table = self._products.tax_table()
        return sum((table.round(line.unit_price * line.quantity) for line in lines), ZERO) + table.total(lines)

    def _money(self, amount: Decimal) -> Money:
        return Money(amount, self._directory.company().currency)


def fingerprint(*parts: object) -> str:
    """A short hash that changes when any of the parts does."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


def _moved(moves: Iterable[Row], picked: Mapping[int, Decimal]) -> Moved:
    found = Moved()
    for move in moves:
        quantity = wire.quantity(move["internal_quantity"])
        match move["state"]:
            case "done":
                found.shipped += quantity
            case "assigned":
                found.reserved += quantity
            case "draft" | "staging":
                taken = min(quantity, picked.get(move["id"], ZERO))
                found.reserved += taken
                found.waiting += quantity - taken
                if quantity > taken and move["planned_date"]:
                    found.expected = max(found.expected or move["planned_date"], move["planned_date"])
    return found


def _state(sale: Row, shipments: Sequence[Row]) -> OrderState:
    """A sale that was undone ends «done» in Tryton with nothing but cancelled shipments: that is a cancelled order."""
    match sale["state"]:
        case "draft" | "quotation":
            return OrderState.DRAFT
        case "cancelled":
            return OrderState.CANCELLED
    if shipments and all(row["state"] == "cancelled" for row in shipments):
        return OrderState.CANCELLED
    return OrderState.DONE if sale["state"] == "done" else OrderState.OPEN


def _payment(total: Decimal, paid: Decimal) -> PaymentState:
    if paid <= ZERO:
        return PaymentState.NONE
    return PaymentState.PAID if paid >= total else PaymentState.PART


def _shipment(row: Row) -> ErpShipment:
    state = SHIPMENT_STATES.get(row["state"], ShipmentState.WAITING)
    shipped = row["effective_date"] if state is ShipmentState.SHIPPED else None
    return ErpShipment(str(row["id"]), row["number"] or "", state, row["planned_date"], shipped)


def _grouped(rows: Iterable[Row], name: str) -> Mapping[int, list[Row]]:
    groups: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row[name]].append(row)
    return groups
