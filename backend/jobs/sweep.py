"""The sweep: announces operations nobody heard of, or whose worker vanished."""

from __future__ import annotations

from datetime import timedelta

from backend.ports.clock import Clock
from backend.ports.queue import Announcer, Queue, queue_of
from backend.ports.store import Store

EVERY = timedelta(seconds=5)
QUIET = timedelta(seconds=15)
LONG_QUIET = timedelta(minutes=2)
FEW, MANY = 500, 20_000


class Sweep:
    """Call it every few seconds, from as many processes as you like: each operation is announced by one of them.

    What a vanished worker held is announced again when its claim has run out, before everything else that waits. What
    waits and was announced more than `quiet` ago was forgotten by the job engine, if that has few messages left; while
    it has more, the message probably still waits its turn, so it is repeated after LONG_QUIET only, and not at all once
    nobody takes the many that are there.
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
        if waiting is None:
            return 0
        told = self._tell(self._quiet, deserted=True)
        quiet = self._quiet if waiting < FEW else LONG_QUIET
        return told + (self._tell(quiet, deserted=False) if waiting < MANY else 0)

    def _tell(self, quiet: timedelta, *, deserted: bool) -> int:
        told = 0
        while told < MANY:
            with self._store.write() as unit:
                found = unit.operations.tell_again(
                    now=self._clock.now(), quiet=quiet, deserted=deserted, limit=self._batch
                )
            if not found:
                break
            for operation_id, kind in found:
                queue = Queue.QUICK if deserted else queue_of(kind)
                self._announcer.announce(operation_id, delay=timedelta(0), queue=queue)
            told += len(found)
        return told
