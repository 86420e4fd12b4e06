"""What stands between two rivals and the last piece."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from sqlalchemy import ColumnElement, Connection, ScalarSelect, func, literal, or_, select, update

from backend.domain.quantity import ZERO
from backend.storage.rows import add_new, same
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

    def counted(self, taken_at: datetime) -> ScalarSelect[Decimal]:
        """The holds of others that count against a reading taken at `taken_at`."""
        others = select(func.coalesce(func.sum(hold.c.quantity, type_=quantity()), literal(ZERO, quantity()))).where(
            same(hold, account_id=self.account_id, product_id=self.product_id, warehouse_id=self.warehouse_id),
            hold.c.counts_until > taken_at,
            hold.c.part_key.not_in(self.own),
        )
        return others.scalar_subquery()

    def row(self) -> ColumnElement[bool]:
        """The ledger row of this product and warehouse."""
        return same(ledger, account_id=self.account_id, product_id=self.product_id, warehouse_id=self.warehouse_id)


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
        add_new(connection, ledger, _fresh_row(claim))
        connection.execute(select(ledger.c.granted).where(claim.row()).with_for_update())
        after = claim.counted(taken_at) + literal(claim.quantity, quantity())
        fits = or_(literal(claim.limit, quantity()).is_(None), after <= literal(claim.limit, quantity()))
        granted = connection.execute(
            update(ledger).where(claim.row(), fits).values(granted=after, ceiling=claim.limit)
        ).rowcount
        if granted:
            return None
        counted = connection.execute(select(claim.counted(taken_at))).scalar_one()
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
