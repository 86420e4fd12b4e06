"""The inbox is looked after: nothing in it waits for nobody, and what was handled is forgotten."""

from __future__ import annotations

from datetime import timedelta

from backend.ports.store import OperationState
from backend.services.deps import Services
from backend.services.receive_hook import READERS, wake_reader

WAITED_LONG = timedelta(seconds=30)
KEPT = timedelta(days=3)
BATCH = 1_000


def wake_forgotten(services: Services) -> int:
    """Queue a reader for hooks whose reader was given up or dismissed; how many inboxes that were."""
    now, woken = services.clock.now(), 0
    with services.store.read() as unit:
        forgotten = unit.hooks.forgotten(before=now - WAITED_LONG)
    for account_id, source in forgotten:
        with services.store.write() as unit:
            if unit.hooks.reader(account_id, READERS[source]) not in (OperationState.WAITING, OperationState.RUNNING):
                wake_reader(unit, account_id, source, now)
                woken += 1
    return woken


def purge_hooks(services: Services) -> int:
    """Delete hooks handled some days ago, a thousand in a transaction; how many."""
    before, purged = services.clock.now() - KEPT, 0
    while True:
        with services.store.write() as unit:
            gone = unit.hooks.purge(before=before, limit=BATCH)
        purged += gone
        if gone < BATCH:
            return purged
