"""Things of an account that change rarely, remembered for a while."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar

from backend.ports.clock import Clock

T = TypeVar("T")


class TimedCache:
    """Values by name, each until its time; made by one thread while others wait. Failures are not remembered."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._guard = threading.Lock()
        self._locks: dict[str, threading.Lock] = {}
        self._kept: dict[str, tuple[datetime, Any]] = {}

    def get(self, name: str, lasting: timedelta, make: Callable[[], T]) -> T:
        """The remembered value, or what `make` gives now."""
        with self._guard:
            lock = self._locks.setdefault(name, threading.Lock())
        with lock:
            kept = self._kept.get(name)
            if kept and kept[0] > self._clock.now():
                found: T = kept[1]
                return found
            fresh = make()
            self._kept[name] = (self._clock.now() + lasting, fresh)
            return fresh

    def forget(self, name: str) -> None:
        """Make it anew next time."""
        self._kept.pop(name, None)
