"""How the job engine learns that there is work."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import Protocol

from backend.ports.store import lane_of

QUICK_KINDS = frozenset({"account.read_hooks", "account.read_erp_hooks", "crm.move_back"})


class Queue(StrEnum):
    """Each is emptied by threads of its own, so that an order does not wait behind notes, nor either behind an ERP that
    does not answer. `quick`: what was promised within seconds, and what a vanished worker left."""

    QUICK = "quick"
    ERP = "erp"
    CRM = "crm"


def queue_of(kind: str) -> Queue:
    """Where operations of this kind are announced."""
    return Queue.QUICK if kind in QUICK_KINDS else Queue(lane_of(kind))


class Announcer(Protocol):
    """Wakes a worker.

    The operation's row decides, so an announcement may be lost, repeated or early: a sweep announces what was missed.
    Never raises for an engine that cannot be reached; counts it.
    """

    def announce(self, operation_id: str, *, delay: timedelta, queue: Queue) -> None:
        """`operation_id` may be claimed once `delay` (zero or more) has passed. Called after the commit."""
        ...

    def waiting(self) -> int | None:
        """How many announcements no worker has taken yet, in all; None where the engine cannot be reached."""
        ...
