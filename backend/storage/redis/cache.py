"""The shared cache."""

from __future__ import annotations

from datetime import timedelta

from backend.storage.redis.line import RedisDown, RedisLine

_PREFIX = "stockgate:cache:"


class RedisCache:
    """Implements `ports.store.Cache`: without Redis it is empty."""

    def __init__(self, line: RedisLine) -> None:
        self._line = line

    def get(self, key: str) -> bytes | None:
        return self.get_many([key])[0]

    def get_many(self, keys: list[str]) -> list[bytes | None]:
        if not keys:
            return []
        try:
            found: list[bytes | None] = self._line.ask(
                "cache", lambda redis: redis.mget([_PREFIX + key for key in keys])
            )
        except RedisDown:
            return [None] * len(keys)
        return found

    def put(self, key: str, value: bytes, *, ttl: timedelta) -> None:
        try:
            self._line.ask("cache", lambda redis: redis.set(_PREFIX + key, value, px=ttl))
        except RedisDown:
            return

    def drop(self, *keys: str) -> None:
        if not keys:
            return
        try:
            self._line.ask("cache", lambda redis: redis.delete(*(_PREFIX + key for key in keys)))
        except RedisDown:
            return
