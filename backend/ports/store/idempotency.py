"""Writes that were answered, and one-time tokens that were used to write."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """The first answer to a key. `status` None while it is still being worked on."""

    request_hash: str
    status: int | None
    body: bytes


class TokenUse(StrEnum):
    """`fresh`: never wrote before; `same_deal`: wrote before for this user and deal; `other_deal`: bound to another
    deal."""

    FRESH = "fresh"
    SAME_DEAL = "same_deal"
    OTHER_DEAL = "other_deal"


class IdempotencyRepository(Protocol):
    def begin(
        self, account_id: int, user_id: int, key: str, request_hash: str, *, now: datetime
    ) -> StoredAnswer | None:
        """Claim the key: None = ours to work on; else what is stored under it (also where a claim is still open)."""
        ...

    def finish(self, account_id: int, user_id: int, key: str, *, status: int, body: bytes) -> None: ...

    def abandon(self, account_id: int, user_id: int, key: str) -> None:
        """Nothing was done; the key may be claimed again."""
        ...

    def use_token(
        self, jti: str, *, account_id: int, user_id: int, deal_id: int | None, expires_at: datetime
    ) -> TokenUse:
        """Remember that this one-time token wrote; tells how it was used before."""
        ...

    def purge(self, *, now: datetime) -> int: ...
