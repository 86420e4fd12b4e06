"""See the fixtures of `tests.support.storage`."""

from tests.support.storage import announcer, clock, databases, postgres, sqlite, store

__all__ = ["announcer", "clock", "databases", "postgres", "sqlite", "store"]
