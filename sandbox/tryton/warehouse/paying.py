"""Invoices that wait for money, and registering a payment."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from sandbox.tryton.warehouse.rpc import ErpClient, ErpRefused

_FIELDS = ["number", "invoice_date", "state", "total_amount", "amount_to_pay", "party.name", "reconciled"]


class Paying:
    """The accountant's work on customers' invoices."""

    def __init__(self, erp: ErpClient) -> None:
        self._erp = erp

    def unpaid(self) -> list[dict[str, Any]]:
        """Posted customer invoices with something left to pay, newest first."""
        rows = self._erp.call("model.account.invoice.search_read", [["type", "=", "out"], ["state", "=", "posted"]], 0,
                              None, [["id", "DESC"]], _FIELDS)
        return [
            {"id": row["id"], "number": row["number"], "date": row["invoice_date"].isoformat(),
             "customer": row["party."]["name"], "total": str(row["total_amount"]), "left": str(row["amount_to_pay"])}
            for row in sorted(rows, key=lambda row: -row["id"])
        ]

    def pay(self, invoice: int, today: date, amount: Decimal | None = None) -> dict[str, Any]:
        """Register a payment to the bank account: the whole rest, or ``amount`` roubles of it.

        Returns state and what is left. Raises ErpRefused for a sum that is not above zero or more than is left.
        """
        before = self._read(invoice)
        if before["state"] != "posted":
            raise ErpRefused("NotPayable", "Этот счёт не ждёт оплаты.")
        # Always a sum of our own: Tryton proposes what is due today, which is negative after an early part payment.
        paid = before["amount_to_pay"] if amount is None else amount
        if not Decimal(0) < paid <= before["amount_to_pay"]:
            raise ErpRefused("WrongAmount", "Сумма должна быть больше нуля и не больше остатка.")
        actx = {"active_model": "account.invoice", "active_id": invoice, "active_ids": [invoice]}
        session = self._erp.call("wizard.account.invoice.pay.create", **actx)[0]
        try:
            self._go_through(session, actx, today, paid)
        finally:
            self._erp.call("wizard.account.invoice.pay.delete", session)
        after = self._read(invoice)
        return {"id": invoice, "state": after["state"], "left": f"{after['amount_to_pay']:.2f}"}

    def _go_through(self, session: int, actx: dict[str, Any], today: date, amount: Decimal) -> None:
        step = self._erp.call("wizard.account.invoice.pay.execute", session, {}, "start", **actx)
        (method,) = self._erp.call("model.account.invoice.payment.method.search", [], 0, 1, None)
        start = {**_plain(step["view"]["defaults"]), "payment_method": method, "date": today, "amount": amount}
        answer = self._erp.call("wizard.account.invoice.pay.execute", session, {"start": start}, "choice", **actx)
        if answer.get("view", {}).get("state") == "ask":
            ask = _plain(answer["view"]["defaults"])
            self._erp.call("wizard.account.invoice.pay.execute", session, {"start": start, "ask": ask}, "pay", **actx)

    def _read(self, invoice: int) -> dict[str, Any]:
        (row,) = self._erp.call("model.account.invoice.read", [invoice], ["state", "amount_to_pay"])
        return dict(row)


def _plain(defaults: dict[str, Any]) -> dict[str, Any]:
    """The wizard's defaults without the dotted extras, which must not be sent back."""
    return {key: value for key, value in defaults.items() if "." not in key}
