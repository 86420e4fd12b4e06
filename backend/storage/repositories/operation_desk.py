"""Operations as people look at them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select, update

from backend.ports.store import (
    AccountState,
    Backlog,
    Deaths,
    Operation,
    OperationSearch,
    OperationState,
)
from backend.storage.repositories.operations import Wake, next_in_lane, operation_of
from backend.storage.rows import same
from backend.storage.tables import account, operation
from backend.storage.tables.work import given_up, unfinished

_TO_DISMISS = (OperationState.WAITING, OperationState.DEAD)
_INSTALLED = operation.c.account_id.in_(select(account.c.id).where(account.c.state != AccountState.UNINSTALLED))


class SqlOperationDesk:
    """Implements `ports.store.OperationDesk`. Appends to `wakes` what a worker should hear of."""

    def __init__(self, sql: Connection, wakes: list[Wake]) -> None:
        self._sql = sql
        self._wakes = wakes

    def search(self, search: OperationSearch) -> Sequence[Operation]:
        wanted = _wanted(search, sqlite=self._sql.dialect.name == "sqlite")
        query = select(operation).where(*wanted).order_by(operation.c.sequence.desc()).limit(search.limit)
        return [operation_of(row) for row in self._sql.execute(query).mappings()]

    def dismiss(self, seen: Operation, *, by: int | None, why: str, now: datetime) -> bool:
        changed = {"state": OperationState.DISMISSED, "ended_at": now, "dismissed_by": by, "dismissed_why": why}
        as_seen = and_(_as_seen(seen), operation.c.state.in_(_TO_DISMISS))
        done = self._sql.execute(update(operation).where(as_seen).values(**changed)).rowcount == 1
        if done and seen.deal_id is not None:
            self._wakes.extend(next_in_lane(self._sql, seen.account_id, seen.deal_id, seen.lane))
        return done

    def hurry(self, seen: Operation, *, now: datetime) -> bool:
        waiting = and_(_as_seen(seen), operation.c.state == OperationState.WAITING)
        done = self._sql.execute(update(operation).where(waiting).values(due_at=now, announced_at=now)).rowcount == 1
        if done:
            self._wakes.append(Wake(seen.id, now, seen.kind))
        return done

    def backlog(self) -> Sequence[Backlog]:
        asked = func.min(func.coalesce(operation.c.tried_since, operation.c.created_at)).label("oldest")
        query = (
            select(operation.c.lane, operation.c.state, func.count().label("count"), asked)
            .where(unfinished(operation), _INSTALLED)
            .group_by(operation.c.lane, operation.c.state)
            .order_by(operation.c.lane, operation.c.state)
        )
        return [Backlog(**row) for row in self._sql.execute(query).mappings()]

    def deaths(self) -> Sequence[Deaths]:
        place = (operation.c.account_id, operation.c.kind)
        total, newest = (
            func.count().over(partition_by=place),
            func.row_number().over(
                partition_by=place, order_by=(operation.c.ended_at.desc(), operation.c.sequence.desc())
            ),
        )
        rows = select(
            *place,
            total.label("count"),
            operation.c.ended_at.label("last_at"),
            func.coalesce(operation.c.error_code, "").label("code"),
            newest.label("place"),
        ).where(given_up(operation), _INSTALLED)
        last = rows.subquery()
        columns = (last.c.account_id, last.c.kind, last.c.count, last.c.last_at, last.c.code)
        query = select(*columns).where(last.c.place == 1).order_by(last.c.account_id, last.c.kind)
        return [Deaths(*row) for row in self._sql.execute(query)]


def _as_seen(seen: Operation) -> ColumnElement[bool]:
    """Nobody tried it since: what was found out about it outside still holds."""
    return same(operation, id=seen.id, account_id=seen.account_id, state=str(seen.state), attempts=seen.attempts)


def _wanted(search: OperationSearch, *, sqlite: bool) -> Iterator[ColumnElement[bool]]:
    if search.account_id is not None:
        # SQLite would collect the account's whole history by an index and sort it for one page; a sum has no index
        walked = sqlite and not search.states and search.deal_id is None
        yield (operation.c.account_id + 0 if walked else operation.c.account_id) == search.account_id
    if search.states:
        yield operation.c.state.in_([str(one) for one in search.states])
    if search.kinds:
        yield operation.c.kind.in_(list(search.kinds))
    if search.deal_id is not None:
        yield operation.c.deal_id == search.deal_id
    if search.text:
        said = (operation.c.error_code, operation.c.error_detail)
        yield or_(*(column.icontains(search.text, autoescape=True) for column in said))
    if search.before is not None:
        yield operation.c.sequence < search.before
