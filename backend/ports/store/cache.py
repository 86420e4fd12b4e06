"""A shared cache with ages. May lose everything at any moment; no promise rests on it."""

from __future__ import annotations

from datetime import timedelta
from typing import Protocol


class Cache(Protocol):
    """Bytes by key. A cache that cannot be reached behaves as empty and counts it."""

    def get(self, key: str) -> bytes | None: ...

    def get_many(self, keys: list[str]) -> list[bytes | None]: ...

    def put(self, key: str, value: bytes, *, ttl: timedelta) -> None: ...

    def drop(self, *keys: str) -> None: ...
