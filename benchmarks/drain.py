"""Operations drained: how many a second, beside Dramatiq's empty jobs on the same Redis with as many threads.

PostgreSQL and Redis are the machine's (`TEST_POSTGRES`, `TEST_REDIS`), else started for the measurement.
"""

from __future__ import annotations

import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import dramatiq
import redis

from backend.bootstrap import SystemClock
from backend.jobs.engine import DramatiqAnnouncer, make_broker
from backend.jobs.runner import OperationRunner
from backend.jobs.serve import running
from backend.jobs.work import Work
from backend.ports.queue import queue_of
from backend.ports.store import Operation
from backend.storage import SqlStore
from benchmarks.measure import Goal, Of, Result, median
from tests.support.databases import Postgres, postgres_server
from tests.support.redis_server import redis_server
from tests.support.storage import ACCOUNT, RecordingAnnouncer, make_store

THREADS = 8
_NOW = timedelta(0)
KIND = "crm.note"
DAY = 24 * 3600
LEAST_A_DAY = 5_000_000
PATIENCE_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Effort:
    """How many operations (and empty jobs) are drained, how often."""

    operations: int
    rounds: int


class Countdown:
    """Counts what was run; `wait` until all of it was."""

    def __init__(self, awaited: int) -> None:
        self._left = awaited
        self._guard = threading.Lock()
        self._over = threading.Event()

    def __call__(self, _: object) -> None:
        with self._guard:
            self._left -= 1
            if self._left <= 0:
                self._over.set()

    def wait(self) -> None:
        """Raises RuntimeError when it takes too long."""
        if not self._over.wait(PATIENCE_SECONDS):
            raise RuntimeError(f"{self._left} were not run")


def measure(effort: Effort, say: Callable[[str], None]) -> list[Result]:
    """In turns: ours, theirs."""
    ours, theirs = [], []
    with _store() as store, redis_server() as url:
        for number in range(effort.rounds):
            say(f"operations drained, round {number + 1} of {effort.rounds}")
            ours.append(effort.operations / _drain_operations(store, url, effort.operations))
            theirs.append(effort.operations / _drain_jobs(url, effort.operations))
    return [result(ours, theirs, effort)]


def result(ours: list[float], theirs: list[float], effort: Effort) -> Result:
    """`ours` and `theirs`: a second, round by round."""
    rate = median(ours)
    details: dict[str, object] = {
        "messages a day": round(rate * DAY),
        "goal a day": LEAST_A_DAY,
        "operations": effort.operations,
        "threads": THREADS,
        "rounds": {"operations": ours, "empty jobs": theirs},
    }
    goal = Goal(Of.MEASURED, least=LEAST_A_DAY / DAY)
    return Result("operations drained", rate, "/s", goal, median(theirs), "Dramatiq, empty jobs", details)


def _drain_operations(store: SqlStore, url: str, count: int) -> float:
    """Seconds from the start of the workers until every operation is done, each of a deal of its own."""
    name, over = f"bench-{uuid.uuid4().hex[:8]}", Countdown(count)
    broker = make_broker(url)
    announcer, clock = DramatiqAnnouncer(broker, name=name), SystemClock()
    ids: list[str] = []
    for start in range(0, count, 500):
        with store.write() as unit:
            ids += [
                unit.operations.add(
                    ACCOUNT, kind=KIND, key=f"{name}:{one}", payload={"text": "x"}, deal_id=one, due_at=clock.now()
                )
                for one in range(start, min(start + 500, count))
            ]
    _announce(announcer, ids)
    runner = CountingRunner(store, clock, over)
    with _stopped(broker, name), running([Work(broker, runner, threads=THREADS, name=name)]):
        began = time.monotonic()
        over.wait()
        return time.monotonic() - began


class CountingRunner(OperationRunner):
    """Counts when an operation has ended, not when its handler has."""

    def __init__(self, store: SqlStore, clock: SystemClock, over: Countdown) -> None:
        super().__init__(store, clock, {KIND: _nothing})
        self._ended = over

    def run(self, operation_id: str) -> object:  # type: ignore[override]
        outcome = super().run(operation_id)
        self._ended(outcome)
        return outcome


def _nothing(_: Operation) -> None:
    """The empty handler."""


def _announce(announcer: DramatiqAnnouncer, ids: list[str]) -> None:
    for operation_id in ids:
        announcer.announce(operation_id, delay=_NOW, queue=queue_of(KIND))


def _drain_jobs(url: str, count: int) -> float:
    """The same with an actor of Dramatiq that does nothing: what the machine gives at most."""
    name, over = f"bench-{uuid.uuid4().hex[:8]}", Countdown(count)
    broker = make_broker(url)
    actor = dramatiq.actor(broker=broker, actor_name=name, queue_name=name)(over)
    for number in range(count):
        actor.send(number)
    worker = dramatiq.Worker(broker, queues={name}, worker_threads=THREADS, worker_timeout=100)
    with _stopped(broker, name):
        worker.start()
        began = time.monotonic()
        over.wait()
        took = time.monotonic() - began
        worker.stop()
    return took


@contextmanager
def _stopped(broker: dramatiq.Broker, name: str) -> Iterator[None]:
    """Nothing of it is left in Redis."""
    try:
        yield
    finally:
        client: redis.Redis = broker.client  # type: ignore[attr-defined]
        for key in client.scan_iter(f"dramatiq:{name}*"):
            client.delete(key)
        broker.close()


@contextmanager
def _store() -> Iterator[SqlStore]:
    """On a database of its own."""
    with tempfile.TemporaryDirectory() as folder, postgres_server(Path(folder)) as conninfo:
        server = Postgres(conninfo)
        store = make_store(server.empty(), clock=SystemClock(), announcer=RecordingAnnouncer())
        try:
            yield store
        finally:
            store.close()
            server.close()
