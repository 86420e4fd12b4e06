"""Approvals. The schema allows a deal one pending approval; see `uq_approval_pending`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update
from sqlalchemy.exc import IntegrityError

from backend.domain.approval import ALIVE, Approval
from backend.domain.errors import NotFound
from backend.ports.store import ApprovalExists
from backend.storage.rows import add_new, same, values
from backend.storage.tables import approval


class SqlApprovals:
    """Implements `ports.store.ApprovalRepository`."""

    def __init__(self, sql: Connection) -> None:
        self._sql = sql

    def get(self, account_id: int, approval_id: str) -> Approval | None:
        return self._first(select(approval.c.body).where(same(approval, account_id=account_id, id=approval_id)))

    def latest_of_deal(self, account_id: int, deal_id: int) -> Approval | None:
        of_deal = select(approval.c.body).where(same(approval, account_id=account_id, deal_id=deal_id))
        return self._first(of_deal.order_by(approval.c.requested_at.desc(), approval.c.id.desc()).limit(1))

    def add(self, new: Approval) -> None:
        if not add_new(self._sql, approval, values(new, approval) | {"body": new}):
            raise ApprovalExists(deal_id=new.deal_id)

    def save(self, changed: Approval) -> None:
        """Raises Conflict (`approval_exists`) when it becomes pending beside another, NotFound when never added."""
        row = values(changed, approval) | {"body": changed}
        statement = update(approval).where(same(approval, account_id=changed.account_id, id=changed.id)).values(**row)
        try:
            saved = self._sql.execute(statement).rowcount
        except IntegrityError as error:
            raise ApprovalExists(deal_id=changed.deal_id) from error
        if not saved:
            raise NotFound("approval was never added", approval_id=changed.id)

    def overdue(self, *, now: datetime, limit: int) -> Sequence[Approval]:
        states = [str(state) for state in sorted(ALIVE)]
        query = select(approval.c.body).where(approval.c.state.in_(states), approval.c.deadline <= now)
        return self._sql.execute(query.order_by(approval.c.deadline).limit(limit)).scalars().all()

    def _first(self, query: Any) -> Approval | None:
        found: Approval | None = self._sql.execute(query).scalars().first()
        return found
