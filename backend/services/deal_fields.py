"""The deal's API-only fields and budget, kept true by one operation whenever the order changes."""

from __future__ import annotations

import uuid
from datetime import datetime
from decimal import Decimal

from backend.domain.order import LIVE, Order
from backend.domain.quantity import plain
from backend.ports.crm import DealField
from backend.ports.erp import PaymentState
from backend.ports.store import Account, UnitOfWork
from backend.services.order_summary import Totals
from backend.services.stock_check import check_fields, state_of_order
from backend.services.words import money_text, word


def sync_fields(unit: UnitOfWork, account: Account, order: Order, totals: Totals, now: datetime) -> None:
    """Queue budget and fields as they should be now; of an order that is over, the check's field is left as it is."""
    fields = field_values(account, order, totals)
    if order.status in LIVE:
        unit.pictures.tell(account.id, order.deal_id, state_of_order(order))
        fields |= check_fields(account.language, state_of_order(order))
    unit.operations.add(
        account.id,
        kind="crm.update_deal",
        key=f"fields:{uuid.uuid4().hex}",
        payload={"budget": plain(totals.total.amount), "fields": fields},
        deal_id=order.deal_id,
        due_at=now,
    )


def field_values(account: Account, order: Order, totals: Totals) -> dict[str, str | None]:
    """Text by field, in the account's language."""
    language = account.language
    return {
        DealField.ORDER_NUMBER: ", ".join(part.number for part in order.parts if part.number) or None,
        DealField.ORDER_STATE: word(language, f"state.{order.status}"),
        DealField.RESERVE: _share(language, "reserve", totals.reserved),
        DealField.PAYMENT: _payment(language, totals),
        DealField.SHIPMENT: _share(language, "shipment", totals.shipped),
    }


def _share(language: str, key: str, share: Decimal) -> str:
    if share >= 1:
        return word(language, f"{key}.full")
    if share <= 0:
        return word(language, f"{key}.none")
    return word(language, f"{key}.part", percent=int(share * 100))


def _payment(language: str, totals: Totals) -> str:
    if totals.payment is not PaymentState.PART:
        return word(language, f"payment.{totals.payment}")
    return word(
        language,
        "payment.part",
        paid=money_text(language, totals.paid.amount, totals.paid.currency),
        total=money_text(language, totals.total.amount, totals.total.currency),
    )
