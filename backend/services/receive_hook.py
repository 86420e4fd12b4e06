"""A webhook is kept and answered; what it means is looked up later (R14, decision 22).

Quick whatever else is down: one short transaction, nobody outside is asked.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

from backend.ports.store import Account, HookSource, JournalEntry, OperationState, UnitOfWork
from backend.services.deps import Services

MOST_KEPT = 1024 * 1024
"""Bytes of a body. The CRM's largest batches are a tenth of it."""
GATHERING = timedelta(seconds=1)
"""A first hook waits for those that come with it: a hundred deals moved at once are a hundred hooks, read together."""
READERS = {HookSource.CRM: "account.read_hooks", HookSource.ERP: "account.read_erp_hooks"}


def receive_hook(services: Services, account: Account, source: HookSource, body: bytes) -> None:
    """Keep it and see to it that somebody reads it. One that is too large is over at once, without its body.

    Raises StoreBusy: whoever sent it has to send it again.
    """
    now = services.clock.now()
    with services.store.write() as unit:
        if len(body) > MOST_KEPT:
            unit.hooks.add(account.id, source=source, body=b"", now=now, refused="size")
            note_refusal(unit, account.id, "size", len(body), now)
            return
        unit.hooks.add(account.id, source=source, body=body, now=now)
        wake_reader(unit, account.id, source, now)


def wake_reader(unit: UnitOfWork, account_id: int, source: HookSource, now: datetime) -> None:
    """Queue a reading of the inbox, unless one waits that will see all that this transaction adds."""
    if unit.hooks.reader(account_id, READERS[source]) is OperationState.WAITING:
        return
    rest: dict[str, Any] = {
        "key": f"read_hooks:{uuid.uuid4().hex}",
        "payload": {},
        "deal_id": None,
        "due_at": now + GATHERING,
    }
    if source is HookSource.ERP:
        unit.operations.add(account_id, kind="account.read_erp_hooks", **rest)
    else:
        unit.operations.add(account_id, kind="account.read_hooks", **rest)


def note_refusal(unit: UnitOfWork, account_id: int, why: str, size: int, now: datetime) -> None:
    """The journal tells that a webhook said nothing, and why."""
    unit.journal.add(JournalEntry(account_id, now, "hook.refused", data={"reason": why, "bytes": size}))
