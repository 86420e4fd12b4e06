"""A stock reading. On hand: one call a warehouse (Tryton sums over several locations, it never lists them);
everything promised and everything coming: one call each, whatever the number of products and warehouses. All run side
by side."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from backend.domain.stock import Movement, StockReading, WarehouseStock
from backend.erp.tryton import wire
from backend.erp.tryton.client import SIDE_BY_SIDE, Row, TrytonClient
from backend.erp.tryton.directory import Directory, Place, Zone, ids
from backend.erp.tryton.products import ratio
from backend.ports.clock import Clock
from backend.ports.current import CarryingPool

Cell = tuple[int, int]

ZERO = Decimal(0)
NOT_STOCKED = frozenset({"kit", "service"})
MOVING_BETWEEN_WAREHOUSES = frozenset({"waiting", "assigned", "shipped"})
MOVE_FIELDS = (
    "product", "internal_quantity", "state", "planned_date", "from_location", "to_location", "origin", "shipment",
    "shipment.state", "shipment.rec_name", "origin.rec_name",
)  # fmt: skip


@dataclass(slots=True)
class _Sums:
    """What is gathered for one product in one warehouse."""

    incoming: list[Movement] = field(default_factory=list)
    promised: list[Movement] = field(default_factory=list)


class Stock:
    """Reads stock for one connection."""

    def __init__(self, client: TrytonClient, directory: Directory, clock: Clock, *, quotations: bool) -> None:
        self._client = client
        self._directory = directory
        self._clock = clock
        self._quotations = quotations

    def read(
        self, product_ids: Sequence[str], warehouse_ids: Sequence[str], *, but_sale: int | None = None
    ) -> StockReading:
        """Stock of stocked goods; kits, services and ids Tryton does not know are `unknown`. `but_sale`: leave that
        sale's own claims out."""
        taken_at = self._clock.now()
        zones = self._zones(warehouse_ids)
        products = ids(product_ids)
        if not products or not zones:
            return StockReading(taken_at, {}, frozenset(product_ids))
        self._directory.company()
        with CarryingPool(SIDE_BY_SIDE, thread_name_prefix="tryton-stock") as pool:
            on_hand = {zone.id: pool.submit(self._on_hand, products, zone) for zone in zones}
            moves = pool.submit(self._moves, products, zones)
            claims = pool.submit(self._claims, products, zones)
            shelves = {warehouse: found.result() for warehouse, found in on_hand.items()}
            sums = self._sums(moves.result(), claims.result(), but_sale)
        known = {product for shelf in shelves.values() for product in shelf}
        rows = {
            (str(product), str(zone.id)): _row(shelves[zone.id].get(product, ZERO), sums[product, zone.id])
            for product in known
            for zone in zones
        }
        return StockReading(taken_at, rows, frozenset(product_ids) - {str(product) for product in known})

    def _zones(self, warehouse_ids: Sequence[str]) -> list[Zone]:
        warehouses = self._directory.warehouses()
        return [warehouses[wanted] for wanted in ids(warehouse_ids) if wanted in warehouses]

    def _on_hand(self, products: Sequence[int], zone: Zone) -> Mapping[int, Decimal]:
        """Done moves up to today, storage and output zone with all below them."""
        context = {
            "locations": sorted({zone.storage, zone.output}),
            "with_childs": True,
            "stock_date_end": self._directory.today(),
        }
        domain = [["id", "in", list(products)]]
        rows = self._client.rows("product.product", domain, ["quantity", "type"], context=context, archived=True)
        return {row["id"]: wire.quantity(row["quantity"]) for row in rows if row["type"] not in NOT_STOCKED}

    def _moves(self, products: Sequence[int], zones: Sequence[Zone]) -> list[Row]:
        """Moves planned or assigned, in, out of and within these warehouses."""
        inside = [zone.id for zone in zones]
        domain = [
            ["product", "in", list(products)],
            ["state", "in", ["draft", "assigned"]],
            ["company", "=", self._directory.company().id],
            ["OR", ["from_location", "child_of", inside, "parent"], ["to_location", "child_of", inside, "parent"]],
        ]
        return self._client.rows("stock.move", domain, MOVE_FIELDS)

    def _claims(self, products: Sequence[int], zones: Sequence[Zone]) -> list[Row]:
        """Lines of sales that are confirmed but have no moves yet, and of quotations, which Tryton holds against
        others."""
        states = ["confirmed", "quotation"] if self._quotations else ["confirmed"]
        domain = [
            ["product", "in", list(products)],
            ["quantity", ">", 0],
            ["sale.state", "in", states],
            ["sale.company", "=", self._directory.company().id],
            ["sale.warehouse", "in", [zone.id for zone in zones]],
            ["moves", "=", None],
        ]
        fields = [
            "product",
            "quantity",
            "unit",
            "shipping_date",
            "product.default_uom",
            "sale.warehouse",
            "sale.rec_name",
        ]
        return self._client.rows("sale.line", domain, fields)

    def _sums(self, moves: Iterable[Row], claims: Iterable[Row], but_sale: int | None) -> Mapping[Cell, _Sums]:
        sums: dict[Cell, _Sums] = defaultdict(_Sums)
        found = _Sorting(self._directory.places(), self._directory.today())
        for move in moves:
            found.add(move)
        found.into(sums)
        units = self._directory.units()
        for claim in claims:
            if claim["sale."]["id"] == but_sale:
                continue
            factor = ratio(units[claim["unit"]], units[claim["product."]["default_uom"]])
            due = Movement(
                wire.quantity(claim["quantity"]) * factor, claim["shipping_date"], claim["sale."]["rec_name"] or ""
            )
            sums[claim["product"], claim["sale."]["warehouse"]].promised.append(due)
        return sums


