"""Which rights the API user lacks, each named."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from backend.erp.tryton.client import TrytonClient
from backend.ports.erp import ErpGarbled, MissingRight

READ, CREATE, WRITE, DELETE = "read", "create", "write", "delete"

# What each model is needed for; `code` keys the words people read.
NEEDED: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "product.product": ("products", (READ,)),
    "product.uom": ("products", (READ,)),
    "product.category": ("products", (READ,)),
    "product.price_list": ("prices", (READ,)),
    "account.tax": ("taxes", (READ,)),
    "account.configuration": ("taxes", (READ,)),
    "stock.location": ("stock", (READ,)),
    "stock.move": ("stock", (READ, CREATE, WRITE, DELETE)),
    "stock.shipment.out": ("shipments", (READ, CREATE, WRITE)),
    "purchase.line": ("deliveries", (READ,)),
    "party.party": ("customers", (READ, CREATE)),
    "party.address": ("customers", (READ, CREATE)),
    "sale.sale": ("orders", (READ, CREATE, WRITE, DELETE)),
    "sale.line": ("orders", (READ, CREATE, WRITE, DELETE)),
    "account.invoice": ("invoices", (READ, WRITE)),
    "account.move.line": ("debts", (READ,)),
}


def missing_rights(client: TrytonClient) -> tuple[MissingRight, ...]:
    """Ask Tryton what the user may do with each model. One call."""
    access = client.read("model.ir.model.access.get_access", sorted(NEEDED))
    if not isinstance(access, dict):
        raise ErpGarbled("access rights")
    return tuple(_missing(access))


def _missing(access: Mapping[str, Mapping[str, object]]) -> Iterable[MissingRight]:
    for model, (code, rights) in NEEDED.items():
        granted = access.get(model, {})
        for right in rights:
            if not granted.get(right):
                yield MissingRight(code, f"{model}: {right}")
