"""The contract suite's world in the in-memory ERP."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from backend.domain.customer import CustomerKey
from backend.domain.quantity import Unit
from backend.erp.memory.adapter import MemoryErp
from backend.erp.memory.faults import Fault
from backend.ports.erp import ErpPort, MissingRight
from tests.contract.world import Cut, Goods, exact

PIECE, PACK = Unit("pc", "шт"), Unit("pack", "уп", Decimal(10))
STEPS = ("place_order.create", "place_order.confirm", "place_order.reserve")
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


class StoppedClock:
    """Stands still until it is moved."""

    def __init__(self, now: datetime = NOON) -> None:
        self.moment = now

    def now(self) -> datetime:
        return self.moment


class MemoryWorld:
    def __init__(self, *, over_reserves: bool = False) -> None:
        self.clock = StoppedClock()
        self._memory = MemoryErp(self.clock, over_reserves=over_reserves)
        self._people = self._memory.people
        self.erp: ErpPort = self._memory
        self.warehouses = (self._people.warehouse("Москва"), self._people.warehouse("Питер"))

    def today(self) -> date:
        return self.clock.now().date()

    def goods(
        self, *, price: str = "100", vat: str = "22", stock: Mapping[str, str] | None = None, barcode: str = ""
    ) -> Goods:
        sku = f"T-{uuid.uuid4().hex[:10].upper()}"
        product = self._people.product(
            sku,
            f"Товар {sku}",
            price=Decimal(price),
            vat=Decimal(vat),
            units=(PIECE, PACK),
            barcodes=[barcode] if barcode else [],
            stock=exact(stock),
        )
        return Goods(product.id, sku, product.name, PIECE.id, PACK.id, barcode)

    def kit(self, parts: Mapping[str, str], *, price: str = "500") -> Goods:
        sku = f"T-{uuid.uuid4().hex[:10].upper()}"
        units = (PIECE, PACK)
        product = self._people.product(sku, f"Комплект {sku}", price=Decimal(price), units=units, parts=exact(parts))
        return Goods(product.id, sku, product.name, PIECE.id, PACK.id)

    def archive(self, product_id: str) -> None:
        product = self._memory.products(ids=[product_id])[0]
        self._people.replace_product(replace(product, active=False))

    def delivery(self, goods: Goods, quantity: str, due: date | None, *, confirmed: bool = True) -> None:
        self._people.delivery(goods.id, self.warehouses[0], Decimal(quantity), due, confirmed=confirmed)

    def promise(self, goods: Goods, quantity: str, *, assigned: bool, due: date | None = None) -> None:
        self._people.promise(goods.id, self.warehouses[0], Decimal(quantity), assigned=assigned, due=due)

    def customer(
        self, name: str, key: CustomerKey, *, price_type_id: str | None = None, limit: str | None = None
    ) -> str:
        ceiling = None if limit is None else Decimal(limit)
        return self._people.customer(name, key, price_type_id=price_type_id, limit=ceiling)

    def price_type(self, percent: str, *, brackets: Mapping[str, str] | None = None, gross: bool = False) -> str:
        found = {Decimal(start): Decimal(share) for start, share in (brackets or {}).items()}
        return self._people.price_type(f"Прайс {percent}", Decimal(percent), brackets=found, gross=gross)

    def ship(self, order_id: str, part: Mapping[str, str] | None = None) -> None:
        self._people.ship(order_id, None if part is None else exact(part))

    def calls(self) -> int:
        return 0

    @contextmanager
    def cut(self, step: int, where: Cut) -> Iterator[None]:
        fault = Fault.LOST_AFTER if where is Cut.AFTER_DOING else Fault.LOST_BEFORE
        for name in [STEPS[step - 1], *(["create_customer", "cancel_order"] if step == 1 else [])]:
            self._memory.script.fail(name, fault)
        yield
        self._memory.script.up()

    def writes_to_place(self) -> int:
        return len(STEPS)

    def writes_to_cancel(self) -> int:
        return 1

    def missing_rights(self) -> Sequence[str]:
        return ("orders",)

    def limited(self) -> ErpPort:
        return MemoryErp(self.clock, missing=[MissingRight("orders", "orders")])
