"""The journal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, select

from backend.ports.store import JournalEntry
from backend.storage.rows import same, values
from backend.storage.tables import journal


class SqlJournal:
    """Implements `ports.store.JournalRepository`."""

    def __init__(self, sql: Connection) -> None:
        self._sql = sql

    def add(self, entry: JournalEntry) -> None:
        self._sql.execute(journal.insert().values(**values(entry, journal)))

    def of_deal(self, account_id: int, deal_id: int, *, limit: int = 100) -> Sequence[JournalEntry]:
        return self._newest(limit, account_id=account_id, deal_id=deal_id)

    def of_operation(self, account_id: int, operation_id: str, *, limit: int = 100) -> Sequence[JournalEntry]:
        return self._newest(limit, account_id=account_id, operation_id=operation_id)

    def _newest(self, limit: int, **place: Any) -> Sequence[JournalEntry]:
        query = select(journal).where(same(journal, **place)).order_by(journal.c.id.desc()).limit(limit)
        rows = self._sql.execute(query).mappings()
        return [JournalEntry(**{name: item for name, item in row.items() if name != "id"}) for row in rows]
