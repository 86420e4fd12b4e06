"""Operations: claims by conditional writes, so that two workers cannot both have one."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, case, delete, exists, or_, select, update

from backend.ports.clock import Clock
from backend.ports.store import LONGEST_LEASE, LONGEST_WAIT, AccountState, Operation, OperationState, lane_of
from backend.storage.rows import add_new, same
from backend.storage.tables import account, deal, operation
from backend.storage.tables.work import given_up, unfinished

WAITING, RUNNING, DONE, DEAD, DISMISSED = (
    str(state)
    for state in (
        OperationState.WAITING,
        OperationState.RUNNING,
        OperationState.DONE,
        OperationState.DEAD,
        OperationState.DISMISSED,
    )
)
_earlier = operation.alias("earlier")


@dataclass(frozen=True, slots=True)
class Wake:
    """An operation to announce after the commit."""

    operation_id: str
    due_at: datetime
    kind: str


class SqlOperations:
    """Implements `ports.store.OperationRepository`. Appends to `wakes` what a worker should hear of."""

    def __init__(self, sql: Connection, clock: Clock, wakes: list[Wake]) -> None:
        self._sql = sql
        self._clock = clock
        self._wakes = wakes

    def add(
        self,
        account_id: int,
        *,
        kind: str,
        key: str,
        payload: Mapping[str, object],
        deal_id: int | None,
        due_at: datetime,
    ) -> str:
        if deal_id is not None:
            self._lock_deal(account_id, deal_id)
        now = self._clock.now()
        row: dict[str, Any] = {
            "id": (operation_id := uuid.uuid4().hex),
            "account_id": account_id,
            "deal_id": deal_id,
            "lane": lane_of(kind),
            "kind": kind,
            "payload": payload,
            "key": key,
            "state": WAITING,
            "attempts": 0,
            "due_at": due_at,
            "unsure": False,
            "vanished": 0,
            "created_at": now,
            "announced_at": max(now, due_at),
        }
        if add_new(self._sql, operation, row):
            self._wakes.append(Wake(operation_id, due_at, kind))
            return operation_id
        found: str = self._sql.execute(
            select(operation.c.id).where(same(operation, account_id=account_id, key=key))
        ).scalar_one()
        return found

    def get(self, operation_id: str) -> Operation | None:
        row = self._sql.execute(select(operation).where(operation.c.id == operation_id)).mappings().first()
        return None if row is None else operation_of(row)

    def claim(self, operation_id: str, *, worker: str, now: datetime, lease: timedelta) -> Operation | None:
        deserted = operation.c.state == RUNNING
        statement = (
            update(operation)
            .where(operation.c.id == operation_id, _claimable(now))
            .values(
                state=RUNNING,
                attempts=operation.c.attempts + 1,
                worker=worker,
                lease_until=now + lease,
                unsure=case((deserted, True), else_=operation.c.unsure),
                vanished=case((deserted, operation.c.vanished + 1), else_=operation.c.vanished),
            )
            .returning(operation)
        )
        row = self._sql.execute(statement).mappings().first()
        return None if row is None else operation_of(row)

    def heartbeat(self, operation_id: str, *, worker: str, until: datetime) -> bool:
        return self._change(_ours(operation_id, worker), lease_until=until) is not None

    def finish(self, operation_id: str, *, worker: str, now: datetime) -> bool:
        return self._end(_ours(operation_id, worker), state=DONE, error_code=None, error_detail=None, ended_at=now)

    def retry(
        self, operation_id: str, *, worker: str, due_at: datetime, code: str, detail: str, unsure: bool = False
    ) -> bool:
        failed: dict[str, Any] = {"error_code": code, "error_detail": detail, "worker": None, "lease_until": None}
        if unsure:
            failed["unsure"] = True
        return self._wait(_ours(operation_id, worker), operation_id, due_at, **failed)

    def die(self, operation_id: str, *, worker: str, now: datetime, code: str, detail: str) -> bool:
        return self._end(_ours(operation_id, worker), state=DEAD, error_code=code, error_detail=detail, ended_at=now)

    def revive(self, operation_id: str, *, now: datetime) -> bool:
        dead = and_(operation.c.id == operation_id, operation.c.state == DEAD)
        return self._wait(dead, operation_id, now, attempts=0, ended_at=None, tried_since=now)

    def take_back(self, operation_id: str, *, by: int, why: str, now: datetime) -> bool:
        open_one = and_(operation.c.id == operation_id, unfinished(operation))
        return self._end(open_one, state=DISMISSED, dismissed_by=by, dismissed_why=why, ended_at=now)

    def runnable(self, *, now: datetime, limit: int) -> Sequence[str]:
        query = select(operation.c.id).where(_claimable(now)).order_by(operation.c.due_at, operation.c.sequence)
        return self._sql.execute(query.limit(limit)).scalars().all()

    def open_of_deal(self, account_id: int, deal_id: int, kind: str) -> Operation | None:
        query = select(operation).where(_of_deal(account_id, deal_id), operation.c.kind == kind)
        row = self._sql.execute(query.order_by(operation.c.sequence).limit(1)).mappings().first()
        return None if row is None else operation_of(row)

    def known(self, account_id: int, key: str) -> bool:
        query = select(operation.c.id).where(same(operation, account_id=account_id, key=key))
        return self._sql.execute(query).first() is not None

    def purge(self, account_id: int, *, before: datetime, limit: int) -> int:
        ended = and_(same(operation, account_id=account_id), operation.c.ended_at < before)
        needed = exists().where(
            given_up(_earlier),
            _earlier.c.account_id == account_id,
            _earlier.c.kind == operation.c.kind,
            _earlier.c.deal_id == operation.c.deal_id,
        )
        old = select(operation.c.sequence).where(ended, operation.c.state.in_([DONE, DISMISSED]), ~needed).limit(limit)
        return self._sql.execute(delete(operation).where(operation.c.sequence.in_(old.scalar_subquery()))).rowcount

    def tell_again(self, *, now: datetime, quiet: timedelta, deserted: bool, limit: int) -> Sequence[tuple[str, str]]:
        told = operation.c.announced_at
        silent = or_(told.is_(None), told <= now - quiet, told > now + LONGEST_WAIT)
        query = select(operation.c.id, operation.c.kind).where(silent, _claimable(now))
        if deserted:
            query = query.where(operation.c.state == RUNNING)
        query = query.order_by(operation.c.due_at, operation.c.sequence).limit(limit)
        found = self._sql.execute(query.with_for_update(skip_locked=True, of=operation)).all()
        if found:
            ids = [row.id for row in found]
            self._sql.execute(update(operation).where(operation.c.id.in_(ids)).values(announced_at=now))
        return [(row.id, row.kind) for row in found]

    def open_kinds(self, account_id: int, deal_id: int) -> Sequence[str]:
        query = select(operation.c.kind).where(_of_deal(account_id, deal_id)).order_by(operation.c.sequence)
        return self._sql.execute(query).scalars().all()

    def _lock_deal(self, account_id: int, deal_id: int) -> None:
        """Adding to one deal goes one after another, so that sequence numbers become visible in their order."""
        place = {"account_id": account_id, "deal_id": deal_id}
        add_new(self._sql, deal, {**place, "revision": 0})
        self._sql.execute(select(deal.c.revision).where(same(deal, **place)).with_for_update())

    def _wait(self, which: ColumnElement[bool], operation_id: str, due_at: datetime, **changed: Any) -> bool:
        row = self._change(which, state=WAITING, due_at=due_at, announced_at=due_at, vanished=0, **changed)
        if row is not None:
            self._wakes.append(Wake(operation_id, due_at, row["kind"]))
        return row is not None

    def _change(self, which: ColumnElement[bool], **changed: Any) -> RowMapping | None:
        statement = update(operation).where(which).values(**changed)
        place = (operation.c.account_id, operation.c.deal_id, operation.c.lane, operation.c.kind)
        return self._sql.execute(statement.returning(*place)).mappings().first()

    def _end(self, which: ColumnElement[bool], **changed: Any) -> bool:
        """Leave the lease and wake what waited for this one."""
        row = self._change(which, worker=None, lease_until=None, **changed)
        if row is not None and row["deal_id"] is not None:
            self._wakes.extend(next_in_lane(self._sql, row["account_id"], row["deal_id"], row["lane"]))
        return row is not None


def _ours(operation_id: str, worker: str) -> ColumnElement[bool]:
    return and_(operation.c.id == operation_id, operation.c.state == RUNNING, operation.c.worker == worker)


def _of_deal(account_id: int, deal_id: int) -> ColumnElement[bool]:
    return and_(same(operation, account_id=account_id, deal_id=deal_id), unfinished(operation))


def _claimable(now: datetime) -> ColumnElement[bool]:
    """Its turn, its time, nobody's lease, and an account that is still ours to work for. A time or a lease further
    ahead than any we give was given by a clock that has been set back since."""
    due_at, until = operation.c.due_at, operation.c.lease_until
    due = and_(operation.c.state == WAITING, or_(due_at <= now, due_at > now + LONGEST_WAIT))
    deserted = and_(operation.c.state == RUNNING, or_(until <= now, until > now + LONGEST_LEASE))
    at_work = exists().where(account.c.id == operation.c.account_id, account.c.state != AccountState.UNINSTALLED)
    before = exists().where(
        _earlier.c.account_id == operation.c.account_id,
        _earlier.c.deal_id == operation.c.deal_id,
        _earlier.c.lane == operation.c.lane,
        _earlier.c.sequence < operation.c.sequence,
        unfinished(_earlier),
    )
    return and_(unfinished(operation), or_(due, deserted), at_work, ~before)


def next_in_lane(sql: Connection, account_id: int, deal_id: int, lane: str) -> Sequence[Wake]:
    """Whose turn it is among a deal's operations of this lane; nobody's where none is left."""
    of_lane = same(operation, account_id=account_id, deal_id=deal_id, lane=lane)
    query = select(operation.c.id, operation.c.due_at, operation.c.kind).where(of_lane, unfinished(operation))
    return [Wake(*row) for row in sql.execute(query.order_by(operation.c.sequence).limit(1))]


def operation_of(row: RowMapping) -> Operation:
    """The record of a row."""
    known = {field.name for field in fields(Operation)}
    kept = {name: item for name, item in row.items() if name in known}
    return Operation(**(kept | {"state": OperationState(row["state"])}))
