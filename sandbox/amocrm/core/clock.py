"""The account's time: the machine's, moved forward at will and, for waits, run faster."""

from __future__ import annotations

import threading
import time


class Clock:
    """Unix seconds. `advance` moves it forward; `scale` makes one real second last `scale` seconds of waiting."""

    def __init__(self, offset: float = 0.0, scale: float = 1.0) -> None:
        self._changed = threading.Condition()
        self._base_real = time.time()
        self._base = self._base_real + offset
        self._scale = scale

    def now(self) -> float:
        """Seconds since 1970, UTC."""
        with self._changed:
            return self._now()

    def timestamp(self) -> int:
        """Whole seconds, as the API writes them."""
        return int(self.now())

    def advance(self, seconds: float) -> None:
        """Move forward and wake whoever waits for a due time."""
        with self._changed:
            self._base = self._now() + seconds
            self._base_real = time.time()
            self._changed.notify_all()

    def set_scale(self, scale: float) -> None:
        """From now on one real second counts as `scale` seconds."""
        with self._changed:
            self._base = self._now()
            self._base_real = time.time()
            self._scale = scale
            self._changed.notify_all()

    def wait_until(self, due: float | None) -> None:
        """Block until `due` (or until `wake`/`advance`); None waits for a wake-up only."""
        with self._changed:
            if due is None:
                self._changed.wait(timeout=5)
                return
            left = due - self._now()
            if left > 0:
                self._changed.wait(timeout=min(left / self._scale, 5))

    def wake(self) -> None:
        """Let waiters look again."""
        with self._changed:
            self._changed.notify_all()

    def _now(self) -> float:
        return self._base + (time.time() - self._base_real) * self._scale
