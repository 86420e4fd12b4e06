"""The alarms of amoCRM: what it answers to a whole account is raised where it is seen, closed when it answers."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

import structlog

from backend.domain.errors import Retryable
from backend.ports.clock import Clock
from backend.ports.crm import CrmBlocked, CrmExchange, CrmPaymentRequired, ExchangeSink
from backend.ports.store import AlertKind, Store

log = structlog.get_logger()

KINDS = {CrmBlocked.code: AlertKind.CRM_BLOCKED, CrmPaymentRequired.code: AlertKind.CRM_UNPAID}
AGAIN = timedelta(minutes=1)
"""The same is not written, nor looked for, more often by one process."""
QUIET = timedelta(minutes=10)
"""An answer ends an alert when it was not raised for so long: others were under way while the first was refused."""


class CrmAlarms:
    """A `ports.crm.ExchangeSink` in front of another. Writes only when something is wrong, or was."""

    def __init__(self, store: Store, clock: Clock, onward: ExchangeSink) -> None:
        self._store = store
        self._clock = clock
        self._onward = onward
        self._guard = threading.Lock()
        self._not_before: dict[tuple[int, str], datetime] = {}

    def __call__(self, exchange: CrmExchange) -> None:
        self._onward(exchange)
        kind = KINDS.get(exchange.outcome)
        if (kind is None and exchange.outcome != "ok") or not self._due(exchange):
            return
        try:
            if kind is None:
                self._close(exchange.account_id)
            else:
                self._raise(exchange, kind)
        except Retryable as error:
            log.warning("alarm.delayed", account_id=exchange.account_id, outcome=exchange.outcome, code=error.code)
            self._forget(exchange)

    def _due(self, exchange: CrmExchange) -> bool:
        now, place = self._clock.now(), (exchange.account_id, exchange.outcome)
        with self._guard:
            if self._not_before.get(place, now) > now:
                return False
            self._not_before[place] = now + AGAIN
            return True

    def _forget(self, exchange: CrmExchange) -> None:
        with self._guard:
            self._not_before.pop((exchange.account_id, exchange.outcome), None)

    def _raise(self, exchange: CrmExchange, kind: AlertKind) -> None:
        data = {"status": exchange.status, "path": exchange.path}
        with self._store.write() as unit:
            unit.alerts.raise_alert(exchange.account_id, kind=kind, key=str(kind), data=data, now=self._clock.now())

    def _close(self, account_id: int) -> None:
        now = self._clock.now()
        with self._store.read() as unit:
            opened = [one for one in unit.alerts.open(account_id) if one.kind in KINDS.values()]
        over = [one for one in opened if now - one.last_at >= QUIET]
        if over:
            with self._store.write() as unit:
                for one in over:
                    unit.alerts.close(account_id, one.key, now=now)
