"""What stands between two rivals and the last piece."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from sqlalchemy import ColumnElement, Connection, Table, and_, bindparam, func, literal, or_, select, update

from backend.domain.quantity import ZERO
from backend.storage.rows import add_new
from backend.storage.tables import hold, ledger
from backend.storage.types import quantity


@dataclass(frozen=True, slots=True)
class Claim:
    """What is wanted of one product in one warehouse, in all. `own`: parts whose earlier holds are replaced, so they do
    not count."""

    account_id: int
    product_id: str
    warehouse_id: str
    quantity: Decimal
    limit: Decimal | None
    own: Collection[str]

    def bound(self, taken_at: datetime) -> dict[str, object]:
        """What the guard's statements ask for."""
        return {
            "of_account": self.account_id,
            "of_product": self.product_id,
            "of_warehouse": self.warehouse_id,
            "wanted": self.quantity,
            "up_to": self.limit,
            "own": list(self.own),
            "taken": taken_at,
        }


def _row(table: Table) -> ColumnElement[bool]:
    """The rows of the claim's product and warehouse."""
    return and_(
        table.c.account_id == bindparam("of_account"),
        table.c.product_id == bindparam("of_product"),
        table.c.warehouse_id == bindparam("of_warehouse"),
    )


# Built once: every order passes here, under a lock that its rivals wait for.
_LOCK = select(ledger.c.granted).where(_row(ledger)).with_for_update()
_COUNTED = select(func.coalesce(func.sum(hold.c.quantity, type_=quantity()), literal(ZERO, quantity()))).where(
    _row(hold),
    hold.c.counts_until > bindparam("taken"),
    hold.c.part_key.not_in(bindparam("own", expanding=True)),
)
"""The holds of others that count against a reading taken at `taken`."""
_AFTER = _COUNTED.scalar_subquery() + bindparam("wanted", type_=quantity())
_LIMIT = bindparam("up_to", type_=quantity())
_GRANT = (
    update(ledger).where(_row(ledger), or_(_LIMIT.is_(None), _AFTER <= _LIMIT)).values(granted=_AFTER, ceiling=_LIMIT)
)


class HoldGuard(Protocol):
    """Decides, within the transaction that will write the holds, whether a claim fits."""

    def admit(self, connection: Connection, claim: Claim, *, taken_at: datetime) -> Decimal | None:
        """None: it fits, and no rival can be told so before this transaction ended. Else what is free of the limit."""
        ...


class ConditionalGuard:
    """Locks the ledger row, then grants by a conditional write with a check behind it.

    The lock makes rivals of one product wait for each other (SQLite: the writer's transaction does); the condition is
    evaluated by the database in the statement that grants; the table's check refuses a grant beyond its ceiling whoever
    writes it.
    """

    def admit(self, connection: Connection, claim: Claim, *, taken_at: datetime) -> Decimal | None:
        bound = claim.bound(taken_at)
        if connection.execute(_LOCK, bound).first() is None:
            add_new(connection, ledger, _fresh_row(claim))
            connection.execute(_LOCK, bound)
        if connection.execute(_GRANT, bound).rowcount:
            return None
        counted: Decimal = connection.execute(_COUNTED, bound).scalar_one()
        return (claim.limit or ZERO) - counted


def _fresh_row(claim: Claim) -> dict[str, object]:
    return {
        "account_id": claim.account_id,
        "product_id": claim.product_id,
        "warehouse_id": claim.warehouse_id,
        "granted": ZERO,
        "ceiling": None,
    }


class NoGuard:
    """Admits everything: only what the reading said some moments ago protects. The negative control of the proofs."""

    def admit(self, connection: Connection, claim: Claim, *, taken_at: datetime) -> Decimal | None:
        return None
