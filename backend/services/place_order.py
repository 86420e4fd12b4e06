"""The operation that asks the ERP for an accepted order.

Safe to run again after any cut (R10, R14, R29).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from backend.domain.errors import Permanent, StockgateError
from backend.domain.money import Money
from backend.domain.order import Order, OrderPart, OrderStatus, advance
from backend.domain.quantity import ZERO, plain
from backend.ports.erp import CustomerDraft, ErpOrder, ErpPort, ErpRefused, OrderDraft, OrderDraftLine, OrderState
from backend.ports.store import JournalEntry, Operation, UnitOfWork
from backend.services.deps import Services
from backend.services.fail_placing import TotalMismatch, fail_placing, still_placing
from backend.services.follow_orders import store_reading
from backend.services.over_reserve import (
    Beyond,
    OverReserved,
    look_beyond,
    put_to_manager,
    shipped,
    watched,
)
from backend.services.payload import text
from backend.services.say_in_deal import say
from backend.services.undo_order import cancel_in_erp, unresolved
from backend.services.verify_order import condemn, condemned, look_later
from backend.services.words import money_text


class CustomerAmbiguous(Permanent):
    """The ERP has several customers with these requisites; a person must choose.

    Data: count.
    """

    code = "customer_ambiguous"


class PlacingGivenUp(Permanent):
    """The person was told that the placing was given up; only they may resume it."""

    code = "placing_given_up"


def place_order(services: Services, operation: Operation) -> None:
    """Place every part of the order in the ERP and read it back.

    Raises the ERP's errors for the runner to judge; a permanent one
    ends the order: what was made of it is cancelled, its holds are released, the deal is told. Raises PlacingGivenUp
    where a process was killed after it had told so and before the operation was dead.
    """
    order = _load(services, operation)
    if order is not None and unresolved(order) == operation.id:
        raise PlacingGivenUp
    if order is None or order.status is not OrderStatus.PLACING:
        return
    erp = services.erps.of(order.account_id)
    try:
        _require_not_condemned(order)
        order = _with_customer(services, order, erp)
        found = {part.key: _place_part(services, order, part, erp) for part in order.parts}
        _require_alive(found)
        _require_total(order, found)
        beyond = _beyond(services, order, found, erp)
    except Permanent as error:
        _refused(services, operation, order, error)
        return
    if not _placed(services, order, found, erp, beyond) and _over(_load(services, operation)):
        cancel_in_erp(order, erp)


def fail_order(services: Services, operation: Operation, error: StockgateError) -> None:
    """The runner gave up (attempts ran out, or something nobody foresaw): the person is told and may resume; holds
    stay, since the outcome in the ERP may be unknown."""
    order = _load(services, operation)
    if order is not None:
        fail_placing(services, order, error, resume=operation.id)


def _refused(services: Services, operation: Operation, order: Order, error: Permanent) -> None:
    """Take back what was made of it; nothing, where another worker placed it meanwhile."""
    current = _load(services, operation)
    if current is None or current.status is OrderStatus.PLACING or _over(current):
        cancel_in_erp(order, services.erps.of(order.account_id))
        fail_placing(services, order, error)


def _over(order: Order | None) -> bool:
    """Ended for good while this worker was at it: nothing of it may stay in the ERP, since its goods are others'."""
    if order is None or order.status is OrderStatus.CANCELLED:
        return True
    return order.status is OrderStatus.FAILED and unresolved(order) is None


def _load(services: Services, operation: Operation) -> Order | None:
    with services.store.read() as unit:
        return unit.orders.get(operation.account_id, text(operation, "order_id"))


def _with_customer(services: Services, order: Order, erp: ErpPort) -> Order:
    """The customer's ERP id: known, found by key, or made.

    Looked for first each time, so a lost answer makes no duplicate.
    """
    if order.customer.erp_id is not None:
        return order
    matches = erp.find_customers(order.customer.key)
    if len(matches) > 1:
        raise CustomerAmbiguous(count=len(matches))
    wanted = order.customer
    customer = matches[0] if matches else erp.create_customer(CustomerDraft(wanted.name, wanted.key, wanted.address))
    known = replace(wanted, erp_id=customer.id)
    with services.store.write() as unit:
        current = still_placing(unit, order)
        if current is not None:
            unit.orders.save(replace(current, customer=known))
    return replace(order, customer=known)


