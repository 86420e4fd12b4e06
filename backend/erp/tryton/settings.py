"""How one Tryton is reached and which of its print forms are used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from backend.ports.erp import DocumentKind


@dataclass(frozen=True, slots=True)
class PrintForm:
    """A report of Tryton: `report` its name (`report.<name>.execute`), `model` what it is printed from. `of_invoice`:
    it states the sums of a posted invoice and cannot be printed before there is one."""

    report: str
    model: str
    of_invoice: bool = False


SALE = "sale.sale"
SHIPMENT = "stock.shipment.out"

DEFAULT_FORMS: Mapping[DocumentKind, PrintForm] = MappingProxyType(
    {
        DocumentKind.INVOICE: PrintForm("ru_forms.schet", SALE),
        DocumentKind.UPD: PrintForm("ru_forms.upd", SHIPMENT, of_invoice=True),
        DocumentKind.TORG12: PrintForm("ru_forms.torg12", SHIPMENT, of_invoice=True),
    }
)


@dataclass(frozen=True, slots=True)
class TrytonSettings:
    """`url` without the database; `login` of the API user. `forms`: the server may lack some, see `check_connection`.
    `quotations_reserve`: other people's quotations count as promised, as the module sale_stock_quantity itself counts
    them. `document_limit`: largest PDF taken, bytes. `kpp_field`: the party's field with the KPP, used where it
    exists. `attempts`: how often a busy or unreachable server is asked for a read, `patience_seconds` after which it
    is not asked again. `door_seconds`: how long a thread waits for another one that signs in. `address_country`: ISO
    code for addresses made here, empty = none."""

    url: str
    database: str
    login: str
    password: str = field(repr=False)
    language: str = "ru"
    forms: Mapping[DocumentKind, PrintForm] = field(default_factory=lambda: DEFAULT_FORMS)
    quotations_reserve: bool = True
    document_limit: int = 20_000_000
    kpp_field: str = "ru_kpp"
    attempts: int = 4
    patience_seconds: float = 10.0
    door_seconds: float = 3.0
    address_country: str = "RU"
