"""Dramatiq: it spreads and runs; the operation's row decides."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from datetime import timedelta

import dramatiq
import redis
import structlog
from dramatiq.brokers.redis import RedisBroker
from dramatiq.brokers.stub import StubBroker
from dramatiq.errors import BrokerConnectionError
from prometheus_client import Counter
from redis.backoff import NoBackoff
from redis.retry import Retry

from backend.domain.errors import Invalid

log = structlog.get_logger()

ACTOR = "run_operation"
QUEUE = "stockgate"
UNHEARD = Counter("stockgate_announcements_lost_total", "Announcements the job engine could not be told")
_LONGEST_DELAY = timedelta(hours=1)


class UnknownBroker(Invalid):
    """The broker's URL has a scheme we do not speak. Data: scheme."""

    code = "unknown_broker"


def make_broker(url: str) -> dramatiq.Broker:
    """`redis://`, `rediss://`, `unix://` (Redis), `amqp://`, `amqps://` (RabbitMQ), `stub://` (this process).
    Connects to nothing yet. RabbitMQ's module is loaded only where it is asked for: its client is an optional extra.

    Without Dramatiq's own middleware: retries, limits and results are the row's business.
    """
    scheme = url.partition("://")[0]
    if scheme in ("redis", "rediss", "unix"):
        again_once = Retry(NoBackoff(), 1)
        pool = redis.ConnectionPool.from_url(url, socket_connect_timeout=2, socket_timeout=10, retry=again_once)
        return RedisBroker(middleware=[], client=redis.Redis(connection_pool=pool))  # type: ignore[no-untyped-call]
    if scheme in ("amqp", "amqps"):
        broker: dramatiq.Broker = importlib.import_module("backend.jobs.rabbitmq").rabbitmq_broker(url)
        return broker
    if scheme == "stub":
        return StubBroker(middleware=[])
    raise UnknownBroker(scheme=scheme)


def declare(broker: dramatiq.Broker, run: Callable[[str], object], *, queue: str = QUEUE) -> None:
    """Tell the broker's worker what to do with an announced operation: the one actor there is."""

    def run_operation(operation_id: str) -> None:
        run(operation_id)

    dramatiq.actor(broker=broker, actor_name=ACTOR, queue_name=queue)(run_operation)


class DramatiqAnnouncer:
    """Implements `ports.queue.Announcer`. Needs no actor: a web process announces what workers run."""

    def __init__(self, broker: dramatiq.Broker, *, queue: str = QUEUE) -> None:
        self._broker = broker
        self._queue = queue
        broker.declare_queue(queue)

    def announce(self, operation_id: str, *, delay: timedelta) -> None:
        """What is due later than an hour is left to the sweep."""
        if delay > _LONGEST_DELAY:
            return
        message = dramatiq.Message[None](
            queue_name=self._queue, actor_name=ACTOR, args=(operation_id,), kwargs={}, options={}
        )
        milliseconds = int(delay / timedelta(milliseconds=1)) + 1 if delay else None
        try:
            self._broker.enqueue(message, delay=milliseconds)
        except (BrokerConnectionError, redis.RedisError, OSError) as error:
            UNHEARD.inc()
            log.warning("operation.unannounced", operation_id=operation_id, error=type(error).__name__)
