"""An approval ended: the deal's feed says so, its check follows, the supervisors' tasks are closed."""

from __future__ import annotations

from datetime import datetime

from backend.domain.approval import Approval
from backend.ports.store import UnitOfWork
from backend.services.say_in_deal import say
from backend.services.stock_check import tell_check
from backend.services.words import word


def note_and_close(unit: UnitOfWork, approval: Approval, text_key: str, now: datetime, **params: object) -> None:
    """`text_key` keys the words of both the note and the tasks' result."""
    account = unit.accounts.get(approval.account_id)
    if account is None:
        return
    say(unit, account, approval.deal_id, text_key, key=f"{text_key}:{approval.id}", now=now, **params)
    tell_check(unit, account, approval.deal_id, now)
    for task_id in approval.task_ids:
        unit.operations.add(
            account.id,
            kind="crm.complete_task",
            key=f"task-done:{task_id}",
            payload={"task_id": task_id, "text": word(account.language, text_key, **params)},
            deal_id=approval.deal_id,
            due_at=now,
        )
