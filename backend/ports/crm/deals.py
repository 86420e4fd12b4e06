"""A deal with everything an order is made from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class CrmElement:
    """An element of the CRM's products list. `external_id` is the ERP's product id where it was imported, else ''.

    An element that was deleted from the list while a deal still links to it has only its id; its name is ''.
    """

    id: int
    name: str
    sku: str
    external_id: str
    price: Decimal | None = None


@dataclass(frozen=True, slots=True)
class DealLine:
    """A product linked to a deal. `quantity` as amoCRM keeps it (it has no units). One line an element."""

    element: CrmElement
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class LegalEntity:
    """Requisites typed into a company or contact, as typed (not normalised)."""

    name: str = ""
    inn: str = ""
    kpp: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Company:
    id: int
    name: str
    legal: LegalEntity | None
    phones: Sequence[str] = ()
    emails: Sequence[str] = ()
    address: str = ""


@dataclass(frozen=True, slots=True)
class Contact:
    id: int
    name: str
    legal: LegalEntity | None
    phones: Sequence[str] = ()
    emails: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Deal:
    """A deal (amoCRM lead). `budget` in the account's currency.

    `lines` in the order the CRM gives them, one an element.
    """

    id: int
    name: str
    pipeline_id: int
    stage_id: int
    responsible_id: int
    budget: Decimal
    updated_at: datetime
    lines: Sequence[DealLine]
    company: Company | None
    contact: Contact | None
    closed: bool = False
