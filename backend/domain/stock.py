"""What an ERP says of stock at one moment, and products as far as the rules need them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from backend.domain.quantity import Unit


class ProductKind(StrEnum):
    """`goods` are kept in stock; a `kit` is sold as one and taken as its components; a `service` has no stock."""

    GOODS = "goods"
    KIT = "kit"
    SERVICE = "service"


@dataclass(frozen=True, slots=True)
class Component:
    """So much of a product (base units, positive) in one base unit of a kit.

    Components are goods: an adapter takes kits inside kits apart and leaves services out.
    """

    product_id: str
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Product:
    """A product as the ERP keeps it. `id` is the ERP's, opaque; `units[0]` is the base unit with factor 1.

    `sale_unit_id` is the unit the ERP offers first. `vat_rate` in percent, None = without VAT («без НДС»).
    """

    id: str
    sku: str
    name: str
    units: tuple[Unit, ...]
    sale_unit_id: str
    kind: ProductKind = ProductKind.GOODS
    components: tuple[Component, ...] = ()
    barcodes: tuple[str, ...] = ()
    group: str = ""
    vat_rate: Decimal | None = None
    list_price: Decimal | None = None
    active: bool = True

    @property
    def base_unit(self) -> Unit:
        return self.units[0]

    def unit(self, unit_id: str) -> Unit | None:
        """The unit with this id, or None where the product has none such."""
        return next((unit for unit in self.units if unit.id == unit_id), None)


@dataclass(frozen=True, slots=True)
class Movement:
    """A quantity (base units, positive) due on a date of the company's calendar; None = undated.

    `reference`: the document's number in the ERP, shown to people ("why this number").
    """

    quantity: Decimal
    due: date | None
    reference: str = ""


@dataclass(frozen=True, slots=True)
class WarehouseStock:
    """One product in one warehouse. All in base units.

    `reserved` is everything promised to others: assigned from the shelf and still waiting. `promised` tells the same
    by date (its sum equals `reserved`; an undated one is due at once). `incoming`: confirmed deliveries not yet here.
    `assigned`: what of `reserved` is taken from the shelf, more than lies there where the ERP gave goods away twice;
    None where the ERP does not tell it apart.
    """

    on_hand: Decimal
    reserved: Decimal
    incoming: tuple[Movement, ...] = ()
    promised: tuple[Movement, ...] = ()
    assigned: Decimal | None = None


@dataclass(frozen=True, slots=True)
class StockReading:
    """Stock of some products in some warehouses at one moment.

    `taken_at` (t0, UTC, our clock) is the moment before the first call: whatever the ERP had committed by then is in
    it. `rows` has every asked product × warehouse that the ERP knows, zeros included; `unknown` the product ids it
    does not.
    """

    taken_at: datetime
    rows: Mapping[tuple[str, str], WarehouseStock]
    unknown: frozenset[str] = field(default_factory=frozenset)
