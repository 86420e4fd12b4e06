"""The ledger of holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from itertools import groupby

from sqlalchemy import Connection, and_, delete, func, or_, select, update

from backend.domain.quantity import ZERO
from backend.ports.store import HoldShort, HoldWant
from backend.storage.guard import Claim, HoldGuard
from backend.storage.rows import put, same
from backend.storage.tables import hold
from backend.storage.types import quantity

FOREVER = datetime(9999, 12, 31, tzinfo=UTC)
NEVER = datetime(1970, 1, 1, tzinfo=UTC)


class SqlHolds:
    """Implements `ports.store.HoldRepository`."""

    def __init__(self, sql: Connection, guard: HoldGuard) -> None:
        self._sql = sql
        self._guard = guard

    def take(
        self, account_id: int, wants: Sequence[HoldWant], *, taken_at: datetime, now: datetime
    ) -> Sequence[HoldShort]:
        with self._sql.begin_nested() as attempt:
            shorts = [
                HoldShort(claim.product_id, claim.warehouse_id, wanted=claim.quantity, free=free)
                for claim in _claims(account_id, wants)
                if (free := self._guard.admit(self._sql, claim, taken_at=taken_at)) is not None
            ]
            if shorts:
                attempt.rollback()
                return shorts
            self._write(account_id, wants, now)
        return ()

    def counted(
        self,
        account_id: int,
        product_ids: Sequence[str],
        warehouse_ids: Sequence[str],
        *,
        taken_at: datetime,
        part_keys: Sequence[str] | None = None,
    ) -> Mapping[tuple[str, str], Decimal]:
        query = (
            select(hold.c.product_id, hold.c.warehouse_id, func.sum(hold.c.quantity, type_=quantity()))
            .where(
                same(hold, account_id=account_id),
                hold.c.product_id.in_(product_ids),
                hold.c.warehouse_id.in_(warehouse_ids),
                hold.c.counts_until > taken_at,
            )
            .group_by(hold.c.product_id, hold.c.warehouse_id)
        )
        if part_keys is not None:
            query = query.where(hold.c.part_key.in_(part_keys))
        return {(product, warehouse): held for product, warehouse, held in self._sql.execute(query)}

    def reflect(self, account_id: int, part_key: str, *, at: datetime) -> None:
        ours = same(hold, account_id=account_id, part_key=part_key)
        self._sql.execute(update(hold).where(ours, hold.c.counts_until > at).values(counts_until=at))

    def release(self, account_id: int, part_key: str, *, at: datetime) -> None:
        ours = same(hold, account_id=account_id, part_key=part_key)
        ended = {"counts_until": NEVER, "released_at": at}
        self._sql.execute(update(hold).where(ours, hold.c.released_at.is_(None)).values(**ended))

    def purge(self, *, reflected_before: datetime, released_before: datetime) -> int:
        reflected = and_(hold.c.released_at.is_(None), hold.c.counts_until < reflected_before)
        released = hold.c.released_at < released_before
        return self._sql.execute(delete(hold).where(or_(reflected, released))).rowcount

    def _write(self, account_id: int, wants: Sequence[HoldWant], now: datetime) -> None:
        """One hold for each part, product and warehouse; an earlier one of the same part is replaced."""
        for (part, product, warehouse), lines in groupby(sorted(wants, key=_place), key=_place):
            row = {"account_id": account_id, "part_key": part, "product_id": product, "warehouse_id": warehouse}
            total = sum((line.quantity for line in lines), ZERO)
            state = {"quantity": total, "taken_at": now, "counts_until": FOREVER, "released_at": None}
            put(self._sql, hold, row | state)


def _place(want: HoldWant) -> tuple[str, str, str]:
    return want.part_key, want.product_id, want.warehouse_id


def _stock(want: HoldWant) -> tuple[str, str]:
    return want.product_id, want.warehouse_id


def _claims(account_id: int, wants: Sequence[HoldWant]) -> Sequence[Claim]:
    """What is wanted of each product and warehouse, in the order that all rivals lock in."""
    claims = []
    for (product, warehouse), group in groupby(sorted(wants, key=_stock), key=_stock):
        lines = list(group)
        total, limit = _together(lines)
        own = frozenset(line.part_key for line in lines)
        claims.append(Claim(account_id, product, warehouse, quantity=total, limit=limit, own=own))
    return claims


def _together(lines: Sequence[HoldWant]) -> tuple[Decimal, Decimal | None]:
    """Wants of one product as one: their sum, and the limit on it that keeps each, with those before it, in its own.

    `others + so far <= limit` for a want is `others + total <= limit + what comes after it`; the smallest rules.
    """
    total = sum((line.quantity for line in lines), ZERO)
    so_far, limits = ZERO, []
    for line in lines:
        so_far += line.quantity
        if line.limit is not None:
            limits.append(line.limit + total - so_far)
    return total, min(limits, default=None)
