"""Alerts: one row a key, a repeat counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, RowMapping, and_, case, delete, or_, select, update

from backend.ports.store import Alert, AlertKind
from backend.storage.rows import insert, same
from backend.storage.tables import alert


class SqlAlerts:
    """Implements `ports.store.AlertRepository`."""

    def __init__(self, sql: Connection) -> None:
        self._sql = sql

    def raise_alert(
        self, account_id: int, *, kind: AlertKind, key: str, data: Mapping[str, object], now: datetime
    ) -> bool:
        row = {"kind": str(kind), "data": data, "last_at": now, "closed_at": None}
        first = {"account_id": account_id, "key": key, "first_at": now, "times": 1}
        was_open = alert.c.closed_at.is_(None)
        statement = insert(self._sql, alert).values(**row, **first)
        repeated = statement.on_conflict_do_update(
            index_elements=["account_id", "key"],
            set_=row
            | {
                "first_at": case((was_open, alert.c.first_at), else_=statement.excluded.first_at),
                "times": case((was_open, alert.c.times + 1), else_=1),
            },
        )
        times: int = self._sql.execute(repeated.returning(alert.c.times)).scalar_one()
        return times == 1

    def close(self, account_id: int, key: str, *, now: datetime) -> bool:
        which = and_(same(alert, account_id=account_id, key=key), alert.c.closed_at.is_(None))
        return self._sql.execute(update(alert).where(which).values(closed_at=now)).rowcount == 1

    def open(self, account_id: int | None = None) -> Sequence[Alert]:
        query = select(alert).where(alert.c.closed_at.is_(None))
        if account_id is not None:
            query = query.where(alert.c.account_id == account_id)
        rows = self._sql.execute(query.order_by(alert.c.last_at.desc(), alert.c.key)).mappings()
        return [_alert(row) for row in rows]

    def untold(self, *, limit: int) -> Sequence[Alert]:
        opened = and_(alert.c.closed_at.is_(None), or_(alert.c.told.is_(None), alert.c.told != "open"))
        ended = and_(alert.c.closed_at.is_not(None), alert.c.told == "open")
        query = select(alert).where(or_(opened, ended)).order_by(alert.c.last_at, alert.c.key).limit(limit)
        return [_alert(row) for row in self._sql.execute(query).mappings()]

    def mark_told(self, alert_: Alert) -> bool:
        which = and_(
            same(alert, account_id=alert_.account_id, key=alert_.key), alert.c.told.is_not_distinct_from(alert_.told)
        )
        return self._sql.execute(update(alert).where(which).values(told=alert_.state)).rowcount == 1

    def purge(self, *, before: datetime) -> int:
        return self._sql.execute(delete(alert).where(alert.c.closed_at < before)).rowcount


def _alert(row: RowMapping) -> Alert:
    return Alert(**row)
