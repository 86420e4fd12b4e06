"""Queue a note in the deal's feed, in the account's language."""

from __future__ import annotations

from datetime import datetime

from backend.ports.store import Account, UnitOfWork
from backend.services.words import word


def say(
    unit: UnitOfWork, account: Account, deal_id: int, text_key: str, *, key: str, now: datetime, **params: object
) -> None:
    """`text_key` keys the words, `params` fills them; `key` makes the note unique."""
    unit.operations.add(
        account.id,
        kind="crm.note",
        key=f"note:{key}",
        payload={"text": word(account.language, text_key, **params)},
        deal_id=deal_id,
        due_at=now,
    )
