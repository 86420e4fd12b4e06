"""The brokers the engine must run on: our own Redis, the machine's Redis, RabbitMQ. Each can lose its memory."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import dramatiq

from backend.jobs.engine import make_broker
from backend.storage.redis import EmbeddedRedis
from tests.support.redis_server import redis_server
from tests.support.waiting import until

RABBITMQ = os.environ.get("TEST_RABBITMQ", "amqp://guest:guest@127.0.0.1:5672")
Brokers = Callable[[Path], "Iterator[dramatiq.Broker]"]


@contextmanager
def embedded_redis(folder: Path) -> Iterator[dramatiq.Broker]:
    own = EmbeddedRedis(folder)
    own.start()
    broker = make_broker(own.url)
    yield broker
    broker.close()
    own.stop()
    until(lambda: not own.answers())


@contextmanager
def machines_redis(_: Path) -> Iterator[dramatiq.Broker]:
    with redis_server() as url:
        broker = make_broker(url)
        yield broker
        broker.flush_all()
        broker.close()


@contextmanager
def rabbitmq(_: Path) -> Iterator[dramatiq.Broker]:
    """Fails, rather than skips, where there is none."""
    assert "TEST_RABBITMQ" in os.environ or _listens(5672), "no RabbitMQ at 127.0.0.1:5672, and TEST_RABBITMQ is unset"
    broker = make_broker(RABBITMQ)
    yield broker
    for queue in broker.get_declared_queues():
        for each in (queue, f"{queue}.DQ", f"{queue}.XQ"):
            broker.channel.queue_delete(each)  # type: ignore[attr-defined]
    broker.close()


BROKERS = {"embedded redis": embedded_redis, "redis": machines_redis, "rabbitmq": rabbitmq}


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
