"""Where an account's amoCRM tokens live, who may refresh them, and how many requests may leave.

Implemented by storage (SQL for the tokens, Redis for lock and budget); used by the amoCRM adapter alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol


@dataclass(frozen=True, slots=True)
class TokenPair:
    """An access token and the refresh token that came with it. `refresh` is '' for a long-lived token.

    Times are aware UTC, on our clock. Both tokens are about 1.2 KB of text. Secrets stay out of `repr`.
    """

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    expires_at: datetime
    issued_at: datetime


@dataclass(frozen=True, slots=True)
class AccountTokens:
    """What is kept of one connected account. `domain` is a mutable host name (with port in a sandbox), never a key.

    `tokens` is None once secrets were forgotten; `reauthorise` means that an administrator must connect again.
    """

    account_id: int
    domain: str
    tokens: TokenPair | None
    reauthorise: bool = False


@dataclass(frozen=True, slots=True)
class AccountHome:
    """Where an account lives, without its secrets. `connected`: it has tokens, dead or alive."""

    domain: str
    connected: bool


class TokenStore(Protocol):
    """Every method commits before it returns. Tokens are encrypted at rest."""

    def home(self, account_id: int) -> AccountHome | None:
        """Where the account lives now; opens no secret. None where it was never connected."""
        ...

    def load(self, account_id: int) -> AccountTokens | None:
        """The account as it is now, never from a cache; None where it was never connected or was forgotten."""
        ...

    def save(self, account_id: int, pair: TokenPair) -> None:
        """Replace the pair in one statement and clear `reauthorise`."""
        ...

    def mark_reauthorise(self, account_id: int, dead: TokenPair) -> bool:
        """Set `reauthorise` only if `dead` is still the stored pair (compare and set). False: a newer pair is there."""
        ...

    def rename(self, account_id: int, domain: str) -> None:
        """The account moved to another subdomain."""
        ...


class RefreshLock(Protocol):
    """One refresher per account over all threads, processes and machines."""

    def hold(self, account_id: int) -> AbstractContextManager[None]:
        """Wait for the lock (some seconds at most) and hold it. Raises CrmUnavailable when it cannot be had.

        A holder works up to 50 s when nothing answers (two requests of 5 + 20 s), so a lease must be longer. If it
        is lost all the same, nothing breaks: the loser is told "revoked", reads the store again and finds the
        winner's pair (`mark_reauthorise` compares).
        """
        ...


class Priority(StrEnum):
    """Who waits for the answer. A person comes first; background work leaves part of the budget free."""

    PERSON = "person"
    BACKGROUND = "background"


_PROMPT: ContextVar[bool] = ContextVar("prompt", default=False)


@contextmanager
def promptly() -> Iterator[None]:
    """What is asked of the CRM in this block goes with people's requests, whatever process asks: an answer within
    seconds was promised."""
    token = _PROMPT.set(True)
    try:
        yield
    finally:
        _PROMPT.reset(token)


def priority_now(usual: Priority) -> Priority:
    """`usual`, except inside `promptly`."""
    return Priority.PERSON if _PROMPT.get() else usual


class RateBudget(Protocol):
    """Requests to amoCRM, at most 5 a second per account over all processes (the platform allows 7 per integration)."""

    def take(self, account_id: int, priority: Priority) -> None:
        """Wait for a slot. Raises CrmThrottled(after) when none comes in reasonable time or the account is stopped,
        CrmBlocked(after) when it is stopped by a block."""
        ...

    def stop(self, account_id: int, until: datetime, *, blocked: bool = False) -> None:
        """No request of this account before `until`. Never shortens an earlier stop; a block outlives a throttle."""
        ...
