"""Figures of the whole installation for Prometheus, read from the database when they are asked for."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from backend.domain.errors import Retryable
from backend.ports.clock import Clock
from backend.ports.store import Alert, Backlog, Deaths, Pile, Store

log = structlog.get_logger()

FRESH_SECONDS = 5.0
"""How long an answer serves: asking often, or from several places, costs the database nothing more."""

BudgetLeft = Callable[[Sequence[int]], Mapping[int, int]]


@dataclass(frozen=True, slots=True)
class _Read:
    now: datetime
    backlog: Sequence[Backlog]
    deaths: Sequence[Deaths]
    alerts: Sequence[Alert]
    holds: Pile
    hooks: Pile
    accounts: Sequence[int]


class InstallationFigures(Collector):
    """`budget_left`: requests each of these accounts may send to the CRM at once."""

    def __init__(
        self, store: Store, clock: Clock, budget_left: BudgetLeft, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._store = store
        self._clock = clock
        self._budget_left = budget_left
        self._monotonic = monotonic
        self._guard = threading.Lock()
        self._kept: tuple[float, Sequence[Metric]] | None = None

    def collect(self) -> Iterator[Metric]:
        """One asks, the others get the same. Without a database only that is told."""
        with self._guard:
            if self._kept is None or self._monotonic() - self._kept[0] > FRESH_SECONDS:
                self._kept = (self._monotonic(), list(self._metrics()))
            yield from self._kept[1]

    def _metrics(self) -> Iterator[Metric]:
        try:
            read = self._read()
        except Retryable as error:
            log.warning("figures.unread", code=error.code)
            read = None
        yield GaugeMetricFamily("stockgate_database_up", "Whether the database answers", value=float(read is not None))
        if read is not None:
            yield from _of_operations(read)
            yield from _of_the_rest(read)
            left = self._budget_left(read.accounts)
            free = GaugeMetricFamily("stockgate_crm_budget_left", "Requests that may leave at once", labels=["account"])
            for account_id, requests in left.items():
                free.add_metric([str(account_id)], requests)
            yield free

    def _read(self) -> _Read:
        now = self._clock.now()
        with self._store.read() as unit:
            return _Read(
                now,
                unit.desk.backlog(),
                unit.desk.deaths(),
                unit.alerts.open(),
                unit.figures.holds(now=now),
                unit.figures.hooks(),
                [one.id for one in unit.accounts.active()],
            )


def _of_operations(read: _Read) -> Iterator[Metric]:
    labels = ["lane", "state"]
    count = GaugeMetricFamily("stockgate_operations_unfinished", "Operations that wait or run", labels=labels)
    age = GaugeMetricFamily("stockgate_operation_oldest_seconds", "Age of the oldest unfinished one", labels=labels)
    for one in read.backlog:
        count.add_metric([one.lane, one.state], one.count)
        age.add_metric([one.lane, one.state], _seconds(read.now, one.oldest))
    dead = GaugeMetricFamily("stockgate_operations_dead", "Operations that were given up", labels=["kind"])
    for kind, deaths in _summed(read.deaths).items():
        dead.add_metric([kind], deaths)
    yield from (count, age, dead)


def _of_the_rest(read: _Read) -> Iterator[Metric]:
    alerts = GaugeMetricFamily("stockgate_alerts_open", "Alerts whose cause is not over", labels=["kind"])
    for kind, opened in Counter(one.kind for one in read.alerts).items():
        alerts.add_metric([kind], opened)
    yield alerts
    yield GaugeMetricFamily("stockgate_holds", "Holds the ERP does not show yet", value=read.holds.count)
    yield GaugeMetricFamily("stockgate_hooks_waiting", "Webhooks not acted on yet", value=read.hooks.count)
    oldest = _seconds(read.now, read.hooks.oldest)
    yield GaugeMetricFamily("stockgate_hook_oldest_seconds", "Age of the oldest of them", value=oldest)


def _summed(deaths: Sequence[Deaths]) -> Mapping[str, int]:
    total: Counter[str] = Counter()
    for one in deaths:
        total[one.kind] += one.count
    return total


def _seconds(now: datetime, since: datetime | None) -> float:
    return max(0.0, (now - since).total_seconds()) if since is not None else 0.0
