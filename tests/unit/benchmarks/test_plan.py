"""Which request waits for which answer."""

from __future__ import annotations

import json

import pytest

from benchmarks.plan import KINDS, Unplanned, plan, rounds
from benchmarks.tap import Sent

NAMED = {kind.name for kind in KINDS}


def _crm(path: str) -> Sent:
    return Sent("crm", 80, f"GET /api/v4/{path} HTTP/1.1\r\nHost: crm\r\n\r\n".encode())


def _erp(model: str, domain: list[object], *fields: str) -> Sent:
    asked = {"id": 1, "method": f"model.{model}.search_read", "params": [domain, 0, None, None, ["id", *fields], {}]}
    return Sent("erp", 81, b"POST /erp/rpc/ HTTP/1.1\r\nHost: erp\r\n\r\n" + json.dumps(asked).encode())


PRICES = _erp("product.product", [["id", "in", [1]]], "sale_price_uom")
CHECK = [
    PRICES,
    _erp("product.price_list", [["id", "in", [2]]], "unit"),
    _erp("product.product", [["id", "in", [1]]], "quantity", "type"),
    _crm("leads/1"),
    _crm("leads/1/links?limit=250"),
    _erp("product.product", [["OR", ["id", "in", [1]], ["code", "in", ["A"]]]], "code", "name", "list_price_used"),
    _erp("party.party", [["identifiers", "where", []]], "name", "identifiers.code"),
    _erp("party.party", [["id", "in", [5]]], "sale_price_list"),
    _erp("product.product", [["id", "in", [1]]], "default_uom", "list_price_used"),
    _crm("companies/7"),
    _crm("catalogs/4/elements?filter%5Bid%5D%5B%5D=1"),
    PRICES,
]


def test_nothing_is_sent_before_what_it_needs() -> None:
    steps = plan(CHECK)
    assert len(steps) == len(CHECK)
    assert all(before < place for place, step in enumerate(steps) for before in step.after)


def test_requests_name_what_they_need() -> None:
    steps = plan(CHECK)
    needs = {step.kind: {steps[one].kind for one in step.after} for step in steps}
    assert needs["deal"] == needs["links"] == set()
    assert needs["elements"] == {"links"}
    assert needs["products"] == {"elements"}
    assert needs["on hand"] == {"products"}
    assert needs["terms"] == {"customer"}
    assert needs["prices"] == {"price list", "price facts"}


def test_the_longest_chain_is_counted() -> None:
    """links, company, customer, terms, price list, prices."""
    assert rounds(plan(CHECK)) == 6
    assert rounds(plan([_crm("leads/1"), _crm("leads/1/links")])) == 1
    assert rounds([]) == 0


def test_a_request_nobody_planned_stops_the_measurement() -> None:
    with pytest.raises(Unplanned, match="ir\\.model"):
        plan([_erp("ir.model", [], "name")])


def test_every_need_is_a_kind() -> None:
    assert all(need in NAMED for kind in KINDS for need in kind.needs)
    assert len(NAMED) == len(KINDS)
