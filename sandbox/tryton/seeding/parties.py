"""The company's own card, its suppliers and its customers."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from proteus import Model

from sandbox.tryton.seeding.world import World

_PLAIN = {"kpp": "ru_kpp", "okpo": "ru_okpo"}


def make_party(world: World, row: dict[str, Any]) -> Any:
    """A saved party with identifiers, address, phone and e-mail; Tryton verifies the INN's check digits."""
    party = Model.get("party.party")(name=row["name"])
    for kind, key in (("ru_vat", "inn"), ("ru_ogrn", "ogrn")):
        if row.get(key):
            identifier = party.identifiers.new()
            identifier.type, identifier.code = kind, row[key]
    for key, field in _PLAIN.items():
        if row.get(key):
            setattr(party, field, row[key])
    for key, value in (row.get("bank") or {}).items():
        setattr(party, f"ru_bank_{key}", value)
    for kind in ("phone", "email"):
        if row.get(kind):
            mechanism = party.contact_mechanisms.new()
            mechanism.type, mechanism.value = kind, row[kind]
    if row.get("address"):
        address = party.addresses[0] if party.addresses else party.addresses.new()
        fill_address(world, address, row["address"])
    party.save()
    return party


def fill_address(world: World, address: Any, row: dict[str, str]) -> None:
    """Set postal code, city and street in the demo's country."""
    address.country = world.country
    address.postal_code = row["postal_code"]
    address.city = row["city"]
    address.street_unstructured = row["street"]


def seed_suppliers(world: World, rows: list[dict[str, Any]]) -> None:
    """Suppliers by key."""
    for row in rows:
        world.parties[row["key"]] = make_party(world, row)


def seed_customers(world: World, rows: list[dict[str, Any]]) -> None:
    """Customers with price list, payment term and credit limit (none: no limit)."""
    for row in rows:
        party = make_party(world, row)
        party.sale_price_list = world.price_lists[row["price_list"]]
        party.customer_payment_term = world.terms[row["term"]]
        party.credit_limit_amount = Decimal(row["limit"]) if "limit" in row else None
        party.save()
        world.parties[row["key"]] = party
