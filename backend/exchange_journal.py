"""Exchanges with outside on their way into the journal: collected, written in batches, never in the caller's time."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import structlog
from prometheus_client import Counter

from backend.domain.errors import Retryable, StockgateError
from backend.erp.exchange import Exchange
from backend.ports.clock import Clock
from backend.ports.crm import CrmExchange
from backend.ports.current import current_operation
from backend.ports.store import JournalEntry, Store

log = structlog.get_logger()

MOST_WAITING = 10_000
EVERY_SECONDS = 1.0
LOST = Counter("stockgate_exchanges_lost_total", "Exchanges with outside that could not be kept in the journal")


class ExchangeJournal:
    """A crash loses at most the last second of exchanges; decisions are journalled in their own transactions. An entry
    names the operation it was made for."""

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
        """Write what waits. A store that is busy gets it the next time; of what it refuses the one entry is lost that
        it cannot keep."""
        batches = [[self._waiting.popleft() for _ in range(len(self._waiting))]]
        while batches:
            batch = batches.pop()
            if not batch:
                continue
            try:
                self._write(batch)
            except Retryable as error:
                log.warning("journal.delayed", entries=len(batch), code=error.code)
                self._put_back([entry for each in (batch, *reversed(batches)) for entry in each])
                return
            except StockgateError as error:
                if len(batch) == 1:
                    LOST.inc()
                    log.error("journal.refused", kind=batch[0].kind, detail=error.detail)
                else:
                    half = len(batch) // 2
                    batches += [batch[half:], batch[:half]]

    def _write(self, batch: Sequence[JournalEntry]) -> None:
        with self._store.write() as unit:
            for entry in batch:
                unit.journal.add(entry)

    def _put_back(self, batch: Sequence[JournalEntry]) -> None:
        """Before what came meanwhile; where there is no room for all, the oldest are lost."""
        room = MOST_WAITING - len(self._waiting)
        LOST.inc(max(0, len(batch) - room))
        self._waiting.extendleft(reversed(batch[-room:] if room > 0 else ()))

    def _add(self, account_id: int, kind: str, data: dict[str, object]) -> None:
        entry = JournalEntry(account_id, self._clock.now(), kind, data=data, operation_id=current_operation())
        self._waiting.append(entry)

    def _run(self) -> None:
        while not self._stopped.wait(EVERY_SECONDS):
            self.flush()
