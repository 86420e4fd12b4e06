"""The outside requests of a check, by name, and which of them must wait for which answers."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter

from benchmarks.tap import Sent


class Unplanned(LookupError):
    """A recorded request that no kind describes: the product asks something new; say below when it can be asked."""


@dataclass(frozen=True, slots=True)
class Kind:
    """Requests of one purpose. `finds`: a pattern in 'VERB /path' (CRM), or in 'model [domain] [fields]' (ERP).
    `needs`: the purposes whose answers hold something that this request says."""

    name: str
    finds: str
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One request. `after`: places in the plan, all of them earlier."""

    kind: str
    sent: Sent
    after: tuple[int, ...]


KINDS = (
    Kind("deal", r"^GET /api/v4/leads/\d+$"),
    Kind("links", r"^GET /api/v4/leads/\d+/links\b"),
    Kind("company", r"^GET /api/v4/companies/\d+$", ("links",)),
    Kind("contact", r"^GET /api/v4/contacts/\d+$", ("links",)),
    Kind("elements", r"^GET /api/v4/catalogs/\d+/elements\b", ("links",)),
    Kind("products", r'^product\.product \[\["OR".*"code", "name"', ("elements",)),
    Kind("kits", r"^product\.component ", ("products",)),
    Kind("products in kits", r'^product\.product \[\["id".*"code", "name"', ("kits",)),
    Kind("on hand", r'^product\.product .*"quantity"', ("products", "kits")),
    Kind("moves", r"^stock\.move ", ("products", "kits")),
    Kind("claims", r"^sale\.line ", ("products", "kits")),
    Kind("customer", r'^party\.party .*"identifiers\.code"', ("company", "contact")),
    Kind("terms", r'^party\.party .*"sale_price_list"', ("customer",)),
    Kind("overdue", r"^account\.move\.line ", ("customer",)),
    Kind("price list", r"^product\.price_list ", ("terms",)),
    Kind("price facts", r'^product\.product .*"list_price_used"', ("products",)),
    Kind("prices", r'^product\.product .*"sale_price_uom"', ("price list", "price facts")),
)


def plan(recorded: Sequence[Sent]) -> list[Step]:
    """The requests in an order in which they can be sent. Raises Unplanned."""
    kinds = [kind_of(sent) for sent in recorded]
    waits = {
        number: {other for other, found in enumerate(kinds) if found.name in kind.needs}
        for number, kind in enumerate(kinds)
    }
    order = list(TopologicalSorter(waits).static_order())
    place = {number: at for at, number in enumerate(order)}
    return [
        Step(kinds[number].name, recorded[number], tuple(sorted(place[one] for one in waits[number])))
        for number in order
    ]


def rounds(steps: Sequence[Step]) -> int:
    """The longest chain of requests that wait for one another."""
    depth: list[int] = []
    for step in steps:
        depth.append(1 + max((depth[one] for one in step.after), default=0))
    return max(depth, default=0)


def kind_of(sent: Sent) -> Kind:
    """Raises Unplanned."""
    words = _words(sent)
    for kind in KINDS:
        if re.search(kind.finds, words):
            return kind
    raise Unplanned(words[:300])


def _words(sent: Sent) -> str:
    if not sent.body:
        return sent.line
    asked = json.loads(sent.body)
    domain, _offset, _limit, _order, fields, *_ = asked["params"]
    model = asked["method"].removeprefix("model.").removesuffix(".search_read")
    return f"{model} {json.dumps(domain)} {json.dumps(fields)}"
