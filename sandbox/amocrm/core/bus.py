"""Messages of the page's socket channels, kept for a while so that a browser can ask what it missed."""

from __future__ import annotations

import threading
from collections import deque
from typing import Any


class Bus:
    """Numbered messages; the last thousand are kept."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last = 0
        self._kept: deque[dict[str, Any]] = deque(maxlen=1000)

    def publish(self, channel: str, params: dict[str, Any]) -> None:
        """Say something on a channel such as `leads:card:42`."""
        with self._lock:
            self._last += 1
            self._kept.append({"number": self._last, "channel": channel, "data": {"params": params}})

    def since(self, number: int | None) -> dict[str, Any]:
        """Messages after `number` and the last number; None asks for the number alone."""
        with self._lock:
            fresh = [] if number is None else [m for m in self._kept if m["number"] > number]
            return {"last": self._last, "messages": fresh}
