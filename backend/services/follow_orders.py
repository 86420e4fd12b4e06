"""Bring back what happened to placed orders: reserve, shipments, payments, documents (R15–R17)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from backend.domain.errors import OutsideError
from backend.domain.order import LIVE, Order, OrderStatus
from backend.ports.connections import AccountInactive, NoConnection
from backend.ports.erp import ErpOrder
from backend.ports.store import JournalEntry, UnitOfWork
from backend.services.deal_fields import sync_fields
from backend.services.deps import Services
from backend.services.order_summary import moved, status_of, summary_of, totals_of, with_snapshot
from backend.services.over_reserve import alert_key
from backend.services.say_in_deal import say
from backend.services.stock_check import tell_check

BATCH = 100
MOST_BATCHES = 50


def follow_account(services: Services, account_id: int, *, every: timedelta) -> int:
    """Read back the account's living orders that nobody looked at for half of `every`, in batches.

    Returns how many changed.
    """
    before = services.clock.now() - every / 2
    changed = 0
    for _ in range(MOST_BATCHES):
        with services.store.read() as unit:
            orders = unit.orders.to_follow(account_id, limit=BATCH, synced_before=before)
        if orders:
            changed += read_back(services, account_id, orders)
        if len(orders) < BATCH:
            break
    return changed


def follow_all(services: Services, *, every: timedelta) -> None:
    """Every active account with an ERP, side by side: one that does not answer does not keep the others waiting."""
    with services.store.read() as unit:
        accounts = [one.id for one in unit.accounts.active() if unit.accounts.connection(one.id) is not None]
    for done in [services.pool.submit(_follow, services, account_id, every) for account_id in accounts]:
        done.result()


def _follow(services: Services, account_id: int, every: timedelta) -> None:
    try:
        follow_account(services, account_id, every=every)
    except (OutsideError, NoConnection, AccountInactive) as error:
        now = services.clock.now()
        with services.store.write() as unit:
            unit.journal.add(JournalEntry(account_id, now, "orders.follow_failed", data={"code": error.code}))


def read_back(services: Services, account_id: int, orders: Sequence[Order]) -> int:
    """Read these orders from the ERP and store what changed. Returns how many did.

    An order still being placed is left alone; one that the ERP no longer has is over.
    """
    placed = [one for one in orders if one.status is not OrderStatus.PLACING and any(part.erp_id for part in one.parts)]
    ids = [part.erp_id for one in placed for part in one.parts if part.erp_id]
    if not ids:
        return 0
    found = {one.id: one for one in services.erps.of(account_id).read_orders(ids)}
    changed = 0
    for order in placed:
        parts = {part.key: found[part.erp_id] for part in order.parts if part.erp_id in found}
        with services.store.write() as unit:
            changed += store_reading(services, unit, order, parts) if parts else _gone(services, unit, order)
    return changed


def store_reading(services: Services, unit: UnitOfWork, order: Order, parts: Mapping[str, ErpOrder]) -> bool:
    """Keep what the ERP says of an order (by part key): status, summary, documents; tell the deal if it changed."""
    now = services.clock.now()
    current = unit.orders.get(order.account_id, order.id)
    if current is None or current.status not in LIVE:
        return False
    totals = totals_of(list(parts.values()))
    after = replace(
        with_snapshot(current, parts),
        status=status_of(current, list(parts.values()), totals),
        summary=summary_of(current, parts, totals),
        erp_total=totals.total.amount,
        synced_at=now,
    )
    documents_changed = _keep_documents(unit, after, parts)
    unit.orders.save(after)
    if replace(after, synced_at=current.synced_at) == current and not documents_changed:
        return False
    unit.deals.touch(order.account_id, order.deal_id)
    account = unit.accounts.get(order.account_id)
    if account is not None:
        sync_fields(unit, account, after, totals, now)
    if after.status in {OrderStatus.SHIPPED, OrderStatus.CANCELLED}:
        unit.alerts.close(order.account_id, alert_key(order), now=now)
    if after.status is OrderStatus.CANCELLED:
        _tell_end(unit, after, "order.cancelled", now)
    return True


def _gone(services: Services, unit: UnitOfWork, order: Order) -> bool:
    """None of its parts is in the ERP any more. What was shipped stays shipped, whatever became of its papers."""
    now = services.clock.now()
    current = unit.orders.get(order.account_id, order.id)
    if current is None or current.status not in LIVE:
        return False
    status = moved(current.status, OrderStatus.CANCELLED)
    unit.orders.save(after := replace(current, status=status, synced_at=now))
    if status is not OrderStatus.CANCELLED:
        return False
    unit.deals.touch(order.account_id, order.deal_id)
    unit.alerts.close(order.account_id, alert_key(order), now=now)
    _tell_end(unit, after, "order.deleted", now)
    return True


def _tell_end(unit: UnitOfWork, order: Order, text_key: str, now: datetime) -> None:
    """Somebody ended it in the ERP: the journal and the deal's feed say so."""
    data = {"order": order.id}
    unit.journal.add(JournalEntry(order.account_id, now, text_key, None, order.deal_id, data))
    account = unit.accounts.get(order.account_id)
    if account is not None:
        numbers = ", ".join(part.number for part in order.parts if part.number)
        say(unit, account, order.deal_id, text_key, key=f"{text_key}:{order.id}", now=now, numbers=numbers)
        tell_check(unit, account, order.deal_id, now)


def _keep_documents(unit: UnitOfWork, order: Order, parts: Mapping[str, ErpOrder]) -> bool:
    before = list(unit.documents.of_deal(order.account_id, order.deal_id))
    for key, part in parts.items():
        for ref in part.documents:
            unit.documents.put(order.account_id, order.deal_id, key, ref)
    return before != list(unit.documents.of_deal(order.account_id, order.deal_id))
