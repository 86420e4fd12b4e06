"""What changes seldom: company, warehouses, units, taxes, categories. Read in one call each and kept for a while."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from backend.erp.tryton import wire
from backend.erp.tryton.client import Row, TrytonClient
from backend.erp.tryton.taxes import Tax, TaxRounding
from backend.ports.clock import Clock
from backend.ports.erp import ErpDenied, ErpGarbled

Found = TypeVar("Found")

KEPT = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Company:
    """The user's company. `rounding`: the currency's smallest part (0.01)."""

    id: int
    name: str
    currency_id: int
    currency: str
    rounding: Decimal
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class TrytonUnit:
    """A unit of measure. `factor` and `rate` against the base of its category, inverse of each other."""

    id: int
    symbol: str
    category: int
    factor: Decimal
    rate: Decimal
    rounding: Decimal
    active: bool


@dataclass(frozen=True, slots=True)
class Zone:
    """A warehouse with its zones' location ids."""

    id: int
    name: str
    input: int
    output: int
    storage: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where a location belongs. `shelf`: goods lying there can be sold (everything but the input zone)."""

    warehouse: int
    shelf: bool


class Directory:
    """Cached reference data of one connection; thread-safe."""

    def __init__(self, client: TrytonClient, clock: Clock) -> None:
        self._client = client
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: dict[str, tuple[datetime, Any]] = {}

    def company(self) -> Company:
        return self._keep("company", self._read_company)

    def today(self) -> date:
        """The company's calendar day."""
        return self._clock.now().astimezone(self.company().zone).date()

    def warehouses(self) -> Mapping[int, Zone]:
        return self._keep("warehouses", self._read_warehouses)

    def places(self) -> Mapping[int, Place]:
        """Every location inside a warehouse."""
        return self._keep("places", self._read_places)

    def units(self) -> Mapping[int, TrytonUnit]:
        return self._keep("units", self._read_units)

    def taxes(self) -> Mapping[int, Tax]:
        return self._keep("taxes", self._read_taxes)

    def tax_rounding(self) -> TaxRounding:
        return self._keep("tax_rounding", self._read_tax_rounding)

    def categories(self) -> Mapping[int, Row]:
        """Product categories: name, customer_taxes_used."""
        return self._keep("categories", self._read_categories)

    def print_forms(self, names: Sequence[str]) -> frozenset[tuple[str, str]]:
        """Which of these reports the server has, each with its model."""
        return self._keep("print_forms", lambda: self._read_print_forms(names))

    def fields(self, model: str) -> frozenset[str]:
        """The fields this server's `model` has (modules differ)."""
        return self._keep(f"fields {model}", lambda: self._read_fields(model))

    def forget(self) -> None:
        """Read everything anew at the next need."""
        with self._lock:
            self._kept.clear()

    def _keep(self, name: str, read: Callable[[], Found]) -> Found:
        now = self._clock.now()
        with self._lock:
            found = self._kept.get(name)
        if found is not None and now - found[0] < KEPT:
            value: Found = found[1]
            return value
        fresh = read()
        with self._lock:
            self._kept[name] = (now, fresh)
        return fresh

    def _read_company(self) -> Company:
        company = self._client.session().preferences.get("company")
        if not company:
            raise ErpDenied("the user has no company", right="company")
        fields = ["party.name", "timezone", "currency.code", "currency.rounding"]
        rows = self._client.rows("company.company", [["id", "=", company]], fields)
        if not rows:
            raise ErpDenied("the company cannot be read", right="company")
        row = rows[0]
        currency = row["currency."]
        return Company(
            row["id"], row["party."]["name"], currency["id"], currency["code"], currency["rounding"],
            ZoneInfo(row["timezone"] or "UTC"),
        )  # fmt: skip

    def _read_warehouses(self) -> Mapping[int, Zone]:
        fields = ["name", "input_location", "output_location", "storage_location"]
        rows = self._client.rows("stock.location", [["type", "=", "warehouse"]], fields)
        return {
            row["id"]: Zone(
                row["id"], row["name"], row["input_location"], row["output_location"], row["storage_location"]
            )
            for row in rows
        }

    def _read_places(self) -> Mapping[int, Place]:
        zones = self.warehouses()
        domain = [["parent", "child_of", sorted(zones), "parent"]]
        parents = {
            row["id"]: row["parent"] for row in self._client.rows("stock.location", domain, ["parent"], archived=True)
        }
        found = {location: _place(location, parents, zones) for location in parents}
        return {location: place for location, place in found.items() if place is not None}

    def _read_units(self) -> Mapping[int, TrytonUnit]:
        fields = ["symbol", "category", "factor", "rate", "rounding", "active"]
        rows = self._client.rows("product.uom", [], fields, archived=True)
        return {row["id"]: _unit(row) for row in rows}

    def _read_taxes(self) -> Mapping[int, Tax]:
        fields = ["type", "rate", "amount", "sequence", "childs", "start_date", "end_date", "update_unit_price"]
        rows = self._client.rows("account.tax", [], [*fields, "invoice_account"], archived=True)
        return {row["id"]: Tax.from_row(row) for row in rows}

    def _read_tax_rounding(self) -> TaxRounding:
        rows = self._client.read("model.account.configuration.read", [1], ["tax_rounding"])
        if not isinstance(rows, list) or not rows:
            raise ErpGarbled("account configuration")
        return TaxRounding(rows[0]["tax_rounding"])

    def _read_categories(self) -> Mapping[int, Row]:
        rows = self._client.rows("product.category", [], ["name", "accounting", "customer_taxes_used"])
        return {row["id"]: row for row in rows}

    def _read_print_forms(self, names: Sequence[str]) -> frozenset[tuple[str, str]]:
        domain = [["report_name", "in", list(names)]]
        rows = self._client.rows("ir.action.report", domain, ["report_name", "model"])
        return frozenset((row["report_name"], row["model"]) for row in rows)

    def _read_fields(self, model: str) -> frozenset[str]:
        found = self._client.read(f"model.{model}.fields_get", None)
        if not isinstance(found, dict):
            raise ErpGarbled(f"{model}: fields expected")
        return frozenset(found)


def _place(location: int, parents: Mapping[int, int | None], zones: Mapping[int, Zone]) -> Place | None:
    """Climb to the warehouse; the zones themselves may have no warehouse above them."""
    inputs = {zone.input: zone for zone in zones.values() if zone.input not in {zone.storage, zone.output}}
    shelves = {shelf: zone for zone in zones.values() for shelf in (zone.storage, zone.output)}
    at: int | None = location
    seen: set[int] = set()
    while at is not None and at not in seen:
        seen.add(at)
        if at in inputs:
            return Place(inputs[at].id, shelf=False)
        if at in shelves:
            return Place(shelves[at].id, shelf=True)
        if at in zones:
            return Place(at, shelf=True)
        at = parents.get(at)
    return None


def _unit(row: Row) -> TrytonUnit:
    return TrytonUnit(
        id=row["id"],
        symbol=row["symbol"],
        category=row["category"],
        factor=wire.quantity(row["factor"]),
        rate=wire.quantity(row["rate"]),
        rounding=wire.quantity(row["rounding"]),
        active=row["active"],
    )


def ids(texts: Sequence[str]) -> list[int]:
    """Opaque ids back to Tryton's numbers; what is no number was never one of ours and is left out."""
    return [int(text) for text in dict.fromkeys(texts) if text.isascii() and text.isdigit()]
