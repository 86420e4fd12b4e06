"""Orders with a reserve: what is asked for, and what the ERP says it made of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from backend.domain.money import Money
from backend.ports.erp.capabilities import DocumentKind


@dataclass(frozen=True, slots=True)
class OrderDraftLine:
    """`quantity` in `unit_id`. `unit_price` as quoted (PricedLine.unit_price). `ship_on`: the day it is promised for,
    None = as soon as possible."""

    key: str
    product_id: str
    unit_id: str
    quantity: Decimal
    unit_price: Money
    ship_on: date | None = None


@dataclass(frozen=True, slots=True)
class OrderDraft:
    """An order for one warehouse.

    `key` is ours, unique for ever: an order with this key is made at most once, and is found by it. `allow_shortage`:
    a supervisor allowed exactly this order beyond stock; the ERP's own shortage warning is then answered with yes,
    every other warning is not.
    """

    key: str
    customer_id: str
    warehouse_id: str
    price_type_id: str | None
    lines: Sequence[OrderDraftLine]
    address: str = ""
    comment: str = ""
    allow_shortage: bool = False
    allow_over_credit: bool = False


class OrderState(StrEnum):
    """`draft`: made but not confirmed (a placing that was cut short); `open`: confirmed, alive; `done`;
    `cancelled`."""

    DRAFT = "draft"
    OPEN = "open"
    DONE = "done"
    CANCELLED = "cancelled"


class PaymentState(StrEnum):
    NONE = "none"
    PART = "part"
    PAID = "paid"


class ShipmentState(StrEnum):
    """`waiting`: not or partly reserved; `reserved`: wholly assigned from the shelf; `shipped`; `cancelled`."""

    WAITING = "waiting"
    RESERVED = "reserved"
    SHIPPED = "shipped"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class ErpOrderLine:
    """All quantities in base units.

    A kit line counts whole kits. `reserved` is what is assigned from the shelf and not yet shipped; `awaiting` what
    still waits for a delivery. `key` ours where the ERP keeps it, else ''.
    """

    key: str
    product_id: str
    ordered: Decimal
    reserved: Decimal
    shipped: Decimal
    awaiting: Decimal
    expected: date | None
    amount: Money


@dataclass(frozen=True, slots=True)
class DocumentRef:
    """A printable document.

    `id` opaque, stable; `version` changes when the document's content does.
    """

    id: str
    kind: DocumentKind
    number: str
    issued: date | None
    total: Money | None
    version: str


@dataclass(frozen=True, slots=True)
class ErpShipment:
    id: str
    number: str
    state: ShipmentState
    planned: date | None
    shipped_on: date | None


@dataclass(frozen=True, slots=True)
class ErpOrder:
    """An order as the ERP keeps it now.

    `total` with VAT; `paid` and `invoiced` so far.
    """

    id: str
    key: str
    number: str
    state: OrderState
    customer_id: str
    warehouse_id: str
    total: Money
    invoiced: Money
    paid: Money
    payment: PaymentState
    lines: Sequence[ErpOrderLine]
    shipments: Sequence[ErpShipment]
    documents: Sequence[DocumentRef]
    version: str = ""


@dataclass(frozen=True, slots=True)
class DocumentFile:
    """The bytes of a PDF (begins with %PDF-) and the file name people should see."""

    ref: DocumentRef
    filename: str
    content: bytes
