"""The inbox of webhooks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, and_, delete, insert, select, update

from backend.ports.store import AccountState, HookSource, OperationState, StoredHook
from backend.storage.rows import same
from backend.storage.tables import account, hook, operation
from backend.storage.tables.work import unfinished, waiting_hook


class SqlHooks:
    """Implements `ports.store.HookRepository`."""

    def __init__(self, sql: Connection) -> None:
        self._sql = sql

    def add(
        self, account_id: int, *, source: HookSource, body: bytes, now: datetime, refused: str | None = None
    ) -> None:
        row = {"account_id": account_id, "source": str(source), "received_at": now, "body": body, "refused": refused}
        self._sql.execute(insert(hook).values(**row, handled_at=None if refused is None else now))

    def reader(self, account_id: int, kind: str) -> OperationState | None:
        """The waiting one is locked. A claim that was quicker is waited for and then seen: no state but WAITING passes
        the condition. A claim that comes later waits for our commit and reads what we added."""
        ours = and_(same(operation, account_id=account_id, kind=kind), operation.c.deal_id.is_(None))
        waits = and_(ours, operation.c.state == str(OperationState.WAITING), unfinished(operation))
        query = select(operation.c.id).where(waits).limit(1)
        if self._sql.execute(query.with_for_update(key_share=True)).first() is not None:
            return OperationState.WAITING
        runs = self._sql.execute(select(operation.c.id).where(ours, unfinished(operation)).limit(1)).first()
        return None if runs is None else OperationState.RUNNING

    def waiting(self, account_id: int, source: HookSource, *, after: int, limit: int) -> Sequence[StoredHook]:
        ours = and_(same(hook, account_id=account_id, source=str(source)), waiting_hook, hook.c.id > after)
        query = select(hook.c.id, hook.c.body).where(ours).order_by(hook.c.id).limit(limit)
        return [StoredHook(row.id, row.body) for row in self._sql.execute(query)]

    def handle(self, ids: Sequence[int], *, now: datetime) -> None:
        self._sql.execute(update(hook).where(hook.c.id.in_(ids), waiting_hook).values(handled_at=now))

    def refuse(self, hook_id: int, *, why: str, now: datetime) -> None:
        self._sql.execute(update(hook).where(hook.c.id == hook_id).values(handled_at=now, refused=why))

    def forgotten(self, *, before: datetime) -> Sequence[tuple[int, HookSource]]:
        at_work = and_(account.c.id == hook.c.account_id, account.c.state != str(AccountState.UNINSTALLED))
        query = (
            select(hook.c.account_id, hook.c.source)
            .join(account, at_work)
            .where(waiting_hook, hook.c.received_at < before)
            .distinct()
        )
        return [(row.account_id, HookSource(row.source)) for row in self._sql.execute(query)]

    def purge(self, *, before: datetime, limit: int) -> int:
        old = select(hook.c.id).where(hook.c.handled_at < before).limit(limit)
        return self._sql.execute(delete(hook).where(hook.c.id.in_(old.scalar_subquery()))).rowcount

    def forget(self, account_id: int) -> None:
        self._sql.execute(delete(hook).where(hook.c.account_id == account_id))
