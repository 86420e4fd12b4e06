"""One seller: looks at the stock, offers what seems to be there, presses *Place order*; later ships or gives up."""

from __future__ import annotations

import random
import time
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal

from backend.domain.customer import CustomerKey
from backend.domain.order import Order, OrderCustomer, OrderLine, OrderPart, OrderStatus
from backend.domain.policy import Outcome
from backend.ports.store import HoldWant
from backend.proofs.oversell.shelf import Shelf
from backend.proofs.recorder import Recorder
from backend.services.write_order import write_order
from backend.storage import SqlStore
from backend.storage.errors import StoreBusy

ACCOUNT = 1
WAREHOUSE = "w"
DEALS_EACH = 10_000_000
USES_OF_A_READING = 12
MOST_LIVING = 4


@dataclass(frozen=True, slots=True)
class Reading:
    """What the panel showed: free pieces by product as the ERP said at `taken_at`, our holds of then taken off."""

    taken_at: datetime
    limits: list[int]
    seen: list[int]


@dataclass(slots=True)
class Living:
    """An accepted order that is still ours to ship or to give up."""

    name: str
    part: str
    pieces: Mapping[int, int]
    placed: bool = False


@dataclass(slots=True)
class Sold:
    """What a seller did: `took` has the seconds of each submit."""

    took: list[float] = field(default_factory=list)
    accepted: int = 0
    refused: int = 0
    busy: int = 0
    begun: float = 0.0
    ended: float = 0.0


class Seller:
    """`number` is unique among all processes: it names deals and orders."""

    def __init__(self, store: SqlStore, shelf: Shelf, record: Recorder, *, number: int, seed: int) -> None:
        self._store, self._shelf, self._record = store, shelf, record
        self._number = number
        self._draw = random.Random(seed * 1009 + number)  # noqa: S311 (to be repeated, not secret)
        self._names = self._deals()
        self._living: deque[Living] = deque()
        self.sold = Sold()

    def sell(self, submits: int) -> None:
        """Until so many submits were answered. A few sellers keep an order alive, for the last look at the holds; the
        others leave the goods to those who still sell."""
        self.sold.begun = time.monotonic()
        while len(self.sold.took) < submits:
            reading = self._look()
            for _ in range(self._draw.randint(1, USES_OF_A_READING)):
                basket = self._basket(reading)
                if basket and len(self.sold.took) < submits:
                    self._submit(reading, basket)
            while len(self._living) > self._draw.randint(0, MOST_LIVING):
                self._part_with(self._living.popleft())
        self.sold.ended = time.monotonic()
        while len(self._living) > (self._number % 4 == 0):
            self._part_with(self._living.popleft())

    def _look(self) -> Reading:
        """As `take_picture` does: the ERP first, then our holds against the reading's own moment."""
        taken_at = datetime.now(UTC)
        limits = self._shelf.free()
        products = [product_name(one) for one in range(len(limits))]
        with self._store.read() as unit:
            counted = unit.holds.counted(ACCOUNT, products, [WAREHOUSE], taken_at=taken_at)
        held = [int(counted.get((name, WAREHOUSE), 0)) for name in products]
        return Reading(taken_at, limits, [there - ours for there, ours in zip(limits, held, strict=True)])

    def _basket(self, reading: Reading) -> list[tuple[int, int]]:
        """Lines of what seemed to be there, in no order, a product sometimes twice; nothing where all seemed gone."""
        there = [product for product, pieces in enumerate(reading.seen) if pieces > 0]
        if not there:
            return []
        chosen = self._draw.sample(there, min(len(there), self._draw.choice((1, 1, 1, 2, 3))))
        if reading.seen[chosen[0]] > 1 and self._draw.random() < 0.2:
            chosen.append(chosen[0])
        return [(product, 1) for product in chosen]

    def _submit(self, reading: Reading, basket: list[tuple[int, int]]) -> None:
        deal = next(self._names)
        order = _order(deal, basket)
        wants = [
            HoldWant(order.parts[0].key, product_name(one), WAREHOUSE, Decimal(pieces), Decimal(reading.limits[one]))
            for one, pieces in basket
        ]
        pieces: dict[int, int] = {}
        for one, quantity in basket:
            pieces[one] = pieces.get(one, 0) + quantity
        self._record.ask(order.id, {product_name(one): quantity for one, quantity in pieces.items()})
        begun = time.perf_counter()
        try:
            with self._store.write() as unit:
                short = write_order(
                    unit,
                    order,
                    wants,
                    taken_at=reading.taken_at,
                    outcome=Outcome.ALLOW,
                    granted=None,
                    now=order.created_at,
                )
        except StoreBusy:
            self.sold.busy += 1
            return
        self.sold.took.append(time.perf_counter() - begun)
        if short:
            self._record.write("refuse", order=order.id)
            self.sold.refused += 1
        else:
            self._record.write("accept", order=order.id)
            self.sold.accepted += 1
            self._living.append(Living(order.id, order.parts[0].key, pieces))

    def _part_with(self, order: Living) -> None:
        """Ship it by way of the ERP's reserve and stock up anew, or give it up before or after the ERP has it."""
        if self._draw.random() < 0.5:
            self._place(order)
        if order.placed and self._draw.random() < 0.8:
            self._record.write("ship", order=order.name)
            self._shelf.ship(order.pieces)
            self._record.write("shipped", order=order.name)
            for one, quantity in order.pieces.items():
                self._record.write("stock", product=product_name(one), quantity=str(quantity))
                self._shelf.restock(one, quantity)
            return
        self._record.write("release", order=order.name)
        if order.placed:
            self._shelf.give_back(order.pieces)
        with self._store.write() as unit:
            unit.holds.release(ACCOUNT, order.part, at=datetime.now(UTC))
        self._record.write("released", order=order.name)

    def _place(self, order: Living) -> None:
        self._record.write("reflect", order=order.name)
        self._shelf.reserve(order.pieces)
        with self._store.write() as unit:
            unit.holds.reflect(ACCOUNT, order.part, at=datetime.now(UTC))
        order.placed = True
        self._record.write("reflected", order=order.name)

    def _deals(self) -> Iterator[int]:
        first = self._number * DEALS_EACH
        yield from range(first + 1, first + DEALS_EACH)


def product_name(product: int) -> str:
    return f"p{product}"


def _order(deal: int, basket: list[tuple[int, int]]) -> Order:
    """As `submit_order` makes it, a line an article."""
    name = f"o{deal}"
    lines = [
        OrderLine(
            key=f"{number}-1",
            line_id=str(number),
            product_id=product_name(product),
            sku=product_name(product).upper(),
            name=f"Product {product}",
            unit_id="pc",
            unit="pc",
            quantity=Decimal(pieces),
            base_quantity=Decimal(pieces),
            unit_price=Decimal("139.42623"),
        )
        for number, (product, pieces) in enumerate(basket)
    ]
    return Order(
        id=name,
        account_id=ACCOUNT,
        deal_id=deal,
        status=OrderStatus.PLACING,
        fingerprint="b1946ac92492d2347c6235b4d2611184",
        customer=OrderCustomer("c-1", "Customer", CustomerKey(inn="7701234560", kpp="770101001")),
        parts=[OrderPart(f"AMO-{deal}-1", WAREHOUSE, lines)],
        total=Decimal("170.10") * len(lines),
        currency="RUB",
        price_type_id=None,
        allow_shortage=False,
        approval_id=None,
        submitted_by=504141,
        created_at=datetime.now(UTC),
    )
