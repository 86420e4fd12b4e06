"""Warehouses, document numbers and how sales are carried out."""

from __future__ import annotations

from typing import Any

from proteus import Model

from sandbox.tryton.seeding.parties import fill_address
from sandbox.tryton.seeding.world import World, new, only

_ZONES = {"input_location": ("Приёмка", "IN"), "output_location": ("Отгрузка", "OUT"),
          "storage_location": ("Хранение", "STO")}
_NUMBERS = {"Sale": ("00-", 4, 317), "Customer Shipment": ("", None, 88), "Supplier Shipment": ("ПР-", 4, 41)}


def seed_warehouses(world: World, rows: list[dict[str, Any]]) -> None:
    """Tryton's own first warehouse becomes the first one; the others get zones of their own."""
    first = only("stock.location", [("type", "=", "warehouse")])
    lost = first.lost_found_location
    for number, row in enumerate(rows):
        warehouse = first if number == 0 else _blank(row, lost)
        warehouse.name, warehouse.code = row["name"], row["code"]
        address = Model.get("party.address")(party=world.company.party)
        fill_address(world, address, row["address"])
        address.save()
        warehouse.address = address
        warehouse.save()
        world.warehouses[row["code"]] = warehouse


def _blank(row: dict[str, Any], lost: Any) -> Any:
    warehouse = Model.get("stock.location")(type="warehouse", name=row["name"], code=row["code"])
    for field, (name, code) in _ZONES.items():
        zone = new("stock.location", type="storage", name=f"{name} {row['code']}", code=f"{row['code']}-{code}")
        setattr(warehouse, field, zone)
    warehouse.lost_found_location = lost
    return warehouse


def seed_numbers() -> None:
    """Numbers of orders and shipments go on from where the company's past ended."""
    for kind, (prefix, padding, start) in _NUMBERS.items():
        sequence = only("ir.sequence", [("sequence_type.name", "=", kind)])
        sequence.prefix, sequence.number_next = prefix, start
        if padding:
            sequence.padding = padding
        sequence.save()


def seed_sale_rules(world: World) -> None:
    """Reserve on order, invoice (счёт-фактура) on shipment, as Russian law has it."""
    configuration = Model.get("sale.configuration")(1)
    configuration.sale_invoice_method = "fulfillment"
    configuration.sale_shipment_method = "order"
    configuration.sale_price_list = world.price_lists["retail"]
    configuration.save()
