"""The alarms of ERPs: one that is silent for a while is raised where it is seen, closed when it answers; what waited
for it then has its turn at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from prometheus_client import Gauge

from backend.domain.errors import Retryable
from backend.erp.exchange import Exchange, ExchangeLog
from backend.ports.clock import Clock
from backend.ports.erp import ErpOutcomeUnknown, ErpUnavailable
from backend.ports.store import AlertKind, Lane, Operation, OperationSearch, OperationState, Store

log = structlog.get_logger()

BREAKER = Gauge(
    "stockgate_erp_breaker_open",
    "1 while an account's ERP is left alone after failing too often",
    ["account"],
    multiprocess_mode="livemax",
)
SILENCES = frozenset({ErpUnavailable.__name__, ErpOutcomeUnknown.__name__})
DOWN_AFTER = timedelta(minutes=1)
"""Shorter silences are nobody's business: panels and operations bear them."""
AGAIN = timedelta(minutes=1)
"""The same is not written more often by one process."""
HURRIED = 200
KEY = str(AlertKind.ERP_DOWN)


class ErpAlarms:
    """Hears every exchange with every ERP. Writes only when one is silent, or was. Thread-safe."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._guard = threading.Lock()
        self._silent_since: dict[int, datetime | None] = {}
        self._not_before: dict[int, datetime] = {}

    def hearing(self, account_id: int, onward: ExchangeLog) -> ExchangeLog:
        """A log of this account's exchanges that is heard here first."""

        def heard(exchange: Exchange) -> None:
            onward(exchange)
            self._heard(account_id, silent=exchange.failure in SILENCES)

        return heard

    def breaker(self, account_id: int) -> Callable[[bool], None]:
        """Shows the state of this account's breaker."""
        gauge = BREAKER.labels(str(account_id))
        return lambda opened: gauge.set(int(opened))

    def _heard(self, account_id: int, *, silent: bool) -> None:
        try:
            if silent:
                since = self._grows_silent(account_id)
                if since is not None:
                    self._raise(account_id, since)
            elif self._answers_again(account_id):
                self._close(account_id)
        except Retryable as error:
            log.warning("alarm.delayed", account_id=account_id, silent=silent, code=error.code)
            self._forget(account_id)

    def _grows_silent(self, account_id: int) -> datetime | None:
        """Since when, if that is to be written now."""
        now = self._clock.now()
        with self._guard:
            since = self._silent_since.get(account_id) or now
            self._silent_since[account_id] = since
            if now - since < DOWN_AFTER or self._not_before.get(account_id, now) > now:
                return None
            self._not_before[account_id] = now + AGAIN
            return since

    def _answers_again(self, account_id: int) -> bool:
        """Is this its first answer since it was silent, or the first we heard at all?"""
        with self._guard:
            news = self._silent_since.get(account_id, self._clock.now()) is not None
            self._silent_since[account_id] = None
            return news

    def _forget(self, account_id: int) -> None:
        """What could not be written is tried again with the next exchange."""
        with self._guard:
            self._not_before.pop(account_id, None)
            if self._silent_since.get(account_id) is None:
                self._silent_since.pop(account_id, None)

    def _raise(self, account_id: int, since: datetime) -> None:
        now = self._clock.now()
        data = {"since": since.isoformat(timespec="seconds")}
        with self._store.write() as unit:
            unit.alerts.raise_alert(account_id, kind=AlertKind.ERP_DOWN, key=KEY, data=data, now=now)

    def _close(self, account_id: int) -> None:
        """The time between two attempts grows to minutes: nobody should wait for the rest of it."""
        now = self._clock.now()
        with self._store.read() as unit:
            alarmed = any(one.key == KEY for one in unit.alerts.open(account_id))
            waiting = [one for one in unit.desk.search(_waiting_for_erp(account_id)) if _may_hurry(one, now)]
        if not alarmed and not waiting:
            return
        with self._store.write() as unit:
            unit.alerts.close(account_id, KEY, now=now)
            for one in waiting:
                unit.desk.hurry(one, now=now)


def _waiting_for_erp(account_id: int) -> OperationSearch:
    return OperationSearch(account_id=account_id, states=[OperationState.WAITING], text="erp_", limit=HURRIED)


def _may_hurry(operation: Operation, now: datetime) -> bool:
    code = operation.error_code or ""
    return operation.lane == Lane.ERP and operation.due_at > now and code.startswith("erp_")
