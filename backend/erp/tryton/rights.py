"""Which rights the API user lacks, each named."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from backend.erp.tryton.client import TrytonClient
from backend.erp.tryton.errors import ServerFault
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
    """Ask Tryton what the user may do with each model. One call, unless a module is missing."""
    try:
        access = _access(client, sorted(NEEDED))
    except ServerFault:
        # A model it does not have fails the whole question: ask one by one.
        access = {model: found for model in NEEDED if (found := _access_of(client, model)) is not None}
    return tuple(_missing(access))


def _access(client: TrytonClient, models: Sequence[str]) -> Mapping[str, Mapping[str, object]]:
    found = client.read("model.ir.model.access.get_access", list(models))
    if not isinstance(found, dict) or not all(isinstance(each, dict) for each in found.values()):
        raise ErpGarbled("access rights")
    return found


def _access_of(client: TrytonClient, model: str) -> Mapping[str, object] | None:
    try:
        return _access(client, [model]).get(model)
    except ServerFault:
        return None


def _missing(access: Mapping[str, Mapping[str, object]]) -> Iterable[MissingRight]:
    for model, (code, rights) in NEEDED.items():
        if model not in access:
            yield MissingRight(code, f"{model}: its module is not there")
            continue
        for right in rights:
            if not access[model].get(right):
                yield MissingRight(code, f"{model}: {right}")
