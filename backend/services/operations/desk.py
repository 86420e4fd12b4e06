"""Who looks at operations, and what stands in the way."""

from __future__ import annotations

from dataclasses import dataclass

from backend.domain.errors import Conflict, NotFound, Permanent, Refused
from backend.ports.store import JournalEntry, Operation, OperationState, UnitOfWork
from backend.services.deps import Services
from backend.services.viewer import Caller, require_admin


class OperationWrongState(Conflict):
    """It runs just now, or has ended: there is nothing to retry or to dismiss. Data: state."""

    code = "operation_wrong_state"


class OperationMoved(Conflict):
    """A worker took it, or somebody else decided, while this was being looked into."""

    code = "operation_moved"


class OperationSuperseded(Conflict):
    """A later one of the same kind has the newer values; this one would bring the old ones back."""

    code = "operation_superseded"


class OperationNotRetryable(Conflict):
    """People were told how it ended and act on it: it must not come to life behind their backs. Data: kind."""

    code = "operation_not_retryable"


class OperationNotDismissible(Refused):
    """Others wait for how it ends. Data: kind."""

    code = "operation_not_dismissible"


class OperationDismissed(Permanent):
    """An administrator decided that it is not to be done any more. Data: why."""

    code = "operation_dismissed"


TOLD = frozenset({"order.submit"})
"""Kinds whose end was told to a manager, who orders from the card since then."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Who looks at whose operations. `account_id` None: every account's, on the server's own command line; `user_id`:
    of the CRM, None there, where `name` says who."""

    account_id: int | None
    user_id: int | None = None
    name: str = ""


def desk_of(services: Services, caller: Caller) -> Desk:
    """An administrator's, for their own account. Raises NotAdministrator."""
    require_admin(services, caller)
    return Desk(caller.account_id, caller.user_id)


def operation_at(services: Services, desk: Desk, operation_id: str) -> Operation:
    """Raises NotFound; another account's operation is not there either."""
    with services.store.read() as unit:
        found = unit.operations.get(operation_id)
    if found is None or desk.account_id not in (None, found.account_id):
        raise NotFound(what="operation")
    return found


def may_retry(operation: Operation) -> bool:
    """Whether trying again could do anything."""
    dead = operation.state is OperationState.DEAD
    return operation.state is OperationState.WAITING or (dead and operation.kind not in TOLD)


def may_dismiss(operation: Operation) -> bool:
    return operation.state in (OperationState.DEAD, OperationState.WAITING)


def require_state(operation: Operation, *states: OperationState) -> None:
    """Raises OperationWrongState."""
    if operation.state not in states:
        raise OperationWrongState(state=str(operation.state))


def note(unit: UnitOfWork, services: Services, desk: Desk, operation: Operation, what: str, **more: object) -> None:
    """Journal what was decided about an operation, and by whom."""
    data: dict[str, object] = {"operation": operation.id, "kind": operation.kind, **more}
    if desk.user_id is None:
        data["by"] = desk.name
    unit.journal.add(
        JournalEntry(
            account_id=operation.account_id,
            at=services.clock.now(),
            kind=f"operation.{what}",
            actor=desk.user_id,
            deal_id=operation.deal_id,
            data=data,
            operation_id=operation.id,
        )
    )
