"""The heartbeat: claims of running operations are prolonged while their work goes on."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import structlog

from backend.domain.errors import StockgateError
from backend.ports.clock import Clock
from backend.ports.store import Store

log = structlog.get_logger()


class Pulse:
    """One thread for all operations of this process. `beat()` does one round; `start()` does it every `every`."""

    def __init__(self, store: Store, clock: Clock, *, lease: timedelta, every: timedelta) -> None:
        self._store = store
        self._clock = clock
        self._lease = lease
        self._every = every
        self._held: dict[str, str] = {}
        self._guard = threading.Lock()
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    @contextmanager
    def during(self, operation_id: str, *, worker: str) -> Iterator[None]:
        """Keep the claim of `worker` alive while the block runs."""
        with self._guard:
            self._held[worker] = operation_id
        try:
            yield
        finally:
            with self._guard:
                self._held.pop(worker, None)

    def beat(self) -> None:
        """Prolong every claim. A lost one is forgotten: the work is another's now, and the end of ours won't count."""
        with self._guard:
            held = dict(self._held)
        for worker, operation_id in held.items():
            with self._store.write() as unit:
                until = self._clock.now() + self._lease
                ours = unit.operations.heartbeat(operation_id, worker=worker, until=until)
            with self._guard:
                lost = not ours and self._held.pop(worker, None) is not None
            if lost:
                log.warning("operation.claim_lost", operation_id=operation_id)

    def start(self) -> None:
        self._stopped.clear()
        self._thread = threading.Thread(target=self._run, name="pulse", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _run(self) -> None:
        while not self._stopped.wait(self._every.total_seconds()):
            try:
                self.beat()
            except StockgateError as error:
                log.warning("operation.heartbeat_missed", code=error.code)
