"""What the in-memory ERP keeps."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from backend.domain.stock import Product
from backend.ports.erp import Customer, OrderDraftLine, OrderState, ShipmentState

ZERO = Decimal(0)


@dataclass(slots=True)
class Item:
    """A product with what it costs. Prices without VAT for one base unit."""

    product: Product
    price: Decimal | None
    cost: Decimal | None


@dataclass(slots=True)
class PriceList:
    """Percent of the list price, and percents from certain quantities on (base units of a line)."""

    id: str
    name: str
    percent: Decimal
    brackets: Mapping[Decimal, Decimal]
    gross: bool = False

    def share(self, quantity: Decimal) -> Decimal:
        reached = [start for start in self.brackets if start <= quantity]
        return (self.brackets[max(reached)] if reached else self.percent) / 100


@dataclass(slots=True)
class Party:
    """A customer with terms."""

    customer: Customer
    price_type_id: str | None = None
    limit: Decimal | None = None
    debt: Decimal = ZERO
    overdue: Decimal = ZERO


@dataclass(slots=True)
class Delivery:
    """Goods on their way."""

    id: str
    product_id: str
    warehouse_id: str
    quantity: Decimal
    due: date | None
    confirmed: bool = True


@dataclass(slots=True)
class Claim:
    """What one line takes of one stocked product. `per_unit`: base units of it in one base unit of the line's product
    (1, or a kit's share)."""

    line: int
    product_id: str
    per_unit: Decimal
    asked: Decimal
    assigned: Decimal = ZERO
    shipped: Decimal = ZERO
    due: date | None = None

    @property
    def waiting(self) -> Decimal:
        return self.asked - self.assigned - self.shipped


@dataclass(slots=True)
class Shipment:
    """One leaving of goods. `rows`: line index and base units of its product."""

    id: str
    state: ShipmentState
    planned: date | None
    shipped_on: date | None = None
    rows: list[tuple[int, Decimal]] = field(default_factory=list)


@dataclass(slots=True)
class OrderLine:
    """A line as it was ordered. `quantity` in base units of its product; `net` and `amount` are sums of the whole
    line."""

    draft: OrderDraftLine
    quantity: Decimal
    net: Decimal
    amount: Decimal


@dataclass(slots=True)
class Order:
    """Ours have a key; other people's have none."""

    id: str
    key: str
    number: str
    customer_id: str
    warehouse_id: str
    lines: list[OrderLine]
    claims: list[Claim]
    state: OrderState = OrderState.DRAFT
    placed: bool = False
    issued: date | None = None
    reserved_at: datetime | None = None
    paid: Decimal = ZERO
    shipments: list[Shipment] = field(default_factory=list)
    address: str = ""
    comment: str = ""

    @property
    def total(self) -> Decimal:
        return sum((line.amount for line in self.lines), ZERO)

    @property
    def alive(self) -> bool:
        return self.state is OrderState.OPEN


@dataclass(slots=True)
class Books:
    """All of it. Guarded by the adapter's lock. `over_reserves`: an order takes from the shelf without a look at what
    others have taken."""

    items: dict[str, Item] = field(default_factory=dict)
    shelves: dict[tuple[str, str], Decimal] = field(default_factory=dict)
    warehouses: dict[str, str] = field(default_factory=dict)
    price_lists: dict[str, PriceList] = field(default_factory=dict)
    parties: dict[str, Party] = field(default_factory=dict)
    deliveries: dict[str, Delivery] = field(default_factory=dict)
    orders: dict[str, Order] = field(default_factory=dict)
    over_reserves: bool = False
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def next_id(self, kind: str) -> str:
        return f"{kind}-{next(self.numbers)}"

    def on_hand(self, product_id: str, warehouse_id: str) -> Decimal:
        return self.shelves.get((product_id, warehouse_id), ZERO)

    def claims(self, product_id: str, warehouse_id: str) -> Iterator[tuple[Order, Claim]]:
        """What living orders take of a product in a warehouse."""
        for order in self.orders.values():
            if order.alive and order.warehouse_id == warehouse_id:
                for claim in order.claims:
                    if claim.product_id == product_id:
                        yield order, claim
