"""The sweep: announces operations nobody heard of, or whose worker vanished."""

from __future__ import annotations

from datetime import timedelta

from backend.ports.clock import Clock
from backend.ports.queue import Announcer
from backend.ports.store import Store

EVERY = timedelta(seconds=5)
QUIET = timedelta(seconds=15)
LONG_QUIET = timedelta(minutes=5)
FEW, MANY = 500, 20_000


class Sweep:
    """Call it every few seconds, from as many processes as you like: each operation is announced by one of them.

    What could be claimed and was last announced more than `quiet` ago was forgotten by the job engine, if that has few
    messages left; while it has more, the message probably still waits its turn, so it is announced again after
    LONG_QUIET only, and not at all once nobody takes the many that are there.
    """

    def __init__(
        self, store: Store, clock: Clock, announcer: Announcer, *, quiet: timedelta = QUIET, batch: int = 1000
    ) -> None:
        self._store = store
        self._clock = clock
        self._announcer = announcer
        self._quiet = quiet
        self._batch = batch

    def __call__(self) -> int:
        """How many were announced. As many as there are: after the engine lost its memory that may be all."""
        waiting = self._announcer.waiting()
        if waiting is None or waiting >= MANY:
            return 0
        quiet = self._quiet if waiting < FEW else LONG_QUIET
        told = 0
        while told < MANY and (found := self._claim(quiet)):
            for operation_id in found:
                self._announcer.announce(operation_id, delay=timedelta(0))
            told += len(found)
        return told

    def _claim(self, quiet: timedelta) -> list[str]:
        with self._store.write() as unit:
            return list(unit.operations.tell_again(now=self._clock.now(), quiet=quiet, limit=self._batch))
