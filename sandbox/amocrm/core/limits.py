"""How many requests an integration may make: 7 a second, 50 for the whole account, then 429, then a block."""

from __future__ import annotations

import threading
import time
from collections import deque
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Verdict(StrEnum):
    """What becomes of a request."""

    PASS = "pass"
    TOO_MANY = "too_many"
    BLOCKED = "blocked"


@dataclass
class LimitRules:
    """`tolerance` refusals within `tolerance_window` seconds lead to a block of `block_seconds`."""

    enabled: bool = True
    per_second: int = 7
    account_per_second: int = 50
    tolerance: int = 30
    tolerance_window: float = 10.0
    block_seconds: float = 60.0
    retry_after: int | None = None
    body: str = "json"


class Limiter:
    """Sliding windows of one second on the machine's own clock (rates are real even when time is moved)."""

    def __init__(self, rules: LimitRules) -> None:
        self.rules = rules
        self._lock = threading.Lock()
        self._calls: dict[str, deque[float]] = {}
        self._refused: dict[str, deque[float]] = {}
        self._blocked: dict[str, float] = {}

    def check(self, who: str) -> Verdict:
        """Count one request of `who` (an integration's id)."""
        if not self.rules.enabled:
            return Verdict.PASS
        now = time.monotonic()
        with self._lock:
            if self._blocked.get(who, 0) > now:
                return Verdict.BLOCKED
            full = self._full(who, now, self.rules.per_second)
            if full or self._full("*", now, self.rules.account_per_second):
                return self._refuse(who, now)
            self._calls[who].append(now)
            self._calls["*"].append(now)
            return Verdict.PASS

    def configure(self, changes: dict[str, Any]) -> dict[str, Any]:
        """Change rules by name and forget the past; answers the rules."""
        with self._lock:
            self.rules = LimitRules(**{**asdict(self.rules), **changes})
            self._calls.clear()
            self._refused.clear()
            self._blocked.clear()
            return asdict(self.rules)

    def _full(self, who: str, now: float, allowed: int) -> bool:
        calls = self._calls.setdefault(who, deque())
        while calls and now - calls[0] >= 1:
            calls.popleft()
        return len(calls) >= allowed

    def _refuse(self, who: str, now: float) -> Verdict:
        refused = self._refused.setdefault(who, deque())
        refused.append(now)
        while refused and now - refused[0] > self.rules.tolerance_window:
            refused.popleft()
        if len(refused) > self.rules.tolerance:
            self._blocked[who] = now + self.rules.block_seconds
            refused.clear()
            return Verdict.BLOCKED
        return Verdict.TOO_MANY
