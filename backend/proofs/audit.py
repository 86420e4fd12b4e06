"""Judges a run by the books: the ERP's, the CRM's and the rows of our database, read as they lie there. It knows
nothing of the code that wrote them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Table, select

from backend.domain.order import LIVE
from backend.erp.memory.adapter import MemoryErp
from backend.erp.memory.books import Order as Booked
from backend.ports.crm import DealField
from backend.ports.erp import OrderState
from backend.proofs.crm import ProofCrm
from backend.proofs.office import QUANTITY, TOTAL
from backend.storage.tables import hold, operation, order


@dataclass(frozen=True, slots=True)
class Books:
    """All that is looked at. `accepted`: rows of orders; `booked`: what of ours the ERP has, cancelled ones too."""

    accepted: Sequence[Any]
    held: Sequence[Any]
    operations: Sequence[Any]
    booked: Sequence[Booked]
    inns: Sequence[str]
    crm: ProofCrm

    @property
    def living(self) -> Sequence[Any]:
        return [row for row in self.accepted if row.status in LIVE]

    @property
    def alive(self) -> Sequence[Booked]:
        return [one for one in self.booked if one.state is not OrderState.CANCELLED]

    def notes(self, deal_id: int) -> Sequence[Any]:
        """Operations that write a note into this deal, in their order."""
        found = [row for row in self.operations if row.kind == "crm.note" and row.deal_id == deal_id]
        return sorted(found, key=lambda row: row.sequence)


def read_books(engine: Engine, account_id: int, now: datetime, erp: MemoryErp, crm: ProofCrm) -> Books:
    """What stands behind `#` is not part of a key in the ERP: a control made it."""
    with engine.connect() as connection:
        accepted = _rows(connection, order, account_id)
        held = [row for row in _rows(connection, hold, account_id) if row.counts_until > now]
        operations = _rows(connection, operation, account_id)
    booked = [replace(one, key=one.key.partition("#")[0]) for one in erp.people.orders() if one.key]
    return Books(accepted, held, operations, booked, [one.key.inn for one in erp.people.customers()], crm)


def audit(books: Books) -> Sequence[str]:
    """What is wrong, in words; nothing where everything is once and nothing is left over."""
    return [
        *_orders(books),
        *_reserves(books),
        *(f"{count} customers with one INN" for count in Counter(books.inns).values() if count > 1),
        *(f"a hold of {row.part_key} still counts" for row in books.held),
        *_unfinished(books),
        *_told(books),
    ]


def _rows(connection: Connection, table: Table, account_id: int) -> Sequence[Any]:
    return connection.execute(select(table).where(table.c.account_id == account_id)).all()


def _orders(books: Books) -> Iterator[str]:
    """Every accepted order that was not given up for another is in the ERP once; nothing else of ours is."""
    served = {row.deal_id for row in books.living}
    for row in books.accepted:
        if row.status == "placing" or (row.status == "failed" and not _over(row, served)):
            yield f"an accepted order is {row.status}"
    for deal_id, count in Counter(row.deal_id for row in books.living).items():
        if count > 1:
            yield f"deal {deal_id} has {count} living orders"
    wanted = {part.key for row in books.living for part in row.body.parts}
    made = Counter(one.key for one in books.booked)
    alive = Counter(one.key for one in books.alive)
    for key in sorted(wanted | set(made)):
        if made[key] > 1 or alive[key] != (key in wanted):
            yield f"{key}: {made[key]} orders in the ERP, {alive[key]} of them living"


def _over(row: Any, served: Set[int]) -> bool:
    """It failed with a known outcome (the ERP's order was cancelled), and the deal has another order."""
    return row.deal_id in served and (row.body.error or {}).get("resume") is None


def _reserves(books: Books) -> Iterator[str]:
    reserved = sum(claim.assigned for one in books.booked for claim in one.claims)
    if reserved != QUANTITY * len(books.living):
        yield f"the ERP reserves {reserved}, ordered were {QUANTITY * len(books.living)}"


def _unfinished(books: Books) -> Iterator[str]:
    """Nothing is stuck; only the placing of an order that was given up for another stays dead, and a person may have
    taken an order out of the queue."""
    cancelled = {row.id for row in books.accepted if row.status == "cancelled"}
    for row in books.operations:
        given_up = row.state == "dead" and row.payload.get("order_id") in cancelled
        if row.state not in {"done", "dismissed"} and not given_up:
            yield f"{row.kind} is {row.state} ({row.error_code})"


def _told(books: Books) -> Iterator[str]:
    """A deal has its order's number and total, and says so once; every note that was asked for is there once."""
    keys = {part.key: row.deal_id for row in books.living for part in row.body.parts}
    numbers: dict[int, list[str]] = defaultdict(list)
    for one in books.alive:
        numbers[keys.get(one.key, 0)].append(one.number)
    for deal_id in {row.deal_id for row in books.living}:
        wanted = Counter(str(row.payload["text"]) for row in books.notes(deal_id))
        yield from _told_in(books.crm, deal_id, numbers[deal_id], wanted)


def _told_in(crm: ProofCrm, deal_id: int, numbers: Sequence[str], wanted: Counter[str]) -> Iterator[str]:
    written = crm.of(deal_id)
    texts = Counter(written.notes.values())
    if texts != wanted:
        yield f"deal {deal_id}: {texts.total()} notes, asked for were {wanted.total()}"
    for number in numbers:
        said = sum(number in text for text in texts)
        if said != 1:
            yield f"deal {deal_id}: {said} notes name the order {number}"
    told = written.fields.get(DealField.ORDER_NUMBER)
    if told != ", ".join(numbers):
        yield f"deal {deal_id}: its field names {told}, the ERP {numbers}"
    if crm.deals[deal_id].budget != TOTAL:
        yield f"deal {deal_id}: its budget is {crm.deals[deal_id].budget}, the order's total {TOTAL}"
