"""Token store, refresh lock and rate budget in memory, and a clock that is moved by hand."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from backend.ports.crm import CrmBlocked, CrmThrottled
from backend.ports.tokens import AccountHome, AccountTokens, Priority, TokenPair

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class HandClock:
    """Stands still until it is moved."""

    def __init__(self, at: datetime = START) -> None:
        self._at = at

    def now(self) -> datetime:
        return self._at

    def move(self, **by: float) -> None:
        self._at += timedelta(**by)

    def set(self, at: datetime) -> None:
        self._at = at


class MemoryTokens:
    """TokenStore. `saved` holds every pair in the order it was saved, `marks` every account marked."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rows: dict[int, AccountTokens] = {}
        self.saved: list[TokenPair] = []
        self.marks: list[int] = []

    def connect(self, account_id: int, domain: str, pair: TokenPair | None) -> None:
        """What the installation does."""
        with self._lock:
            self._rows[account_id] = AccountTokens(account_id, domain, pair)

    def home(self, account_id: int) -> AccountHome | None:
        row = self.load(account_id)
        return None if row is None else AccountHome(row.domain, connected=row.tokens is not None)

    def load(self, account_id: int) -> AccountTokens | None:
        with self._lock:
            return self._rows.get(account_id)

    def save(self, account_id: int, pair: TokenPair) -> None:
        with self._lock:
            self._rows[account_id] = replace(self._rows[account_id], tokens=pair, reauthorise=False)
            self.saved.append(pair)

    def mark_reauthorise(self, account_id: int, dead: TokenPair) -> bool:
        with self._lock:
            row = self._rows[account_id]
            if row.tokens != dead:
                return False
            self._rows[account_id] = replace(row, reauthorise=True)
            self.marks.append(account_id)
            return True

    def rename(self, account_id: int, domain: str) -> None:
        with self._lock:
            self._rows[account_id] = replace(self._rows[account_id], domain=domain)


class ThreadLock:
    """RefreshLock of one process. `rival`, if set, runs once just before the next holder gets the lock."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._locks: dict[int, threading.Lock] = {}
        self.rival: object = None

    @contextmanager
    def hold(self, account_id: int) -> Iterator[None]:
        with self._guard:
            lock = self._locks.setdefault(account_id, threading.Lock())
            rival, self.rival = self.rival, None
        if callable(rival):
            rival()
        with lock:
            yield


class OpenBudget:
    """RateBudget without a rate: slots are counted, stops are obeyed on the given clock."""

    def __init__(self, clock: HandClock) -> None:
        self._clock = clock
        self._guard = threading.Lock()
        self.taken: list[Priority] = []
        self.stops: list[tuple[datetime, bool]] = []

    def take(self, account_id: int, priority: Priority) -> None:
        with self._guard:
            for until, blocked in self.stops:
                if until > self._clock.now():
                    error = CrmBlocked if blocked else CrmThrottled
                    raise error("stopped", after=until - self._clock.now())
            self.taken.append(priority)

    def stop(self, account_id: int, until: datetime, *, blocked: bool = False) -> None:
        with self._guard:
            self.stops.append((until, blocked))


def pair(name: str = "one", *, clock: HandClock | None = None, lives: timedelta = timedelta(hours=24)) -> TokenPair:
    """A pair whose tokens are words."""
    now = (clock or HandClock()).now()
    return TokenPair(f"access-{name}", f"refresh-{name}", expires_at=now + lives, issued_at=now)
