"""Once more, because a person says so."""

from __future__ import annotations

from dataclasses import replace

from backend.ports.store import Operation, OperationSearch, OperationState, UnitOfWork
from backend.services.deps import Services
from backend.services.operations.desk import (
    Desk,
    OperationMoved,
    OperationNotRetryable,
    OperationSuperseded,
    may_retry,
    note,
    operation_at,
    require_state,
)
from backend.services.operations.show import show_operation
from backend.services.panel.texts import Json
from backend.services.resume_order import resume_order
from backend.services.set_up_account import SetupRunning
from backend.services.undo_order import unresolved

OVERWRITING = frozenset({"crm.update_deal", "crm.align_lines"})
"""Kinds that write what a later one of the same deal has written newer."""
PREPARING = frozenset({"account.set_up", "account.clean_up"})


def retry_operation(services: Services, desk: Desk, operation_id: str) -> Json:
    """A dead one lives again with fresh patience, a waiting one is due now; the operation after it.

    Raises NotFound, OperationWrongState, OperationNotRetryable, OperationSuperseded, OperationMoved, SetupRunning.
    """
    seen = operation_at(services, desk, operation_id)
    require_state(seen, OperationState.DEAD, OperationState.WAITING)
    with services.store.write() as unit:
        if seen.state is OperationState.WAITING:
            done = unit.desk.hurry(seen, now=services.clock.now())
        else:
            done = _revived(unit, services, desk, seen)
        if not done:
            raise OperationMoved
        note(unit, services, desk, seen, "retried")
    return show_operation(services, desk, operation_id)


def _revived(unit: UnitOfWork, services: Services, desk: Desk, seen: Operation) -> bool:
    now = services.clock.now()
    if not may_retry(seen):
        raise OperationNotRetryable(kind=seen.kind)
    if seen.kind in OVERWRITING:
        _require_newest(unit, seen)
    if seen.kind in PREPARING:
        _prepare_again(unit, seen)
    if seen.kind == "order.place" and seen.deal_id is not None:
        unit.deals.touch(seen.account_id, seen.deal_id)
        order = unit.orders.get(seen.account_id, str(seen.payload.get("order_id")))
        if order is not None and unresolved(order) == seen.id:
            resume_order(unit, order, seen.id, actor=desk.user_id, now=now)
            return True
    return unit.operations.revive(seen.id, now=now)


def _require_newest(unit: UnitOfWork, seen: Operation) -> None:
    same = OperationSearch(account_id=seen.account_id, kinds=[seen.kind], deal_id=seen.deal_id, limit=1)
    if [one.id for one in unit.desk.search(same)] != [seen.id]:
        raise OperationSuperseded


def _prepare_again(unit: UnitOfWork, seen: Operation) -> None:
    """The settings show it as under way, and nobody can start another beside it."""
    progress = unit.accounts.setup_progress(seen.account_id)
    if progress.state == "running":
        raise SetupRunning
    unit.accounts.save_setup_progress(seen.account_id, replace(progress, state="running"))
