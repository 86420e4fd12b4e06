"""Units, price lists, products and kits."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from proteus import Model

from sandbox.tryton.seeding.world import World, new

_BARCODE_PREFIX = "460712345"


def seed_units(world: World, rows: list[dict[str, Any]]) -> None:
    """Units with their OKEI codes; packs are units of the same category with a factor."""
    for group in rows:
        category = new("product.uom.category", name=group["category"])
        for row in group["units"]:
            world.units[row["key"]] = new(
                "product.uom", category=category, name=row["name"], symbol=row["symbol"],
                factor=float(row["factor"]), rate=round(1 / row["factor"], 12), rounding=float(row["rounding"]),
                digits=row["digits"], ru_okei_code=row["okei"],
            )


def seed_price_lists(world: World, rows: list[dict[str, Any]]) -> None:
    """Price lists as formulas over the retail price; all of them, like that price, include VAT."""
    for row in rows:
        price_list = Model.get("product.price_list")(name=row["name"], tax_included=True, price="list_price")
        price_list.lines.new(formula=row["formula"])
        price_list.save()
        world.price_lists[row["key"]] = price_list


def seed_products(world: World, files: list[dict[str, Any]]) -> None:
    """Every product and kit of the data files."""
    accounting = _accounting_categories(world)
    for content in files:
        category = new("product.category", name=content["category"])
        for row in content["products"]:
            template = _template(world, row, accounting[row.get("vat", "vat22")])
            template.categories.append(Model.get("product.category")(category.id))
            template.save()
            product = template.products[0]
            product.suffix_code = row["sku"]
            product.cost_price = Decimal(row.get("cost", "0"))
            identifier = product.identifiers.new()
            identifier.type, identifier.code = "ean", _barcode(len(world.products) + 1)
            product.save()
            world.products[row["sku"]] = product


def _accounting_categories(world: World) -> dict[str, Any]:
    made = {}
    for key, name in (("vat22", "Товары, НДС 22%"), ("vat10", "Товары, НДС 10%"), ("none", "Товары без НДС")):
        category = Model.get("product.category")(name=name, accounting=True)
        category.account_revenue = world.accounts["revenue"]
        category.account_expense = world.accounts["expense"]
        if key in world.taxes:
            category.customer_taxes.append(Model.get("account.tax")(world.taxes[key].id))
        category.save()
        made[key] = category
    return made


def _template(world: World, row: dict[str, Any], category: Any) -> Any:
    kind = "kit" if "parts" in row else row.get("type", "goods")
    unit = world.units[row.get("unit", "pcs")]
    template = Model.get("product.template")(name=row["name"], type=kind, default_uom=unit)
    template.account_category = category
    template.list_price = Decimal(row["price"])
    template.salable = True
    template.lead_time = timedelta()
    template.sale_uom = world.units[row["sale_unit"]] if "sale_unit" in row else unit
    if kind == "goods":
        template.purchasable = True
        template.purchase_uom = unit
        template.ru_origin = world.countries[row.get("origin", "RU")]
        template.ru_customs_declaration = row.get("declaration")
    for sku, quantity in row.get("parts", {}).items():
        component = template.components.new()
        component.product = world.products[sku]
        component.quantity = float(quantity)
    return template


def _barcode(number: int) -> str:
    """A valid EAN-13 of the demo's own, the same at every seeding."""
    body = f"{_BARCODE_PREFIX}{number:03d}"
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(body))
    return f"{body}{-total % 10}"
