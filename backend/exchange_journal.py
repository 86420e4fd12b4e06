"""Exchanges with outside on their way into the journal: collected, written in batches, never in the caller's time."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import structlog

from backend.domain.errors import Retryable
from backend.erp.exchange import Exchange
from backend.ports.clock import Clock
from backend.ports.crm import CrmExchange
from backend.ports.store import JournalEntry, Store

log = structlog.get_logger()

MOST_WAITING = 10_000
EVERY_SECONDS = 1.0


class ExchangeJournal:
    """A crash loses at most the last second of exchanges; decisions are journalled in their own transactions."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._waiting: deque[JournalEntry] = deque(maxlen=MOST_WAITING)
        self._stopped = threading.Event()

    def crm(self, exchange: CrmExchange) -> None:
        """Implements `ports.crm.ExchangeSink`."""
        data: dict[str, object] = {
            "method": exchange.method,
            "path": exchange.path,
            "status": exchange.status,
            "request_id": exchange.request_id,
            "milliseconds": round(exchange.took.total_seconds() * 1000),
            "outcome": exchange.outcome,
        }
        self._add(exchange.account_id, "crm.exchange", data)

    def erp(self, account_id: int, exchange: Exchange) -> None:
        """One request to an account's ERP."""
        data: dict[str, object] = {
            "operation": exchange.operation,
            "status": exchange.status,
            "milliseconds": round(exchange.seconds * 1000),
            "sent": exchange.sent,
            "received": exchange.received,
            "failure": exchange.failure,
        }
        self._add(account_id, "erp.exchange", data)

    @contextmanager
    def running(self) -> Iterator[ExchangeJournal]:
        """Written every second while the block runs, and once more at its end."""
        thread = threading.Thread(target=self._run, name="journal", daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._stopped.set()
            thread.join()
            self.flush()

    def flush(self) -> None:
        """Write what waits. A store that is busy gets it the next time."""
        batch = [self._waiting.popleft() for _ in range(len(self._waiting))]
        if not batch:
            return
        try:
            with self._store.write() as unit:
                for entry in batch:
                    unit.journal.add(entry)
        except Retryable as error:
            log.warning("journal.delayed", entries=len(batch), code=error.code)
            self._put_back(batch)

    def _put_back(self, batch: Sequence[JournalEntry]) -> None:
        """Before what came meanwhile; where there is no room for all, the oldest are lost."""
        room = MOST_WAITING - len(self._waiting)
        self._waiting.extendleft(reversed(batch[-room:] if room > 0 else ()))

    def _add(self, account_id: int, kind: str, data: dict[str, object]) -> None:
        self._waiting.append(JournalEntry(account_id, self._clock.now(), kind, data=data))

    def _run(self) -> None:
        while not self._stopped.wait(EVERY_SECONDS):
            self.flush()
