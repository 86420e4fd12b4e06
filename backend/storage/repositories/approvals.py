"""Approvals. The schema allows a deal one pending approval; see `uq_approval_pending`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, select, update
from sqlalchemy.exc import IntegrityError

from backend.domain.approval import ALIVE, Approval, ApprovalState
from backend.domain.errors import NotFound
from backend.ports.store import ApprovalExists
from backend.storage.rows import add_new, same, values
from backend.storage.tables import approval


class SqlApprovals:
    """Implements `ports.store.ApprovalRepository`."""

    def __init__(self, sql: Connection) -> None:
        self._sql = sql

    def get(self, account_id: int, approval_id: str) -> Approval | None:
        return self._first(select(approval).where(same(approval, account_id=account_id, id=approval_id)))

    def latest_of_deal(self, account_id: int, deal_id: int) -> Approval | None:
        of_deal = select(approval).where(same(approval, account_id=account_id, deal_id=deal_id))
        return self._first(of_deal.order_by(approval.c.requested_at.desc(), approval.c.id.desc()).limit(1))

    def add(self, new: Approval) -> None:
        if not add_new(self._sql, approval, values(new, approval)):
            raise ApprovalExists(deal_id=new.deal_id)

    def save(self, changed: Approval) -> None:
        """Raises Conflict (`approval_exists`) when it becomes pending beside another, NotFound when never added."""
        row = values(changed, approval)
        statement = update(approval).where(same(approval, account_id=changed.account_id, id=changed.id)).values(**row)
        try:
            saved = self._sql.execute(statement).rowcount
        except IntegrityError as error:
            raise ApprovalExists(deal_id=changed.deal_id) from error
        if not saved:
            raise NotFound("approval was never added", approval_id=changed.id)

    def overdue(self, *, now: datetime, limit: int) -> Sequence[Approval]:
        states = [str(state) for state in sorted(ALIVE)]
        query = select(approval).where(approval.c.state.in_(states), approval.c.deadline <= now)
        rows = self._sql.execute(query.order_by(approval.c.deadline).limit(limit)).mappings()
        return [_approval(row) for row in rows]

    def _first(self, query: Any) -> Approval | None:
        row = self._sql.execute(query).mappings().first()
        return None if row is None else _approval(row)


def _approval(row: RowMapping) -> Approval:
    return Approval(**(dict(row) | {"state": ApprovalState(row["state"])}))
