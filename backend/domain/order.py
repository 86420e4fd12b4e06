"""The life of an order as we know it, from accepted to closed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from backend.domain.customer import CustomerKey
from backend.domain.errors import Conflict


class OrderStatus(StrEnum):
    PLACING = "placing"
    PLACED = "placed"
    PART_SHIPPED = "part_shipped"
    SHIPPED = "shipped"
    FAILED = "failed"
    CANCELLED = "cancelled"


class WrongTransition(Conflict):
    """The order cannot go from where it is to there. Data: state, wanted."""

    code = "order_wrong_state"


_NEXT: Mapping[OrderStatus, frozenset[OrderStatus]] = {
    OrderStatus.PLACING: frozenset({OrderStatus.PLACED, OrderStatus.FAILED}),
    OrderStatus.FAILED: frozenset({OrderStatus.PLACING, OrderStatus.CANCELLED}),
    OrderStatus.PLACED: frozenset(
        {OrderStatus.PART_SHIPPED, OrderStatus.SHIPPED, OrderStatus.CANCELLED, OrderStatus.FAILED}
    ),
    OrderStatus.PART_SHIPPED: frozenset({OrderStatus.SHIPPED, OrderStatus.CANCELLED}),
    OrderStatus.SHIPPED: frozenset(),
    OrderStatus.CANCELLED: frozenset(),
}

LIVE = frozenset({OrderStatus.PLACING, OrderStatus.PLACED, OrderStatus.PART_SHIPPED, OrderStatus.SHIPPED})


def advance(current: OrderStatus, wanted: OrderStatus) -> OrderStatus:
    """`wanted` if it may follow `current` (staying is allowed). Raises WrongTransition."""
    if wanted != current and wanted not in _NEXT[current]:
        raise WrongTransition(state=str(current), wanted=str(wanted))
    return wanted


@dataclass(frozen=True, slots=True)
class OrderLine:
    """What was accepted for one part of a line. `quantity` in `unit_id`; `base_quantity` in base units. `look_by`: the
    day its stock was looked at for (None: accepted before this was kept)."""

    key: str
    line_id: str
    product_id: str
    sku: str
    name: str
    unit_id: str
    unit: str
    quantity: Decimal
    base_quantity: Decimal
    unit_price: Decimal
    ship_on: date | None = None
    look_by: date | None = None


@dataclass(frozen=True, slots=True)
class OrderPart:
    """One order in the ERP (an order is split by warehouse where the ERP takes one each).

    `key` names it there for ever. `erp` is the last reading of it, JSON-ready, written by whoever read it.
    """

    key: str
    warehouse_id: str
    lines: Sequence[OrderLine]
    erp_id: str | None = None
    number: str | None = None
    erp: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True)
class OrderCustomer:
    """Whom it is for: an ERP id once known, else what to find or make them from."""

    erp_id: str | None
    name: str
    key: CustomerKey
    address: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """An accepted order. `fingerprint` of the basket and prices accepted; `total` with VAT as quoted.

    `summary`: what the ERP said of it last, JSON-ready for the panel.
    """

    id: str
    account_id: int
    deal_id: int
    status: OrderStatus
    fingerprint: str
    customer: OrderCustomer
    parts: Sequence[OrderPart]
    total: Decimal
    currency: str
    price_type_id: str | None
    allow_shortage: bool
    approval_id: str | None
    submitted_by: int
    created_at: datetime
    placed_at: datetime | None = None
    error: Mapping[str, object] | None = None
    erp_total: Decimal | None = None
    comment: str = ""
    synced_at: datetime | None = None
    summary: Mapping[str, object] = field(default_factory=dict)
    allow_over_credit: bool = False
