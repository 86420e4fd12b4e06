"""What our own database may do to us."""

from __future__ import annotations

from backend.domain.errors import Retryable, StockgateError


class StoreBusy(Retryable):
    """The database did not take part: locked too long, deadlock, connection lost, disk full, read-only. Nothing was
    left behind, except that a connection lost in the commit itself leaves its outcome open: whatever follows must be
    repeatable."""

    code = "store_busy"


class StoreRefused(StockgateError):
    """The database understood and refused: a constraint, a value it cannot keep, a statement that is wrong. A mistake
    of ours; nothing was left behind. Its detail names the statement, never a value."""


class DoesNotFit(StockgateError):
    """A figure has more decimals, or is larger, than its column keeps exactly. Data: value, places."""

    code = "does_not_fit"


class SecretUnreadable(StockgateError):
    """A stored secret cannot be opened with the configured keys."""

    code = "secret_unreadable"


class KeyMissing(StockgateError):
    """No encryption key is configured where one must be. Data: database."""

    code = "key_missing"


class KeyUnusable(StockgateError):
    """A configured key, or the key file, is not a Fernet key. Never carries the key."""

    code = "key_unusable"
