"""Turns Tryton's records into the facts that the forms print."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from trytond.pool import Pool

from .forms import facts

_KOPECK = Decimal("0.01")


def party(record: Any, address: Any = None) -> facts.Party:
    """A party with its requisites, at the given address or its first one."""
    inn = next((i.code for i in record.identifiers if i.type == "ru_vat"), "")
    return facts.Party(
        name=record.name or "", inn=inn, kpp=record.ru_kpp or "", okpo=record.ru_okpo or "",
        address=address_line(address or record.address_get("invoice")), phone=record.phone or record.mobile or "",
        bank=record.ru_bank_name or "", bic=record.ru_bank_bic or "", account=record.ru_bank_account or "",
        corr_account=record.ru_bank_corr_account or "",
    )


def address_line(address: Any) -> str:
    """``107140, Москва, ул. …`` on one line; empty without an address."""
    if not address:
        return ""
    street = (address.street or "").replace("\n", ", ")
    return ", ".join(part for part in (address.postal_code, address.city, street) if part)


def consignor(company: Any, warehouse: Any) -> facts.Party:
    """The seller at the warehouse that ships."""
    address = warehouse.address if warehouse else None
    return party(company.party, address)


def signers(company: Any) -> facts.Signers:
    """Who signs for the company."""
    names = ("director_post", "director", "accountant", "storekeeper_post", "storekeeper")
    return facts.Signers(**{name: getattr(company, f"ru_{name}") or "" for name in names})


def lines(records: Iterable[Any], currency: Any) -> tuple[facts.Line, ...]:
    """Lines of a sale or an invoice; VAT is rounded per line, as this company's books do."""
    return tuple(_line(record, currency) for record in records if record.type == "line" and record.quantity)


def _line(record: Any, currency: Any) -> facts.Line:
    tax_model = Pool().get("account.tax")
    quantity = Decimal(str(record.quantity))
    taxes = tax_model.compute(list(record.taxes), record.unit_price, record.quantity, _tax_date(record))
    product, unit = record.product, record.unit
    origin = product.ru_origin if product else None
    return facts.Line(
        sku=(product.code if product else "") or "",
        name=product.name if product else record.description or "",
        quantity=quantity,
        unit=unit.symbol if unit else "",
        okei=(unit.ru_okei_code if unit else "") or "",
        price=record.unit_price.quantize(_KOPECK, ROUND_HALF_UP),
        net=record.amount,
        vat_rate=record.taxes[0].rate if record.taxes else None,
        vat=currency.round(sum((tax["amount"] for tax in taxes), Decimal(0))),
        country_code=(origin.code_numeric if origin else "") or "",
        country=origin.name if origin else "",
        declaration=(product.ru_customs_declaration if product else "") or "",
    )


def _tax_date(record: Any) -> Any:
    """The day that decides the rate: the invoice's, else the sale's."""
    invoice = getattr(record, "invoice", None)
    sale = getattr(record, "sale", None)
    day = getattr(invoice, "invoice_date", None) or getattr(sale, "sale_date", None)
    return day or Pool().get("ir.date").today()
