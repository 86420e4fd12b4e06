"""Operations that write into the CRM: fields and budget, notes, tasks, lines.

Each is safe to run again.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from backend.domain.quantity import ZERO, plain
from backend.ports.crm import DealField, DealUpdate, TaskDraft
from backend.ports.store import Operation
from backend.services import payload
from backend.services.deps import Services


def update_deal(services: Services, operation: Operation) -> None:
    """Budget (where there is one) and our fields as the payload has them, of those that the account has: none before it
    was set up and after it was cleaned up, not all where an earlier version set it up."""
    with services.store.read() as unit:
        setup = unit.accounts.crm_setup(operation.account_id)
    there = setup.field_ids if setup is not None else {}
    told = payload.mapping(operation, "fields")
    fields = {name: text for name, text in told.items() if name in there}
    update = DealUpdate(
        budget=None if operation.payload.get("budget") is None else payload.decimal(operation, "budget"),
        fields={one: None if fields[one] is None else str(fields[one]) for one in DealField if one in fields},
    )
    if update != DealUpdate():
        services.crms.of(operation.account_id).update_deal(payload.deal_of(operation), update)


def add_note(services: Services, operation: Operation) -> None:
    crm = services.crms.of(operation.account_id)
    crm.add_note(payload.deal_of(operation), payload.text(operation, "text"), key=operation.key)


def add_approval_task(services: Services, operation: Operation) -> None:
    """The task, remembered with its approval so that it can be closed; closed at once where the approval already
    ended."""
    approval_id = payload.text(operation, "approval_id")
    crm = services.crms.of(operation.account_id)
    task_id = crm.add_task(_task(operation), key=operation.key)
    with services.store.write() as unit:
        approval = unit.approvals.get(operation.account_id, approval_id)
        if approval is None:
            return
        if task_id not in approval.task_ids:
            unit.approvals.save(replace(approval, task_ids=[*approval.task_ids, task_id]))
        pending = approval.decided_at is None and approval.alive(services.clock.now())
    if not pending:
        crm.complete_task(task_id, "")


def add_task(services: Services, operation: Operation) -> None:
    """A task for a person on the deal."""
    services.crms.of(operation.account_id).add_task(_task(operation), key=operation.key)


def complete_task(services: Services, operation: Operation) -> None:
    crm = services.crms.of(operation.account_id)
    crm.complete_task(payload.number(operation, "task_id"), payload.text(operation, "text"))


def align_lines(services: Services, operation: Operation) -> None:
    """The deal's quantities as they were ordered after a partial approval: lines nothing was granted of are unlinked,
    lines the approval did not speak of stay."""
    crm = services.crms.of(operation.account_id)
    wanted = payload.mapping(operation, "quantities")
    deal = crm.deal(payload.deal_of(operation))
    if deal is None:
        return
    for line in deal.lines:
        quantity = Decimal(str(wanted.get(str(line.element.id), line.quantity)))
        if quantity == ZERO:
            crm.remove_line(deal.id, line.element.id)
        elif quantity != line.quantity:
            crm.set_line(deal.id, line.element.id, plain(quantity))


def _task(operation: Operation) -> TaskDraft:
    return TaskDraft(
        deal_id=payload.deal_of(operation),
        user_id=payload.number(operation, "user_id"),
        text=payload.text(operation, "text"),
        due=payload.moment(operation, "due"),
    )
