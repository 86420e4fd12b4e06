"""A line to Redis that is quick to say that nobody answers."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

import redis
import structlog
from prometheus_client import Counter
from redis.backoff import NoBackoff
from redis.retry import Retry

log = structlog.get_logger()
T = TypeVar("T")

UNREACHABLE = Counter("stockgate_redis_unreachable_total", "Questions that Redis did not answer", ["use"])


class RedisDown(Exception):
    """Redis does not answer. Never leaves this package."""


class RedisLine:
    """Shared by threads. After a failure nobody asks again for `rest`: a dead Redis must not slow every request."""

    def __init__(
        self,
        url: str,
        *,
        rest: timedelta = timedelta(seconds=2),
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        once = Retry(NoBackoff(), 0)
        self.client: redis.Redis = redis.Redis.from_url(url, socket_connect_timeout=1, socket_timeout=1, retry=once)
        self._rest = rest.total_seconds()
        self._monotonic = monotonic
        self._silent_until = float("-inf")

    def ask(self, use: str, question: Callable[[redis.Redis], Any]) -> Any:
        """The answer. Raises RedisDown; `use` says in the metric what it was for."""
        if self._monotonic() < self._silent_until:
            UNREACHABLE.labels(use).inc()
            raise RedisDown
        try:
            return question(self.client)
        except (redis.RedisError, OSError) as error:
            self._silent_until = self._monotonic() + self._rest
            UNREACHABLE.labels(use).inc()
            log.warning("redis.unreachable", use=use, error=type(error).__name__)
            raise RedisDown from error

    def answers(self) -> bool:
        """Whether Redis is there just now."""
        try:
            return bool(self.ask("health", lambda redis: redis.ping()))
        except RedisDown:
            return False

    def close(self) -> None:
        self.client.close()
