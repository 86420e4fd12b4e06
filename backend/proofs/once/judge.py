"""Judges a case by the books of the ERP, of the CRM and of our database, read as they lie there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Table, select

from backend.domain.order import LIVE
from backend.erp.memory.books import Order as Booked
from backend.ports.crm import DealField
from backend.ports.erp import OrderState
from backend.proofs.office import QUANTITY, TOTAL
from backend.proofs.once.town import Town
from backend.storage.tables import hold, operation, order


def judge(town: Town) -> Sequence[str]:
    """What is wrong, in words; nothing where the promise was kept."""
    with town.database.engine.connect() as connection:
        rows = _rows(connection, order, town)
        held = [row for row in _rows(connection, hold, town) if row.counts_until > town.clock.now()]
        operations = _rows(connection, operation, town)
    booked = [replace(one, key=one.key.partition("#")[0]) for one in town.books.people.orders() if one.key]
    return [
        *_orders(rows, booked),
        *_reserves(booked),
        *_customers(town),
        *(f"a hold of {row.part_key} still counts" for row in held),
        *_unfinished(rows, operations),
        *_told(town, booked),
    ]


def _rows(connection: Connection, table: Table, town: Town) -> Sequence[Any]:
    return connection.execute(select(table).where(table.c.account_id == town.account_id)).all()


def _orders(rows: Sequence[Any], booked: Sequence[Booked]) -> Iterator[str]:
    """Every accepted order that was not given up for another is in the ERP once; nothing else of ours is."""
    living = [row for row in rows if row.status in LIVE]
    if len(living) != 1:
        yield f"{len(living)} living orders accepted, {len(rows)} in all"
    for row in rows:
        if row.status in {"placing", "failed"}:
            yield f"an accepted order is {row.status}"
    keys = Counter(one.key for one in booked)
    wanted = {part.key for row in living for part in row.body.parts}
    alive = Counter(one.key for one in booked if one.state is not OrderState.CANCELLED)
    yield from (f"{key}: {count} orders in the ERP" for key, count in keys.items() if count > 1)
    yield from (
        f"{key}: {alive[key]} living orders in the ERP"
        for key in sorted(wanted | set(alive))
        if alive[key] != (key in wanted)
    )


def _unfinished(rows: Sequence[Any], operations: Sequence[Any]) -> Iterator[str]:
    """Nothing is stuck; only the placing of an order that was given up for another stays dead."""
    cancelled = {row.id for row in rows if row.status == "cancelled"}
    for row in operations:
        given_up = row.state == "dead" and row.payload.get("order_id") in cancelled
        if row.state != "done" and not given_up:
            yield f"{row.kind} is {row.state} ({row.error_code})"


def _reserves(booked: Sequence[Booked]) -> Iterator[str]:
    reserved = sum(claim.assigned for one in booked for claim in one.claims)
    if reserved != QUANTITY:
        yield f"the ERP reserves {reserved}, ordered were {QUANTITY}"


def _customers(town: Town) -> Iterator[str]:
    for inn, count in Counter(one.key.inn for one in town.books.people.customers()).items():
        if count > 1:
            yield f"{count} customers with the INN {inn}"


def _told(town: Town, booked: Sequence[Booked]) -> Iterator[str]:
    """The deal has the order's number and total, and says so once."""
    numbers = [one.number for one in booked if one.state is not OrderState.CANCELLED]
    written = town.crm_books.of(town.deal_id)
    texts = Counter(written.notes.values())
    yield from (f"a note {count} times: {text}" for text, count in texts.items() if count > 1)
    for number in numbers:
        said = sum(number in text for text in texts)
        if said != 1:
            yield f"{said} notes name the order {number}"
    if written.fields.get(DealField.ORDER_NUMBER) != ", ".join(numbers):
        yield f"the deal's field names {written.fields.get(DealField.ORDER_NUMBER)}, the ERP {numbers}"
    if town.crm_books.deals[town.deal_id].budget != TOTAL:
        yield f"the deal's budget is {town.crm_books.deals[town.deal_id].budget}, the order's total {TOTAL}"
