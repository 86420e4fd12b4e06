"""How the job engine learns that there is work."""

from __future__ import annotations

from datetime import timedelta
from typing import Protocol


class Announcer(Protocol):
    """Wakes a worker.

    The operation's row decides, so an announcement may be lost, repeated or early: a sweep announces what was missed.
    Never raises for an engine that cannot be reached; counts it.
    """

    def announce(self, operation_id: str, *, delay: timedelta) -> None:
        """`operation_id` may be claimed once `delay` (zero or more) has passed. Called after the commit."""
        ...

    def waiting(self) -> int | None:
        """How many announcements no worker has taken yet; None where the engine cannot be reached."""
        ...
