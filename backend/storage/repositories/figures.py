"""Figures for operators."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, select

from backend.ports.store import Pile
from backend.storage.tables import hold, hook
from backend.storage.tables.work import waiting_hook


class SqlFigures:
    """Implements `ports.store.FigureRepository`."""

    def __init__(self, sql: Connection) -> None:
        self._sql = sql

    def holds(self, *, now: datetime) -> Pile:
        query = select(func.count(), func.min(hold.c.taken_at))
        return Pile(*self._sql.execute(query.where(hold.c.counts_until > now, hold.c.released_at.is_(None))).one())

    def hooks(self) -> Pile:
        return Pile(*self._sql.execute(select(func.count(), func.min(hook.c.received_at)).where(waiting_hook)).one())
