"""Waiting that ends when the process does."""

from __future__ import annotations

import threading
from datetime import timedelta


class Rest:
    """Waits when called; a part of a process, so that its stop wakes whoever waits. False: it stopped."""

    def __init__(self) -> None:
        self._stopped = threading.Event()

    def __call__(self, how_long: timedelta) -> bool:
        return not self._stopped.wait(max(0.0, how_long.total_seconds()))

    def start(self) -> None:
        self._stopped.clear()

    def stop(self) -> None:
        self._stopped.set()