def _place_part(services: Services, order: Order, part: OrderPart, erp: ErpPort) -> ErpOrder:
    """Idempotent by the part's key.

    From the moment the ERP confirmed (plus its lag) readings contain the reserve.
    """
    placed = erp.place_order(_draft(order, part))
    confirmed = services.clock.now() + erp.capabilities().reserve_lag
    with services.store.write() as unit:
        unit.holds.reflect(order.account_id, part.key, at=confirmed)
    return placed


def _draft(order: Order, part: OrderPart) -> OrderDraft:
    return OrderDraft(
        key=part.key,
        customer_id=order.customer.erp_id or "",
        warehouse_id=part.warehouse_id,
        price_type_id=order.price_type_id,
        lines=[
            OrderDraftLine(
                key=line.key,
                product_id=line.product_id,
                unit_id=line.unit_id,
                quantity=line.quantity,
                unit_price=Money(line.unit_price, order.currency),
                ship_on=line.ship_on,
            )
            for line in part.lines
        ],
        address=order.customer.address,
        comment=order.comment,
        allow_shortage=order.allow_shortage,
        allow_over_credit=order.allow_over_credit,
    )


def _require_alive(found: Mapping[str, ErpOrder]) -> None:
    """A part that was cancelled in the ERP (by a person, or by us on an earlier run) is found by its key all the same:
    it is no order any more."""
    if any(one.state is OrderState.CANCELLED for one in found.values()):
        raise ErpRefused("cancelled in the ERP", message="")


def _require_total(order: Order, found: Mapping[str, ErpOrder]) -> None:
    total = sum((one.total.amount for one in found.values()), ZERO)
    if total != order.total:
        raise TotalMismatch(total=str(order.total), erp_total=str(total), currency=order.currency)


def _require_not_condemned(order: Order) -> None:
    reason = condemned(order)
    if reason is not None:
        raise reason


def _beyond(services: Services, order: Order, found: Mapping[str, ErpOrder], erp: ErpPort) -> Sequence[Beyond]:
    """What an ERP that over-reserves promised of it beyond what is there, where it cannot be taken back any more.

    Raises OverReserved where it can.
    """
    beyond = look_beyond(services, order, found, erp) if watched(order, erp) else ()
    if beyond and not shipped(found):
        reason = OverReserved.of(beyond)
        condemn(services, order, reason)
        raise reason
    return beyond


def _placed(
    services: Services, order: Order, found: Mapping[str, ErpOrder], erp: ErpPort, beyond: Sequence[Beyond]
) -> bool:
    """Write down that the ERP has it (`beyond`: more than it should, and it cannot be helped). False where its placing
    was ended meanwhile."""
    now = services.clock.now()
    with services.store.write() as unit:
        current = still_placing(unit, order)
        if current is None:
            return False
        done = replace(current, status=advance(current.status, OrderStatus.PLACED), placed_at=now, error=None)
        unit.orders.save(done)
        store_reading(services, unit, done, found)
        numbers = ", ".join(found[part.key].number for part in order.parts)
        unit.journal.add(
            JournalEntry(
                order.account_id, now, "order.placed", None, order.deal_id, {"order": order.id, "numbers": numbers}
            )
        )
        account = unit.accounts.get(order.account_id)
        if account is not None:
            total = money_text(account.language, order.total, order.currency)
            say(
                unit,
                account,
                order.deal_id,
                "order.placed",
                key=f"placed:{order.id}",
                now=now,
                numbers=numbers,
                total=total,
            )
        _align_deal(unit, order, now)
        if beyond:
            put_to_manager(unit, done, beyond, now)
        look_later(unit, order, erp, now)
    return True


def _align_deal(unit: UnitOfWork, order: Order, now: datetime) -> None:
    """After a partial approval the lines it spoke of follow what was ordered."""
    approval = unit.approvals.get(order.account_id, order.approval_id) if order.approval_id else None
    if approval is None or all(line.granted == line.requested for line in approval.lines):
        return
    quantities = {line.line_id: ZERO for line in approval.lines}
    for part in order.parts:
        for line in part.lines:
            quantities[line.line_id] = quantities.get(line.line_id, ZERO) + line.quantity
    unit.operations.add(
        order.account_id,
        kind="crm.align_lines",
        key=f"align:{order.id}",
        payload={"quantities": {line_id: plain(quantity) for line_id, quantity in quantities.items()}},
        deal_id=order.deal_id,
        due_at=now,
    )
