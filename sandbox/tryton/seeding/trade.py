"""Opening stock, deliveries on the way, other people's orders and debts."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from proteus import Model

from sandbox.tryton.seeding.world import World

_KOPECK = Decimal("0.01")


def seed_stock(world: World, files: list[dict[str, Any]]) -> None:
    """One inventory per warehouse sets what is on hand."""
    for code, warehouse in world.warehouses.items():
        inventory = Model.get("stock.inventory")(location=warehouse.storage_location, date=world.day(-1))
        for row in (row for content in files for row in content["products"]):
            if row.get(code.lower()):
                line = inventory.lines.new()
                line.product = world.products[row["sku"]]
                line.quantity = float(row[code.lower()])
        inventory.click("confirm")


def seed_deliveries(world: World, rows: list[dict[str, Any]]) -> None:
    """Confirmed purchases that have not arrived: dated, overdue and undated."""
    for row in rows:
        purchase = Model.get("purchase.purchase")(
            party=world.parties[row["supplier"]], warehouse=world.warehouses[row["warehouse"]],
            purchase_date=world.day(-30),
        )
        if "days" in row:
            purchase.delivery_date = world.day(row["days"])
        for sku, quantity in row["lines"].items():
            line = purchase.lines.new()
            line.product = world.products[sku]
            line.quantity = float(quantity)
            line.unit_price = world.products[sku].cost_price
        purchase.click("quote")
        purchase.click("confirm")
        if row.get("days", 0) < 0:
            _leave_overdue(purchase, world.day(row["days"]))


def _leave_overdue(purchase: Any, day: date) -> None:
    """Put back the promised day: Tryton does not plan a new move into the past."""
    for move in purchase.moves:
        move.planned_date = day
        move.save()


def seed_orders(world: World, rows: list[dict[str, Any]]) -> None:
    """Other people's orders: reserved on the shelf, or promised and waiting for goods."""
    for row in rows:
        sale = Model.get("sale.sale")(
            party=world.parties[row["customer"]], warehouse=world.warehouses[row["warehouse"]],
            sale_date=world.day(-2), reference=f"Заявка {row['customer']}",
        )
        if row.get("days"):
            sale.shipping_date = world.day(row["days"])
        for sku, quantity in row["lines"].items():
            line = sale.lines.new()
            line.product = world.products[sku]
            line.unit = world.products[sku].default_uom
            line.quantity = float(quantity)
        sale.click("quote")
        sale.click("confirm")
        for shipment in sale.shipments:
            if row["assign"]:
                shipment.click("assign_try")
                if shipment.state != "assigned":
                    raise RuntimeError(f"the data reserves more than there is: {row}")


def seed_debts(world: World, rows: list[dict[str, Any]]) -> None:
    """Posted invoices of past shipments, VAT included; some of them overdue by their payment term."""
    debts = [(row, debt) for row in rows for debt in row["debts"]]
    for row, debt in sorted(debts, key=lambda pair: -pair[1]["days"]):
        day = world.day(-debt["days"])
        invoice = Model.get("account.invoice")(
            type="out", party=world.parties[row["key"]], invoice_date=day, payment_term=world.terms[row["term"]]
        )
        line = invoice.lines.new()
        line.description = "Электротехнические товары по прежним отгрузкам"
        line.account = world.accounts["revenue"]
        line.quantity = 1
        line.taxes.append(Model.get("account.tax")(world.taxes["vat22"].id))
        line.unit_price = net_of(Decimal(debt["total"]))
        invoice.save()
        if invoice.total_amount != Decimal(debt["total"]):
            raise RuntimeError(f"no invoice can total {debt['total']} with this VAT")
        invoice.click("post")


def net_of(total: Decimal) -> Decimal:
    """The sum without the 22 % VAT that it includes."""
    return (total / Decimal("1.22")).quantize(_KOPECK, ROUND_HALF_UP)
