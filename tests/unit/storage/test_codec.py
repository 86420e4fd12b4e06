"""Snapshots are read back exactly as they were written, whatever is in them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import StrEnum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.domain.approval import Approval, ApprovalLine, ApprovalState
from backend.domain.basket import Draft, DraftLine, DraftPart, Undo
from backend.domain.customer import CustomerKey
from backend.domain.money import Money
from backend.domain.order import Order, OrderCustomer, OrderLine, OrderPart, OrderStatus
from backend.domain.rules import ProtectedStage, Rules, ShortageRule, Supervisor
from backend.ports.crm import CrmSetup, DealField
from backend.ports.erp import ConnectionReport, DocumentKind, DocumentRef, MissingRight
from backend.ports.store import SetupProgress, SetupStep
from backend.storage.codec import NotExact, decode, encode

text = st.text(max_size=12)
exact = st.decimals(allow_nan=False, allow_infinity=False)
days = st.dates()
zones = st.sampled_from([UTC, timezone(timedelta(hours=3)), timezone(-timedelta(hours=9, minutes=30))])
moments = st.datetimes(
    min_value=datetime(1990, 1, 1),  # noqa: DTZ001
    max_value=datetime(2200, 1, 1),  # noqa: DTZ001
    timezones=zones,
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | text,
    lambda inner: st.lists(inner) | st.dictionaries(text, inner),
    max_leaves=5,
)
json_objects = st.dictionaries(text, json_values, max_size=4)


def tuples(items: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.lists(items, max_size=3).map(tuple)


lines = st.builds(
    OrderLine,
    **dict.fromkeys(("key", "line_id", "product_id", "sku", "name", "unit_id", "unit"), text),
    quantity=exact,
    base_quantity=exact,
    unit_price=exact,
    ship_on=st.none() | days,
)
parts = st.builds(OrderPart, key=text, warehouse_id=text, lines=tuples(lines), erp=st.none() | json_objects)
orders = st.builds(
    Order,
    id=text,
    account_id=st.integers(),
    deal_id=st.integers(),
    status=st.sampled_from(OrderStatus),
    fingerprint=text,
    customer=st.builds(
        OrderCustomer, erp_id=st.none() | text, name=text, key=st.builds(CustomerKey, inn=text), address=text
    ),
    parts=tuples(parts),
    total=exact,
    currency=text,
    price_type_id=st.none() | text,
    allow_shortage=st.booleans(),
    approval_id=st.none() | text,
    submitted_by=st.integers(),
    created_at=moments,
    placed_at=st.none() | moments,
    error=st.none() | json_objects,
    erp_total=st.none() | exact,
)
approval_lines = st.builds(
    ApprovalLine,
    **dict.fromkeys(("line_id", "name", "unit"), text),
    requested=exact,
    available=exact,
    granted=st.none() | exact,
    incoming=st.none() | st.tuples(text, text),
)
approvals = st.builds(
    Approval,
    id=text,
    account_id=st.integers(),
    deal_id=st.integers(),
    state=st.sampled_from(ApprovalState),
    fingerprint=text,
    lines=tuples(approval_lines),
    reasons=tuples(text),
    total=exact,
    currency=text,
    margin_percent=st.none() | exact,
    reason=text,
    requested_by=st.integers(),
    requested_at=moments,
    deadline=moments,
    task_ids=tuples(st.integers()),
)
draft_lines = st.builds(
    DraftLine,
    unit_id=st.none() | text,
    parts=tuples(st.builds(DraftPart, st.none() | text, st.none() | exact, st.none() | days)),
    for_quantity=st.none() | exact,
)
undos = st.builds(
    Undo,
    kind=text,
    lines=st.dictionaries(text, draft_lines, max_size=2),
    quantities=st.dictionaries(text, st.none() | exact, max_size=2),
    params=st.dictionaries(text, text, max_size=2),
)
drafts = st.builds(Draft, lines=st.dictionaries(text, draft_lines, max_size=3), undo=st.none() | undos)
rules = st.builds(
    Rules,
    warehouse_ids=tuples(text),
    supervisors=tuples(st.builds(Supervisor, st.integers(), st.none() | exact)),
    shortage=st.sampled_from(ShortageRule),
    horizon_days=st.integers(0, 400),
    drift=exact,
    protected_stages=tuples(st.builds(ProtectedStage, st.integers(), st.integers())),
    margin_viewers=tuples(st.integers()),
)
setups = st.builds(
    CrmSetup,
    field_ids=st.dictionaries(st.sampled_from(DealField), st.integers()),
    field_group_id=text,
    products_list_id=st.integers(),
    external_id_field=st.none() | st.integers(),
    sku_field=st.none() | st.integers(),
    price_field=st.none() | st.integers(),
    webhook_url=text,
    made_field_ids=tuples(st.integers()),
)
documents = st.builds(
    DocumentRef,
    id=text,
    kind=st.sampled_from(DocumentKind),
    number=text,
    issued=st.none() | days,
    total=st.none() | st.builds(Money, exact, text),
    version=text,
)
progress = st.builds(
    SetupProgress, state=text, steps=tuples(st.builds(SetupStep, text, text, st.none() | st.integers()))
)
reports = st.builds(
    ConnectionReport,
    **dict.fromkeys(("system", "version", "company", "currency"), text),
    missing=tuples(st.builds(MissingRight, text, text)),
)


@given(st.one_of(orders, approvals, drafts, rules, setups, documents, progress, reports))
def test_every_snapshot_survives_json(record: object) -> None:
    wire = json.dumps(encode(record), allow_nan=False)
    assert decode(type(record), json.loads(wire)) == record


@given(exact)
def test_a_decimal_keeps_its_digits(figure: Decimal) -> None:
    assert str(decode(Decimal, encode(figure))) == str(figure)


class Colour(StrEnum):
    RED = "red"


@dataclass(frozen=True)
class Sample:
    tags: frozenset[Colour]
    pair: tuple[str, int]
    by_number: dict[int, str]
    count: int = 7


def test_sets_pairs_and_number_keys() -> None:
    sample = Sample(frozenset({Colour.RED}), ("a", 1), {3: "c"}, 9)
    assert decode(Sample, json.loads(json.dumps(encode(sample)))) == sample


def test_rows_of_other_versions_are_read_as_far_as_they_go() -> None:
    written = {"tags": [], "pair": ["a", 1], "by_number": {}, "dropped_since": 1}
    assert decode(Sample, written) == Sample(frozenset(), ("a", 1), {}, count=7)


@pytest.mark.parametrize("value", [1.5, b"bytes", datetime(2026, 1, 1), object(), {1.5: "key"}, {None: "key"}])  # noqa: DTZ001
def test_what_has_no_exact_form_is_refused(value: object) -> None:
    with pytest.raises(NotExact):
        encode(value)


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        (int, "1"),
        (int, True),
        (str, 1),
        (bool, 1),
        (Decimal, 1.5),
        (date, 5),
        (Colour, "blue"),
        (tuple[str, int], ["a"]),
    ],
)
def test_what_is_not_of_the_kind_is_refused(kind: Any, data: object) -> None:
    with pytest.raises((ValueError, TypeError)):
        decode(kind, data)