class _Sorting:
    """Sorts planned moves into promises and deliveries."""

    def __init__(self, places: Mapping[int, Place], today: date) -> None:
        self._places = places
        self._today = today
        self._leaving: list[tuple[int, Row]] = []
        self._coming: list[tuple[int, Row, date | None]] = []
        self._picked: dict[tuple[str, int], Decimal] = defaultdict(lambda: ZERO)

    def add(self, move: Row) -> None:
        source, target = self._places.get(move["from_location"]), self._places.get(move["to_location"])
        if source and target and source == target:
            if move["state"] == "assigned":
                # From the shelf to the output zone, for a shipment whose own move is counted below.
                self._picked[_shipment(move), move["product"]] += wire.quantity(move["internal_quantity"])
            return
        if source and source.shelf:
            self._leaving.append((source.warehouse, move))
        if target and (due := self._arrival(move, source, target)) is not None:
            self._coming.append((target.warehouse, move, due[0]))

    def into(self, sums: dict[Cell, _Sums]) -> None:
        for warehouse, move in self._leaving:
            sums[move["product"], warehouse].promised.extend(self._promises(move))
        for warehouse, move, due in self._coming:
            coming = Movement(wire.quantity(move["internal_quantity"]), due, _document(move))
            sums[move["product"], warehouse].incoming.append(coming)

    def _promises(self, move: Row) -> Iterable[Movement]:
        """What is assigned from the shelf is due at once whatever its date: nobody else can take it."""
        quantity = wire.quantity(move["internal_quantity"])
        key = (_shipment(move), move["product"])
        taken = quantity if move["state"] == "assigned" else min(quantity, self._picked[key])
        if taken and move["state"] != "assigned":
            self._picked[key] -= taken
        if taken:
            yield Movement(taken, None, _document(move))
        if quantity - taken:
            yield Movement(quantity - taken, move["planned_date"], _document(move))

    def _arrival(self, move: Row, source: Place | None, target: Place) -> tuple[date | None] | None:
        """When a confirmed delivery is due, None for what is no confirmed delivery."""
        state = (move["shipment."] or {}).get("state")
        if source and source.warehouse == target.warehouse:
            received = not source.shelf and target.shelf and state in {"received", None}
            return (self._today,) if received else None
        if str(move["origin"] or "").startswith("purchase.line,"):
            return (move["planned_date"],)
        internal = _shipment(move).startswith("stock.shipment.internal,")
        return (move["planned_date"],) if internal and state in MOVING_BETWEEN_WAREHOUSES else None


def _row(on_hand: Decimal, sums: _Sums) -> WarehouseStock:
    reserved = sum((each.quantity for each in sums.promised), ZERO)
    return WarehouseStock(on_hand, reserved, tuple(sums.incoming), tuple(sums.promised))


def _shipment(move: Row) -> str:
    return str(move["shipment"] or "")


def _document(move: Row) -> str:
    """The document's number: a purchase line is called '5 шт [SKU] name @ PUR-1'."""
    shipment, origin = (move["shipment."] or {}).get("rec_name"), (move["origin."] or {}).get("rec_name")
    return str(shipment or (origin or "").rpartition("@ ")[2])
