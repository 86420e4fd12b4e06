"""Operations that write into the CRM: fields and budget, notes, tasks, lines.

Each is safe to run again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from backend.domain.quantity import ZERO, plain
from backend.ports.crm import DealField, DealUpdate, TaskDraft
from backend.ports.store import Operation
from backend.services.deps import Services


def update_deal(services: Services, operation: Operation) -> None:
    """Budget (where there is one) and our fields as the payload has them; no fields in an account whose fields were not
    set up or cleaned up."""
    with services.store.read() as unit:
        ready = unit.accounts.crm_setup(operation.account_id) is not None
    budget, fields = operation.payload.get("budget"), operation.payload["fields"]
    update = DealUpdate(
        budget=Decimal(str(budget)) if budget is not None else None,
        fields={DealField(one): value for one, value in fields.items()}
        if ready and isinstance(fields, Mapping)
        else {},
    )
    if update != DealUpdate():
        services.crms.of(operation.account_id).update_deal(_deal(operation), update)


def add_note(services: Services, operation: Operation) -> None:
    services.crms.of(operation.account_id).add_note(_deal(operation), str(operation.payload["text"]), key=operation.key)


def add_approval_task(services: Services, operation: Operation) -> None:
    """The task, remembered with its approval so that it can be closed; closed at once where the approval already
    ended."""
    payload = operation.payload
    task = TaskDraft(
        deal_id=_deal(operation),
        user_id=int(str(payload["user_id"])),
        text=str(payload["text"]),
        due=datetime.fromisoformat(str(payload["due"])),
    )
    crm = services.crms.of(operation.account_id)
    task_id = crm.add_task(task, key=operation.key)
    with services.store.write() as unit:
        approval = unit.approvals.get(operation.account_id, str(payload["approval_id"]))
        if approval is None:
            return
        if task_id not in approval.task_ids:
            unit.approvals.save(replace(approval, task_ids=[*approval.task_ids, task_id]))
        pending = approval.decided_at is None and approval.alive(services.clock.now())
    if not pending:
        crm.complete_task(task_id, "")


def add_task(services: Services, operation: Operation) -> None:
    """A task for a person on the deal."""
    payload = operation.payload
    task = TaskDraft(
        deal_id=_deal(operation),
        user_id=int(str(payload["user_id"])),
        text=str(payload["text"]),
        due=datetime.fromisoformat(str(payload["due"])),
    )
    services.crms.of(operation.account_id).add_task(task, key=operation.key)


def complete_task(services: Services, operation: Operation) -> None:
    payload = operation.payload
    services.crms.of(operation.account_id).complete_task(int(str(payload["task_id"])), str(payload["text"]))


def align_lines(services: Services, operation: Operation) -> None:
    """The deal's quantities as they were ordered after a partial approval: lines nothing was granted of are unlinked,
    lines the approval did not speak of stay."""
    crm = services.crms.of(operation.account_id)
    wanted = operation.payload["quantities"]
    deal = crm.deal(_deal(operation))
    if deal is None or not isinstance(wanted, Mapping):
        return
    for line in deal.lines:
        quantity = Decimal(str(wanted.get(str(line.element.id), line.quantity)))
        if quantity == ZERO:
            crm.remove_line(deal.id, line.element.id)
        elif quantity != line.quantity:
            crm.set_line(deal.id, line.element.id, plain(quantity))


def _deal(operation: Operation) -> int:
    if operation.deal_id is None:
        raise ValueError(f"operation {operation.kind} needs a deal")
    return operation.deal_id
