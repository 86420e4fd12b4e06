"""A placing that came to nothing: the order says so, and so does its deal."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from backend.domain.errors import Permanent, StockgateError
from backend.domain.order import Order, OrderStatus, advance
from backend.ports.store import JournalEntry, UnitOfWork
from backend.services.deps import Services
from backend.services.over_reserve import OverReserved, in_words
from backend.services.say_in_deal import say
from backend.services.stock_check import tell_check
from backend.services.undo_order import let_go
from backend.services.words import money_text


class TotalMismatch(Permanent):
    """The ERP's order totals something else than the person agreed to (R12).

    Data: total, erp_total, currency.
    """

    code = "total_mismatch"


def still_placing(unit: UnitOfWork, order: Order) -> Order | None:
    """The order as it is now; None where somebody ended its placing meanwhile. Touches the deal: its other writers
    wait for this transaction."""
    unit.deals.touch(order.account_id, order.deal_id)
    current = unit.orders.get(order.account_id, order.id)
    return current if current is not None and current.status is OrderStatus.PLACING else None


def fail_placing(services: Services, order: Order, error: StockgateError, *, resume: str | None = None) -> None:
    """End the placing: the order is failed, journal and deal say why.

    `resume`: the dead operation that may run again (holds stay); None: it is over, a retry is a new order.
    """
    now = services.clock.now()
    with services.store.write() as unit:
        current = still_placing(unit, order)
        if current is None:
            return
        if resume is None:
            let_go(unit, current, now)
        problem = {"code": error.code, "params": dict(error.data), "can_retry": True, "resume": resume}
        unit.orders.save(replace(current, status=advance(current.status, OrderStatus.FAILED), error=problem))
        data = {"order": order.id, "code": error.code}
        unit.journal.add(JournalEntry(order.account_id, now, "order.failed", None, order.deal_id, data))
        _say_failed(unit, order, error, now, known=resume is None)


def _say_failed(unit: UnitOfWork, order: Order, error: StockgateError, now: datetime, *, known: bool) -> None:
    """`known`: its outcome in the ERP."""
    account = unit.accounts.get(order.account_id)
    if account is None:
        return
    message = str(error.data.get("message") or "")
    params: dict[str, object] = {"message": message}
    if not known:
        text = "order.unresolved"
    elif error.code in {"erp_shortage", "total_mismatch", "customer_ambiguous", "over_reserved"}:
        text = f"order.failed.{error.code}"
    else:
        text = "order.failed" if message else "order.failed.unsaid"
    if isinstance(error, TotalMismatch):
        for name in ("total", "erp_total"):
            params[name] = money_text(account.language, Decimal(str(error.data[name])), order.currency)
    if isinstance(error, OverReserved):
        params["lines"] = in_words(error.lines)
    say(unit, account, order.deal_id, text, key=f"failed:{uuid.uuid4().hex}", now=now, **params)
    tell_check(unit, account, order.deal_id, now)
