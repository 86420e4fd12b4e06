"""A bound on what one connection has under way, so that an ERP that hangs does not hold every thread we have."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from backend.ports.erp import ErpBusy


class Crowded(ErpBusy):
    """So much waits for this ERP already that more would only wait with it. Nothing was sent; asking again at once
    does not help."""


class Slots:
    """At most `most` at once. Others wait as long as things move: once nothing has begun or ended for `stuck_seconds`,
    they are turned away at once. Thread-safe."""

    def __init__(self, most: int, *, stuck_seconds: float) -> None:
        self._most = most
        self._stuck = stuck_seconds
        self._changed = threading.Condition()
        self._busy = 0
        self._moved = time.monotonic()

    @contextmanager
    def taken(self) -> Iterator[None]:
        """One of them for the time of the block. Raises Crowded."""
        with self._changed:
            while self._busy >= self._most:
                left = self._moved + self._stuck - time.monotonic()
                if left <= 0:
                    raise Crowded("everything asked of it waits for an answer")
                self._changed.wait(left)
            self._move(1)
        try:
            yield
        finally:
            with self._changed:
                self._move(-1)
                self._changed.notify()

    def _move(self, by: int) -> None:
        self._busy += by
        self._moved = time.monotonic()
