"""The reports: find the facts, draw the form, return PDF. LibreOffice is never called."""

from __future__ import annotations

from typing import Any

from trytond.exceptions import UserError
from trytond.i18n import gettext
from trytond.pool import Pool
from trytond.report import Report

from . import records, shipped
from .forms import facts, schet, torg12, upd
from .forms.text import short_date


class FormNotReady(UserError):
    """The form cannot be printed yet; the message says what is missing."""


class RussianForm(Report):
    """Base of the forms: ``document`` gathers facts, ``layout`` draws them."""

    __name__ = "ru_forms.form"
    layout: Any = None

    @classmethod
    def _execute(cls, printed: list[Any], header: Any, data: Any, action: Any) -> tuple[str, bytes]:
        (record,) = printed
        return "pdf", cls.layout.render(cls.document(record))

    @classmethod
    def document(cls, record: Any) -> facts.Document:
        """The facts of one record."""
        raise NotImplementedError


class SaleSchet(RussianForm):
    """Счёт на оплату of a confirmed sale."""

    __name__ = "ru_forms.schet"
    layout = schet

    @classmethod
    def document(cls, record: Any) -> facts.Document:
        if record.state not in {"confirmed", "processing", "done"}:
            raise FormNotReady(gettext("ru_forms.msg_not_confirmed", sale=record.rec_name))
        buyer = records.party(record.invoice_party or record.party, record.invoice_address)
        return facts.Document(
            number=record.number, day=record.sale_date, seller=records.party(record.company.party), buyer=buyer,
            signers=records.signers(record.company), lines=records.lines(record.lines, record.currency),
            consignor=records.consignor(record.company, record.warehouse), consignee=buyer,
            basis=f"Заказ покупателя № {record.number}" + (f" ({record.reference})" if record.reference else ""),
        )


class InvoiceSchet(RussianForm):
    """Счёт на оплату of a posted invoice."""

    __name__ = "ru_forms.schet_invoice"
    layout = schet

    @classmethod
    def document(cls, record: Any) -> facts.Document:
        if record.state not in {"posted", "paid"}:
            raise FormNotReady(gettext("ru_forms.msg_not_posted", invoice=record.rec_name))
        buyer = records.party(record.party, record.invoice_address)
        due = [line.maturity_date for line in record.lines_to_pay if line.maturity_date]
        return facts.Document(
            number=record.number, day=record.invoice_date, seller=records.party(record.company.party), buyer=buyer,
            signers=records.signers(record.company), lines=records.lines(record.lines, record.currency),
            consignor=records.party(record.company.party), consignee=buyer, basis=_basis(_sales(record)),
            pay_until=max(due, default=None),
        )


class ShipmentForm(RussianForm):
    """Base of what goes with the goods: needs the shipment done and its invoice."""

    __name__ = "ru_forms.shipment_form"
    title = ""
    needs_posted = False

    @classmethod
    def document(cls, record: Any) -> facts.Document:
        names = {"shipment": record.rec_name, "form": cls.title}
        if record.state not in {"shipped", "done"}:
            raise FormNotReady(gettext("ru_forms.msg_not_shipped", **names))
        invoice = shipped.invoice_of(record)
        if invoice is None or (cls.needs_posted and invoice.state not in {"posted", "paid"}):
            raise FormNotReady(gettext("ru_forms.msg_not_invoiced", **names))
        return facts.Document(
            number=cls.number(record, invoice), day=cls.day(record, invoice),
            seller=records.party(record.company.party), buyer=records.party(invoice.party, invoice.invoice_address),
            signers=records.signers(record.company), lines=records.lines(invoice.lines, invoice.currency),
            consignor=records.consignor(record.company, record.warehouse),
            consignee=records.party(record.customer, record.delivery_address),
            basis=_basis({line.sale for line in shipped.sale_lines(record)}),
            shipment_number=record.number, shipped_on=record.effective_date,
        )


class Upd(ShipmentForm):
    """УПД, status 1, of a shipment whose invoice is posted; carries the invoice's number and date."""

    __name__ = "ru_forms.upd"
    layout = upd
    title = "УПД"
    needs_posted = True

    @classmethod
    def number(cls, shipment: Any, invoice: Any) -> str:
        """The счёт-фактура's number."""
        return invoice.number

    @classmethod
    def day(cls, shipment: Any, invoice: Any) -> Any:
        """The счёт-фактура's date."""
        return invoice.invoice_date


class Torg12(ShipmentForm):
    """ТОРГ-12 of a shipment; carries the shipment's number and date."""

    __name__ = "ru_forms.torg12"
    layout = torg12
    title = "ТОРГ-12"

    @classmethod
    def number(cls, shipment: Any, invoice: Any) -> str:
        """The shipment's number."""
        return shipment.number

    @classmethod
    def day(cls, shipment: Any, invoice: Any) -> Any:
        """The day the goods left."""
        return shipment.effective_date or Pool().get("ir.date").today()


def _sales(invoice: Any) -> set[Any]:
    origins = (line.origin for line in invoice.lines)
    return {origin.sale for origin in origins if origin is not None and origin.__name__ == "sale.line"}


def _basis(sales: set[Any]) -> str:
    """What the goods are handed over for: the customer's orders."""
    ordered = sorted(sales, key=lambda sale: sale.id)
    return ", ".join(f"Заказ покупателя № {sale.number} от {short_date(sale.sale_date)}" for sale in ordered)
