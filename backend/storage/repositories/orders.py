"""Orders. The schema allows a deal one living order; see `uq_sales_order_living`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, or_, select, update
from sqlalchemy.exc import IntegrityError

from backend.domain.errors import NotFound
from backend.domain.order import Order, OrderStatus
from backend.ports.store import OrderExists
from backend.storage.rows import add_new, same, values
from backend.storage.tables import order

_FOLLOWED = (OrderStatus.PLACED, OrderStatus.PART_SHIPPED, OrderStatus.SHIPPED)


class SqlOrders:
    """Implements `ports.store.OrderRepository`."""

    def __init__(self, sql: Connection) -> None:
        self._sql = sql

    def get(self, account_id: int, order_id: str) -> Order | None:
        return self._first(select(order.c.body).where(same(order, account_id=account_id, id=order_id)))

    def latest_of_deal(self, account_id: int, deal_id: int) -> Order | None:
        of_deal = select(order.c.body).where(same(order, account_id=account_id, deal_id=deal_id))
        return self._first(of_deal.order_by(order.c.created_at.desc(), order.c.id.desc()).limit(1))

    def add(self, new: Order) -> None:
        if not add_new(self._sql, order, values(new, order) | {"body": new}):
            raise OrderExists(deal_id=new.deal_id)

    def save(self, changed: Order) -> None:
        """Raises Conflict (`order_exists`) when it comes back to life beside another, NotFound when never added."""
        row = values(changed, order) | {"body": changed}
        statement = update(order).where(same(order, account_id=changed.account_id, id=changed.id)).values(**row)
        try:
            saved = self._sql.execute(statement).rowcount
        except IntegrityError as error:
            raise OrderExists(deal_id=changed.deal_id) from error
        if not saved:
            raise NotFound("order was never added", order_id=changed.id)

    def to_follow(self, account_id: int, *, limit: int, synced_before: datetime) -> Sequence[Order]:
        due = or_(order.c.synced_at.is_(None), order.c.synced_at < synced_before)
        query = (
            select(order.c.body)
            .where(same(order, account_id=account_id), order.c.status.in_(_FOLLOWED), due)
            .order_by(order.c.synced_at.asc().nulls_first(), order.c.id)
            .limit(limit)
        )
        return self._sql.execute(query).scalars().all()

    def _first(self, query: Any) -> Order | None:
        found: Order | None = self._sql.execute(query).scalars().first()
        return found
