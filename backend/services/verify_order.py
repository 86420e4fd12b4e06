"""The second look at an order in an ERP that over-reserves: somebody else's order may have met ours just after it was
placed, or did not show yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from backend.domain.errors import Permanent
from backend.domain.order import Order, OrderStatus, advance
from backend.ports.erp import ErpOrder, ErpPort
from backend.ports.store import JournalEntry, Operation, UnitOfWork
from backend.services.deal_fields import sync_fields
from backend.services.deps import Services
from backend.services.order_summary import totals_of
from backend.services.over_reserve import Beyond, OverReserved, in_words, look_beyond, put_to_manager, shipped, watched
from backend.services.payload import text
from backend.services.say_in_deal import say
from backend.services.stock_check import tell_check
from backend.services.undo_order import cancel_in_erp, let_go

SETTLED = timedelta(seconds=30)
"""How long after the reserve shows (the ERP's lag) others who pressed at the same moment have surely ended."""

OPEN = frozenset({OrderStatus.PLACED, OrderStatus.PART_SHIPPED})


def look_later(unit: UnitOfWork, order: Order, erp: ErpPort, now: datetime) -> None:
    """Queue the second look. Of no deal: it must not keep the deal's next order waiting."""
    if watched(order, erp):
        unit.operations.add(
            order.account_id,
            kind="order.verify",
            key=f"verify:{order.id}",
            payload={"order_id": order.id},
            deal_id=None,
            due_at=now + erp.capabilities().reserve_lag + SETTLED,
        )


def verify_order(services: Services, operation: Operation) -> None:
    """Look again; an order beyond what is there is taken back, or put to its manager where goods have left.

    Safe to run again: that it is to be taken back is written down before it is cancelled. Raises the ERP's errors.
    """
    order = _load(services, operation)
    if order is None or order.status not in OPEN:
        return
    erp = services.erps.of(order.account_id)
    found = _read(order, erp)
    if not found:
        return
    if shipped(found):
        _leave(services, order, look_beyond(services, order, found, erp, again=True))
        return
    reason = condemned(order)
    if reason is None:
        beyond = look_beyond(services, order, found, erp, again=True)
        if not beyond:
            return
        reason = OverReserved.of(beyond)
        condemn(services, order, reason)
    cancel_in_erp(order, erp)
    _take_back(services, order, reason, _read(order, erp))


def condemned(order: Order) -> OverReserved | None:
    """Why the order is to be taken back, where an earlier run had found so and was cut short."""
    error = order.error or {}
    params = error.get("params")
    if error.get("code") != OverReserved.code or not isinstance(params, Mapping) or order.status is OrderStatus.FAILED:
        return None
    return OverReserved(**params)


def condemn(services: Services, order: Order, reason: Permanent) -> None:
    """Write down, before the ERP is asked to cancel it, that the order is to be taken back and why."""
    with services.store.write() as unit:
        unit.deals.touch(order.account_id, order.deal_id)
        current = unit.orders.get(order.account_id, order.id)
        if current is not None and current.status in OPEN | {OrderStatus.PLACING}:
            unit.orders.save(replace(current, error={"code": reason.code, "params": dict(reason.data)}))


def _load(services: Services, operation: Operation) -> Order | None:
    with services.store.read() as unit:
        return unit.orders.get(operation.account_id, text(operation, "order_id"))


def _read(order: Order, erp: ErpPort) -> Mapping[str, ErpOrder]:
    """Its parts by key, as the ERP has them now; none where they were deleted."""
    known = {part.erp_id: part.key for part in order.parts if part.erp_id}
    return {known[one.id]: one for one in erp.read_orders(list(known))}


def _leave(services: Services, order: Order, beyond: Sequence[Beyond]) -> None:
    """Goods have left, so it stays, even where an earlier run had found that it is to be taken back."""
    with services.store.write() as unit:
        unit.deals.touch(order.account_id, order.deal_id)
        current = unit.orders.get(order.account_id, order.id)
        if current is None or current.status not in OPEN:
            return
        if condemned(current) is not None:
            unit.orders.save(replace(current, error=None))
        if beyond:
            put_to_manager(unit, order, beyond, services.clock.now())


def _take_back(services: Services, order: Order, reason: OverReserved, found: Mapping[str, ErpOrder]) -> None:
    """The ERP has let it go; so do we, unless goods left in that very moment."""
    now = services.clock.now()
    with services.store.write() as unit:
        unit.deals.touch(order.account_id, order.deal_id)
        current = unit.orders.get(order.account_id, order.id)
        if current is None or current.status not in OPEN:
            return
        if shipped(found):
            unit.orders.save(replace(current, error=None))
            return
        let_go(unit, current, now)
        problem = {"code": reason.code, "params": dict(reason.data), "can_retry": True, "resume": None}
        parts = [replace(part, erp_id=None, number=None, erp=None) for part in current.parts]
        status = advance(current.status, OrderStatus.FAILED)
        gone = replace(current, status=status, error=problem, parts=parts, summary={}, erp_total=None)
        unit.orders.save(gone)
        data = {"order": order.id, "code": reason.code}
        unit.journal.add(JournalEntry(order.account_id, now, "order.taken_back", None, order.deal_id, data))
        account = unit.accounts.get(order.account_id)
        if account is None:
            return
        numbers = ", ".join(part.number for part in current.parts if part.number)
        lines = in_words(reason.lines)
        key = f"taken_back:{order.id}"
        say(unit, account, order.deal_id, "order.taken_back", key=key, now=now, numbers=numbers, lines=lines)
        if found:
            sync_fields(unit, account, gone, totals_of(list(found.values())), now)
        tell_check(unit, account, order.deal_id, now)
