"""Deals as the CRM last told them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, RowMapping, and_, delete, or_, select

from backend.ports.store import WatchedDeal
from backend.storage.rows import insert, same, values
from backend.storage.tables import deal_watch


class SqlWatch:
    """Implements `ports.store.WatchRepository`."""

    def __init__(self, sql: Connection) -> None:
        self._sql = sql

    def get(self, account_id: int, deal_id: int) -> WatchedDeal | None:
        query = select(deal_watch).where(same(deal_watch, account_id=account_id, deal_id=deal_id))
        row = self._sql.execute(query).mappings().first()
        return None if row is None else _deal(row)

    def lock(self, account_id: int, deal_ids: Sequence[int]) -> Mapping[int, WatchedDeal]:
        """In the order of ids, so that two who lock the same deals do not wait for each other."""
        those = and_(deal_watch.c.account_id == account_id, deal_watch.c.deal_id.in_(deal_ids))
        query = select(deal_watch).where(those).order_by(deal_watch.c.deal_id).with_for_update()
        return {row["deal_id"]: _deal(row) for row in self._sql.execute(query).mappings()}

    def save(self, deals: Sequence[WatchedDeal]) -> None:
        if not deals:
            return
        rows = [values(one, deal_watch) for one in sorted(deals, key=lambda one: one.deal_id)]
        statement = insert(self._sql, deal_watch)
        new, key = statement.excluded, ("account_id", "deal_id")
        not_older = or_(
            deal_watch.c.updated_at < new.updated_at,
            and_(deal_watch.c.updated_at == new.updated_at, deal_watch.c.seen_at <= new.seen_at),
        )
        kept = statement.on_conflict_do_update(
            index_elements=key, set_={name: new[name] for name in rows[0] if name not in key}, where=not_older
        )
        self._sql.execute(kept, rows)

    def forget(self, account_id: int, deal_ids: Sequence[int] | None = None) -> None:
        those = deal_watch.c.account_id == account_id
        if deal_ids is not None:
            those = and_(those, deal_watch.c.deal_id.in_(deal_ids))
        self._sql.execute(delete(deal_watch).where(those))


def _deal(row: RowMapping) -> WatchedDeal:
    return WatchedDeal(**row)
