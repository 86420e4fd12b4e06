"""Once more, because a person says so."""

from __future__ import annotations

from collections.abc import Mapping
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
NEVER = frozenset({OperationState.DEAD, OperationState.DISMISSED})
"""States in which it wrote nothing and will not by itself."""
LATER = 200
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
    """Nothing that this one writes was written later, or is about to be."""
    same = OperationSearch(account_id=seen.account_id, kinds=[seen.kind], deal_id=seen.deal_id, limit=LATER)
    later = [one for one in unit.desk.search(same) if one.sequence > seen.sequence and one.state not in NEVER]
    if any(_written(one) & _written(seen) for one in later):
        raise OperationSuperseded


def _written(operation: Operation) -> frozenset[str]:
    """Names of what its payload writes: fields, or lines, and what stands beside them."""
    inner = [value for value in operation.payload.values() if isinstance(value, Mapping)]
    beside = [name for name, value in operation.payload.items() if not isinstance(value, Mapping)]
    return frozenset([*beside, *(str(name) for one in inner for name in one)])


def _prepare_again(unit: UnitOfWork, seen: Operation) -> None:
    """The settings show it as under way, and nobody can start another beside it."""
    progress = unit.accounts.setup_progress(seen.account_id)
    if progress.state == "running":
        raise SetupRunning
    unit.accounts.save_setup_progress(seen.account_id, replace(progress, state="running"))
