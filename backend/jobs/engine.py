"""Dramatiq: it spreads and runs; the operation's row decides."""

from __future__ import annotations

import importlib
import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Protocol, cast

import dramatiq
import redis
import structlog
from dramatiq.brokers.redis import RedisBroker
from dramatiq.errors import BrokerConnectionError
from prometheus_client import Counter
from redis.backoff import NoBackoff
from redis.retry import Retry

from backend.domain.errors import Invalid, Retryable
from backend.ports.queue import Queue
from backend.ports.store import LONGEST_WAIT

log = structlog.get_logger()

ACTOR = "run_operation"
NAME = "stockgate"
UNHEARD = Counter("stockgate_announcements_lost_total", "Announcements the job engine could not be told")
_VANISHED = {"heartbeat_timeout": 15_000, "maintenance_chance": 20_000}
"""Messages a worker took and did not live to run go back after 15 s (a look in 50 of its Redis calls), not a minute."""
LOST = (BrokerConnectionError, redis.RedisError, OSError)
"""What a broker raises whose server cannot be reached."""


class UnknownBroker(Invalid):
    """The broker's URL has a scheme we do not speak. Data: scheme."""

    code = "unknown_broker"


class CountingBroker(Protocol):
    """A broker of Dramatiq that can count."""

    def waiting(self, queue: str) -> int:
        """Messages of the queue that no worker has taken yet. Raises what `LOST` names."""
        ...


class Redis(RedisBroker):
    """Redis as the broker, and a count."""

    def waiting(self, queue: str) -> int:
        return int(self.client.llen(f"{self.namespace}:{queue}"))


def make_broker(url: str) -> dramatiq.Broker:
    """`redis://`, `rediss://`, `unix://` (Redis), `amqp://`, `amqps://` (RabbitMQ). Connects to nothing yet. RabbitMQ's
    module is loaded only where it is asked for: its client is an optional extra.

    Without Dramatiq's own middleware: retries, limits and results are the row's business.
    """
    scheme = url.partition("://")[0]
    if scheme in ("redis", "rediss", "unix"):
        again_once = Retry(NoBackoff(), 1)
        pool = redis.ConnectionPool.from_url(url, socket_connect_timeout=2, socket_timeout=10, retry=again_once)
        return Redis(middleware=[], client=redis.Redis(connection_pool=pool), **_VANISHED)  # type: ignore[no-untyped-call]
    if scheme in ("amqp", "amqps"):
        broker: dramatiq.Broker = importlib.import_module("backend.jobs.rabbitmq").rabbitmq_broker(url)
        return broker
    raise UnknownBroker(scheme=scheme)


def queue_name(name: str, queue: Queue) -> str:
    """What a queue is called in the broker. `name`: of the installation."""
    return f"{name}.{queue}"


def declare(broker: dramatiq.Broker, run: Callable[[str], object], *, name: str = NAME) -> None:
    """Tell the broker's worker what to do with an announced operation: the one actor there is.

    A store that takes no part leaves the row as it is: the claim, if there was one, runs out, and the sweep comes by.
    """

    def run_operation(operation_id: str) -> None:
        try:
            run(operation_id)
        except Retryable as error:
            log.warning("operation.left", operation_id=operation_id, code=error.code)

    dramatiq.actor(broker=broker, actor_name=ACTOR, queue_name=queue_name(name, Queue.CRM))(run_operation)
    for queue in Queue:
        broker.declare_queue(queue_name(name, queue))
    broker.logger.addFilter(_not_of_twins)


def _not_of_twins(record: logging.LogRecord) -> bool:
    """Each queue has a worker of Dramatiq to itself; that they are of the same kind is meant."""
    return "same type twice" not in str(record.msg)


class DramatiqAnnouncer:
    """Implements `ports.queue.Announcer`. Needs no actor: a web process announces what workers run."""

    def __init__(self, broker: dramatiq.Broker, *, name: str = NAME) -> None:
        self._broker = broker
        self._name = name
        for queue in Queue:
            broker.declare_queue(queue_name(name, queue))

    def announce(self, operation_id: str, *, delay: timedelta, queue: Queue) -> None:
        message = dramatiq.Message[None](
            queue_name=queue_name(self._name, queue), actor_name=ACTOR, args=(operation_id,), kwargs={}, options={}
        )
        milliseconds = int(min(delay, LONGEST_WAIT) / timedelta(milliseconds=1)) + 1 if delay else None
        try:
            self._broker.enqueue(message, delay=milliseconds)
        except LOST as error:
            UNHEARD.inc()
            log.warning("operation.unannounced", operation_id=operation_id, error=type(error).__name__)

    def waiting(self) -> int | None:
        try:
            return sum(cast(CountingBroker, self._broker).waiting(queue_name(self._name, queue)) for queue in Queue)
        except LOST as error:
            log.warning("engine.unreachable", error=type(error).__name__)
            return None
