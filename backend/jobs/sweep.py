"""The sweep: announces operations nobody was told of, or whose worker vanished."""

from __future__ import annotations

from datetime import timedelta

from backend.ports.clock import Clock
from backend.ports.queue import Announcer
from backend.ports.store import Store


class Sweep:
    """Call it every few seconds, from as many processes as you like. What is due since `grace` was just announced."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        announcer: Announcer,
        *,
        grace: timedelta = timedelta(seconds=3),
        batch: int = 500,
    ) -> None:
        self._store = store
        self._clock = clock
        self._announcer = announcer
        self._grace = grace
        self._batch = batch

    def __call__(self) -> int:
        """How many were announced."""
        with self._store.read() as unit:
            found = unit.operations.runnable(now=self._clock.now() - self._grace, limit=self._batch)
        for operation_id in found:
            self._announcer.announce(operation_id, delay=timedelta(0))
        return len(found)
