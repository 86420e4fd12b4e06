"""Which processes were seen lately. In Redis, since it is nothing that must outlive it."""

from __future__ import annotations

import os
import socket
from collections import Counter
from collections.abc import Mapping
from datetime import timedelta

from backend.storage.redis.line import RedisDown, RedisLine

EVERY = timedelta(seconds=5)
LIVES = timedelta(seconds=20)
"""Who was not seen for so long is gone, or stuck."""
_KEY = "stockgate:seen"
_BEAT = """
-- KEYS: who was seen when. ARGV: kind and process, how long it counts (seconds). Redis's own clock counts.
local now = redis.call('TIME')[1]
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[2])
"""
_SECONDS = int(LIVES.total_seconds())
_ALIVE = "return redis.call('ZRANGEBYSCORE', KEYS[1], redis.call('TIME')[1] - ARGV[1], '+inf')"


class RedisSeen:
    """`beat` every EVERY in each process; `alive` tells of all of them."""

    def __init__(self, line: RedisLine) -> None:
        self._line = line
        self._me = f"{socket.gethostname()}:{os.getpid()}"

    def beat(self, kind: str) -> None:
        """This process does the work of a `kind` (`worker`, `clock`) and is well."""
        try:
            self._line.ask("seen", lambda redis: redis.eval(_BEAT, 1, _KEY, f"{kind}:{self._me}", _SECONDS))
        except RedisDown:
            return

    def alive(self) -> Mapping[str, int] | None:
        """How many of each kind were seen lately; None where nobody can know."""
        try:
            seen: list[bytes] = self._line.ask("seen", lambda redis: redis.eval(_ALIVE, 1, _KEY, _SECONDS))
        except RedisDown:
            return None
        return Counter(one.decode().partition(":")[0] for one in seen)
