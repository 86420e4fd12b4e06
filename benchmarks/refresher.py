"""A process that refreshes the stock of all deals again and again while it is told to, as the clock does every few
minutes: `python -m benchmarks.refresher`.

Reads `go` and `stop` from its input, a line each; answers `stop` with what was done since `go`, as JSON.
"""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterable
from datetime import timedelta
from typing import TextIO

from backend.bootstrap import container
from backend.config import load_config
from backend.ports.tokens import Priority
from backend.services.deps import Services
from backend.services.refresh_stock import refresh_all


class Refresher:
    """Turns without a pause between them, in a thread of its own; the rests within a turn are the clock's."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._done: dict[str, int] = {}

    def go(self) -> None:
        self._stop.clear()
        self._done = {"turns": 0, "calls": 0, "products": 0, "changed": 0, "failed": 0}
        self._thread = threading.Thread(target=self._turns)
        self._thread.start()

    def stop(self) -> dict[str, int]:
        """What was done since `go`; a turn under way ends with the call it is at."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
        return self._done

    def _turns(self) -> None:
        while not self._stop.is_set():
            for one in refresh_all(self._services, every=timedelta(0), rest=self._rest).values():
                self._done["turns"] += one.error is None
                self._done["failed"] += one.error not in (None, "stopped")
                for name in ("calls", "products", "changed"):
                    self._done[name] += getattr(one, name)

    def _rest(self, how_long: timedelta) -> bool:
        return not self._stop.wait(how_long.total_seconds())


def serve(refresher: Refresher, lines: Iterable[str], out: TextIO) -> None:
    """Obey line by line until the input ends."""
    for line in lines:
        if line.strip() == "go":
            refresher.go()
        else:
            print(json.dumps(refresher.stop()), file=out, flush=True)
    refresher.stop()


if __name__ == "__main__":
    with container(load_config(), priority=Priority.BACKGROUND) as parts:
        serve(Refresher(parts.services), sys.stdin, sys.stdout)
