"""Seeds the demo company: ``python -m sandbox.tryton.seed CONFIG DATABASE CREDENTIALS`` in Tryton's environment.

The database must hold the modules already. Prints one line per step.
"""

from __future__ import annotations

import os
import sys
from datetime import date
from pathlib import Path

from proteus import config

from sandbox.tryton.seeding.books import seed_chart, seed_company, seed_taxes, seed_terms, seed_years
from sandbox.tryton.seeding.data import load, product_files
from sandbox.tryton.seeding.goods import seed_price_lists, seed_products, seed_units
from sandbox.tryton.seeding.parties import seed_customers, seed_suppliers
from sandbox.tryton.seeding.places import seed_numbers, seed_sale_rules, seed_warehouses
from sandbox.tryton.seeding.trade import seed_debts, seed_deliveries, seed_orders, seed_stock
from sandbox.tryton.seeding.users import seed_users
from sandbox.tryton.seeding.world import World


def seed(config_file: str, database: str, credentials: Path, today: date) -> None:
    """Fill the database with the company as it stands on ``today``."""
    config.set_trytond(f"sqlite:///{database}", config_file=config_file).skip_warning = True
    company, files = load("company"), product_files()
    world = World(today)
    _say("company")
    seed_company(world, company)
    seed_chart(world)
    seed_years(world)
    seed_taxes(world)
    seed_terms(world, company["payment_terms"])
    _say("products")
    seed_units(world, load("units"))
    seed_price_lists(world, company["price_lists"])
    seed_products(world, files)
    _say("warehouses and stock")
    seed_warehouses(world, company["warehouses"])
    seed_numbers()
    seed_sale_rules(world)
    seed_stock(world, files)
    _say("customers and debts")
    customers = load("customers")
    seed_suppliers(world, company["suppliers"])
    seed_customers(world, customers)
    seed_debts(world, customers)
    _say("deliveries")
    seed_deliveries(world, load("deliveries"))
    _say("orders of others")
    seed_orders(world, load("reserves"))
    _say("users")
    seed_users(world, os.environ["DEMO_ADMIN_PASSWORD"], credentials)


def _say(step: str) -> None:
    print(step, flush=True)


if __name__ == "__main__":
    seed(sys.argv[1], sys.argv[2], Path(sys.argv[3]), date.fromisoformat(sys.argv[4]))
