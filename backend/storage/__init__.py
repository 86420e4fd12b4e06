"""Where it is kept: SQL truth, Redis speed, secrets at rest."""

from backend.storage.engine import make_engine
from backend.storage.guard import ConditionalGuard, NoGuard
from backend.storage.migrate import upgrade
from backend.storage.secrets import SecretBox
from backend.storage.store import SqlStore, SqlUnit

__all__ = ["ConditionalGuard", "NoGuard", "SecretBox", "SqlStore", "SqlUnit", "make_engine", "upgrade"]
