"""The inbox: webhooks as they came, kept until somebody acted on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from backend.ports.store.operations import OperationState


class HookSource(StrEnum):
    """Whose it is."""

    CRM = "crm"
    ERP = "erp"


@dataclass(frozen=True, slots=True)
class StoredHook:
    """One webhook. `id` grows in the order they came. `body` as it came."""

    id: int
    body: bytes


class HookRepository(Protocol):
    def add(
        self, account_id: int, *, source: HookSource, body: bytes, now: datetime, refused: str | None = None
    ) -> None:
        """Keep one. `refused`: why nobody will read it; it is handled at once."""
        ...

    def reader(self, account_id: int, kind: str) -> OperationState | None:
        """Whether an operation of this kind waits for (or else is at) reading the account's hooks.

        WAITING is a promise: it cannot be claimed before this transaction ends, so it sees what the transaction adds.
        """
        ...

    def waiting(self, account_id: int, source: HookSource, *, after: int, limit: int) -> Sequence[StoredHook]:
        """Those nobody acted on, with ids above `after`, in order."""
        ...

    def handle(self, ids: Sequence[int], *, now: datetime) -> None:
        """They were acted on."""
        ...

    def refuse(self, hook_id: int, *, why: str, now: datetime) -> None:
        """Its body says nothing: it is over, and says why."""
        ...

    def forgotten(self, *, before: datetime) -> Sequence[tuple[int, HookSource]]:
        """Accounts (that are still ours) with a hook that came before this moment and is not handled."""
        ...

    def purge(self, *, before: datetime, limit: int) -> int:
        """Delete up to `limit` hooks handled before this moment; how many."""
        ...

    def forget(self, account_id: int) -> None:
        """Delete all of an account: they hold personal data."""
        ...
