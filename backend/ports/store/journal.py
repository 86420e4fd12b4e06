"""The journal: every decision and every exchange with outside. Append-only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """`actor`: CRM user id, None = the system.

    `kind`: dotted, stable (`order.accepted`, `erp.exchange`). `data`: JSON-ready, no secrets, no personal data.
    `operation_id`: the operation during which it happened.
    """

    account_id: int
    at: datetime
    kind: str
    actor: int | None = None
    deal_id: int | None = None
    data: Mapping[str, object] | None = None
    operation_id: str | None = None


class JournalRepository(Protocol):
    def add(self, entry: JournalEntry) -> None: ...

    def of_deal(self, account_id: int, deal_id: int, *, limit: int = 100) -> Sequence[JournalEntry]:
        """Newest first."""
        ...

    def of_operation(self, account_id: int, operation_id: str, *, limit: int = 100) -> Sequence[JournalEntry]:
        """What happened during this operation, and to it; newest first."""
        ...
