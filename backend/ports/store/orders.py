"""Orders and approvals at rest."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from backend.domain.approval import Approval
from backend.domain.errors import Conflict
from backend.domain.order import Order


class OrderExists(Conflict):
    """The deal has a living order already. Data: deal_id."""

    code = "order_exists"


class ApprovalExists(Conflict):
    """The deal has a pending approval already. Data: deal_id."""

    code = "approval_exists"


class OrderRepository(Protocol):
    def get(self, account_id: int, order_id: str) -> Order | None: ...

    def latest_of_deal(self, account_id: int, deal_id: int) -> Order | None: ...

    def add(self, order: Order) -> None:
        """Raises Conflict (code `order_exists`) when the deal already has a living order: the store's own constraint,
        not a look."""
        ...

    def save(self, order: Order) -> None: ...

    def to_follow(self, account_id: int, *, limit: int, synced_before: datetime) -> Sequence[Order]:
        """Living placed orders not read back since `synced_before`, longest ago first."""
        ...


class ApprovalRepository(Protocol):
    def get(self, account_id: int, approval_id: str) -> Approval | None: ...

    def latest_of_deal(self, account_id: int, deal_id: int) -> Approval | None: ...

    def add(self, approval: Approval) -> None:
        """Raises Conflict (code `approval_exists`) when the deal already has a pending one."""
        ...

    def save(self, approval: Approval) -> None: ...

    def overdue(self, *, now: datetime, limit: int) -> Sequence[Approval]:
        """Pending or granted ones whose deadline passed."""
        ...
