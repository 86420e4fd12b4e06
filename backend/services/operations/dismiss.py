"""Away with it, because a person says so and why. What waited for its end is brought to an end with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from backend.domain.order import Order, OrderStatus, advance
from backend.ports.store import JournalEntry, Operation, OperationState, UnitOfWork
from backend.services.deps import Services
from backend.services.operations.desk import (
    Desk,
    OperationDismissed,
    OperationMoved,
    OperationNotDismissible,
    note,
    operation_at,
    require_state,
)
from backend.services.operations.show import show_operation
from backend.services.panel.texts import Json
from backend.services.say_in_deal import say
from backend.services.set_up_account import mark_failed
from backend.services.stock_check import tell_check
from backend.services.undo_order import cancel_in_erp, let_go, unresolved


@dataclass(frozen=True, slots=True)
class Dismissal:
    """An operation as it was seen, who does not want it, and why."""

    services: Services
    desk: Desk
    operation: Operation
    why: str


@dataclass(frozen=True, slots=True)
class Ending:
    """What a dismissal means for what waits for the operation. `outside`: before the transaction, may ask the ERP;
    `inside`: within it."""

    outside: Callable[[Dismissal], None]
    inside: Callable[[UnitOfWork, Dismissal], None]


def dismiss_operation(services: Services, desk: Desk, operation_id: str, why: str) -> Json:
    """A dead or waiting one is never tried again; the operation after it.

    Raises NotFound, OperationWrongState, OperationNotDismissible, OperationMoved, and where an order has to be read
    back first, the ERP's errors: nothing is dismissed then.
    """
    seen = operation_at(services, desk, operation_id)
    require_state(seen, OperationState.DEAD, OperationState.WAITING)
    ending = _ending(seen)
    given = Dismissal(services, desk, seen, why)
    ending.outside(given)
    with services.store.write() as unit:
        if seen.deal_id is not None:
            unit.deals.touch(seen.account_id, seen.deal_id)
        if not unit.desk.dismiss(seen, by=desk.user_id, why=why, now=services.clock.now()):
            raise OperationMoved
        ending.inside(unit, given)
        note(unit, services, desk, seen, "dismissed", why=why)
    return show_operation(services, desk, operation_id)


def _ending(operation: Operation) -> Ending:
    known = ENDINGS.get(operation.kind)
    if known is None and operation.kind.startswith("order."):
        raise OperationNotDismissible(kind=operation.kind)
    return known or Ending(_nothing_outside, _nothing_inside)


def _nothing_outside(_: Dismissal) -> None:
    """Nobody waits for it."""


def _nothing_inside(_unit: UnitOfWork, _: Dismissal) -> None:
    """Nobody waits for it."""


def _take_back(given: Dismissal) -> None:
    """Whatever the ERP made of the order is cancelled. Should a worker take the operation up meanwhile, it finds the
    cancelled order and ends this one as refused."""
    with given.services.store.read() as unit:
        order = _waiting_order(unit, given.operation)
    if order is not None:
        cancel_in_erp(order, given.services.erps.of(order.account_id))


def _fail_order(unit: UnitOfWork, given: Dismissal) -> None:
    """Its goods are free again, the deal says why, and the manager may place a new one."""
    order = _waiting_order(unit, given.operation)
    if order is None:
        return
    now = given.services.clock.now()
    let_go(unit, order, now)
    error = OperationDismissed(why=given.why)
    problem = {"code": error.code, "params": dict(error.data), "can_retry": True, "resume": None}
    unit.orders.save(replace(order, status=advance(order.status, OrderStatus.FAILED), error=problem))
    data = {"order": order.id, "code": error.code}
    entry = JournalEntry(order.account_id, now, "order.failed", given.desk.user_id, order.deal_id, data)
    unit.journal.add(entry)
    account = unit.accounts.get(order.account_id)
    if account is not None:
        key = f"dismissed:{given.operation.id}"
        say(unit, account, order.deal_id, "order.dismissed", key=key, now=now, why=given.why)
        tell_check(unit, account, order.deal_id, now)


def _waiting_order(unit: UnitOfWork, operation: Operation) -> Order | None:
    """The order whose fate hangs on this operation."""
    order = unit.orders.get(operation.account_id, str(operation.payload.get("order_id")))
    if order is None:
        return None
    return order if order.status is OrderStatus.PLACING or unresolved(order) == operation.id else None


def _leave_queue(unit: UnitOfWork, given: Dismissal) -> None:
    """Nothing was accepted yet: the deal says that it waits no more, and why. Of a dead one it knows already."""
    operation, now = given.operation, given.services.clock.now()
    account = unit.accounts.get(operation.account_id)
    if operation.state is not OperationState.WAITING or account is None or operation.deal_id is None:
        return
    data = {"operation": operation.id, "why": given.why}
    actor, deal_id = given.desk.user_id, operation.deal_id
    unit.journal.add(JournalEntry(operation.account_id, now, "order.unqueued", actor, deal_id, data))
    say(unit, account, deal_id, "queue.dismissed", key=f"dismissed:{operation.id}", now=now, why=given.why)


def _stop_preparing(unit: UnitOfWork, given: Dismissal) -> None:
    """Of a dead one the settings say already why it ended."""
    if given.operation.state is OperationState.WAITING:
        mark_failed(unit, given.operation.account_id, OperationDismissed.code)


ENDINGS: Mapping[str, Ending] = {
    "order.place": Ending(_take_back, _fail_order),
    "order.submit": Ending(_nothing_outside, _leave_queue),
    "account.set_up": Ending(_nothing_outside, _stop_preparing),
    "account.clean_up": Ending(_nothing_outside, _stop_preparing),
}
