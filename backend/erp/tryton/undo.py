"""Taking an order back: shipments, then their exceptions, then invoices. Every step looks at the state first."""

from __future__ import annotations

from collections.abc import Sequence

from backend.erp.tryton.client import Row, TrytonClient
from backend.ports.erp import ErpRefused

SALE = "sale.sale"
SHIPMENT = "stock.shipment.out"
INVOICE = "account.invoice"
STEPS = 6


class Undo:
    """Cancels sales of one Tryton."""

    def __init__(self, client: TrytonClient) -> None:
        self._client = client

    def cancel(self, sale: int) -> None:
        """Release the reserve and close the order. What was shipped stays, and then so do its invoices: they are the
        accountants'. Safe to repeat."""
        for _ in range(STEPS):
            row = self._sale(sale)
            if row is None or not self._step(row):
                return
        raise ErpRefused("the order would not close", message="")

    def leave_nothing(self, sale: int, key: str) -> None:
        """After a refusal: delete what never came to be; what did is cancelled and gives its key back."""
        row = self._sale(sale)
        if row is None:
            return
        if row["state"] == "quotation":
            self._press(SALE, "draft", sale)
        if row["state"] in {"draft", "quotation"}:
            self._client.patiently(lambda: self._client.write(f"model.{SALE}.delete", [sale]))
            return
        self.cancel(sale)
        self._client.write(f"model.{SALE}.write", [sale], {"reference": f"{key} (отказ {sale})"})

    def _step(self, row: Row) -> bool:
        """One step nearer; False when nothing is left to do."""
        sale = row["id"]
        match row["state"]:
            case "draft" | "quotation":
                self._press(SALE, "cancel", sale)
                return True
            case "confirmed":
                self._press(SALE, "process", sale)
                return True
            case "cancelled":
                return False
        return (
            self._release(row) or self._except(row, "shipment") or self._uninvoice(row) or self._except(row, "invoice")
        )

    def _release(self, row: Row) -> bool:
        rows = self._rows(SHIPMENT, row["shipments"])
        alive = [each["id"] for each in rows if each["state"] not in {"done", "cancelled"}]
        if alive:
            self._client.patiently(lambda: self._client.write(f"model.{SHIPMENT}.cancel", alive))
        return bool(alive)

    def _uninvoice(self, row: Row) -> bool:
        if any(each["state"] == "done" for each in self._rows(SHIPMENT, row["shipments"])):
            return False
        rows = self._rows(INVOICE, row["invoices"])
        drafts = [each["id"] for each in rows if each["state"] in {"draft", "validated"}]
        if drafts:
            self._client.patiently(lambda: self._client.write(f"model.{INVOICE}.cancel", drafts))
        return bool(drafts)

    def _except(self, row: Row, what: str) -> bool:
        """Answer Tryton's «what about the cancelled ones?» with «leave them»."""
        if row[f"{what}_state"] != "exception":
            return False
        kind = {"shipment": "moves", "invoice": "invoices"}[what]
        wizard = f"wizard.sale.handle.{what}.exception"
        context = {"active_model": SALE, "active_id": row["id"], "active_ids": [row["id"]]}
        session, start, *_ = self._client.write(f"{wizard}.create")
        try:
            view = self._client.write(f"{wizard}.execute", session, {}, start, context=context)
            cancelled = view["view"]["defaults"][f"domain_{kind}"]
            answer = {f"domain_{kind}": cancelled, f"recreate_{kind}": [], f"ignore_{kind}": cancelled}
            self._client.write(f"{wizard}.execute", session, {start: answer}, "handle", context=context)
        finally:
            self._client.write(f"{wizard}.delete", session)
        return True

    def _sale(self, sale: int) -> Row | None:
        fields = ["state", "shipments", "invoices", "shipment_state", "invoice_state"]
        return next(iter(self._client.rows(SALE, [["id", "=", sale]], fields)), None)

    def _rows(self, model: str, wanted: Sequence[int] | None) -> list[Row]:
        return self._client.rows(model, [["id", "in", list(wanted)]], ["state"]) if wanted else []

    def _press(self, model: str, button: str, record: int) -> None:
        self._client.patiently(lambda: self._client.write(f"model.{model}.{button}", [record]))
