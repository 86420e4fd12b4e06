"""Deals: drafts and revisions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from backend.domain.basket import Draft
from backend.ports.store import DealState
from backend.storage.rows import add_new, insert, same
from backend.storage.tables import deal

# Built once: every cached panel asks it.
_GET = select(deal.c.revision, deal.c.draft).where(
    same(deal, account_id=bindparam("account"), deal_id=bindparam("deal"))
)


class SqlDeals:
    """Implements `ports.store.DealRepository`."""

    def __init__(self, sql: Connection) -> None:
        self._sql = sql

    def get(self, account_id: int, deal_id: int) -> DealState:
        row = self._sql.execute(_GET, {"account": account_id, "deal": deal_id}).first()
        if row is None:
            return DealState(account_id, deal_id, revision=0, draft=Draft())
        return DealState(account_id, deal_id, revision=row.revision, draft=row.draft or Draft())

    def save_draft(self, account_id: int, deal_id: int, draft: Draft) -> int:
        return self._grow(account_id, deal_id, draft=draft)

    def touch(self, account_id: int, deal_id: int) -> int:
        return self._grow(account_id, deal_id)

    def lock(self, account_id: int, deal_id: int) -> None:
        place = {"account_id": account_id, "deal_id": deal_id}
        add_new(self._sql, deal, {**place, "revision": 0})
        self._sql.execute(select(deal.c.revision).where(same(deal, **place)).with_for_update())

    def touch_known(self, account_id: int, deal_ids: Sequence[int]) -> None:
        those = (deal.c.account_id == account_id, deal.c.deal_id.in_(deal_ids), deal.c.revision > 0)
        self._sql.execute(update(deal).where(*those).values(revision=deal.c.revision + 1))

    def _grow(self, account_id: int, deal_id: int, **changed: Any) -> int:
        row = {"account_id": account_id, "deal_id": deal_id, "revision": 1, **changed}
        statement = (
            insert(self._sql, deal)
            .values(**row)
            .on_conflict_do_update(
                index_elements=["account_id", "deal_id"], set_={"revision": deal.c.revision + 1, **changed}
            )
            .returning(deal.c.revision)
        )
        revision: int = self._sql.execute(statement).scalar_one()
        return revision
