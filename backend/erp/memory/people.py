"""The people who work in the in-memory ERP, and how it is filled. For tests and demonstrations."""

from __future__ import annotations

import copy
import threading
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from backend.domain.customer import CustomerKey
from backend.domain.money import Money
from backend.domain.quantity import Unit
from backend.domain.stock import Component, Product, ProductKind
from backend.erp.memory import stock
from backend.erp.memory.books import ZERO, Books, Claim, Delivery, Item, Order, OrderLine, Party, PriceList, Shipment
from backend.ports.clock import Clock
from backend.ports.erp import Customer, OrderDraftLine, OrderState, ShipmentState

PIECE = Unit("pc", "шт")


class People:
    """Every method takes and gives ids of the ERP; quantities are base units."""

    def __init__(self, books: Books, lock: threading.RLock, clock: Clock) -> None:
        self._books = books
        self._lock = lock
        self._clock = clock

    def warehouse(self, name: str, *, id: str = "") -> str:
        with self._lock:
            found = id or self._books.next_id("warehouse")
            self._books.warehouses[found] = name
            return found

    def price_type(
        self,
        name: str,
        percent: Decimal,
        *,
        brackets: Mapping[Decimal, Decimal] | None = None,
        gross: bool = False,
        id: str = "",
    ) -> str:
        """Prices at `percent` of the list price; from a bracket's quantity on at the bracket's percent. `gross`: list
        prices are with VAT, it is taken out for the line."""
        with self._lock:
            found = id or self._books.next_id("price")
            self._books.price_lists[found] = PriceList(found, name, percent, dict(brackets or {}), gross)
            return found

    def product(
        self,
        sku: str,
        name: str = "",
        *,
        price: Decimal | None = Decimal(100),
        cost: Decimal | None = None,
        vat: Decimal | None = Decimal(22),
        units: Sequence[Unit] = (PIECE,),
        sale_unit_id: str = "",
        kind: ProductKind = ProductKind.GOODS,
        parts: Mapping[str, Decimal] | None = None,
        barcodes: Sequence[str] = (),
        group: str = "",
        stock: Mapping[str, Decimal] | None = None,
        id: str = "",
    ) -> Product:
        """`parts` (product id → base units in one) make it a kit; `stock`: on hand by warehouse id."""
        with self._lock:
            product = Product(
                id=id or self._books.next_id("product"),
                sku=sku,
                name=name or sku,
                units=tuple(units),
                sale_unit_id=sale_unit_id or units[0].id,
                kind=ProductKind.KIT if parts else kind,
                components=tuple(Component(part, quantity) for part, quantity in (parts or {}).items()),
                barcodes=tuple(barcodes),
                group=group,
                vat_rate=vat,
                list_price=price,
            )
            self._books.items[product.id] = Item(product, price, cost)
            for warehouse, quantity in (stock or {}).items():
                self._books.shelves[product.id, warehouse] = quantity
            return product

    def replace_product(self, product: Product) -> None:
        """Change what is known of a product (archive it, rename it), its price staying."""
        with self._lock:
            self._books.items[product.id].product = product

    def remove_product(self, product_id: str) -> None:
        with self._lock:
            del self._books.items[product_id]

    def set_price(self, product_id: str, price: Decimal | None) -> None:
        with self._lock:
            self._books.items[product_id].price = price

    def count(self, product_id: str, warehouse_id: str, quantity: Decimal) -> None:
        """Stock-taking: so much lies there."""
        with self._lock:
            self._books.shelves[product_id, warehouse_id] = quantity

    def customer(
        self,
        name: str,
        key: CustomerKey,
        *,
        price_type_id: str | None = None,
        limit: Decimal | None = None,
        debt: Decimal = ZERO,
        overdue: Decimal = ZERO,
        id: str = "",
    ) -> str:
        with self._lock:
            found = id or self._books.next_id("customer")
            self._books.parties[found] = Party(Customer(found, name, key), price_type_id, limit, debt, overdue)
            return found

    def delivery(
        self, product_id: str, warehouse_id: str, quantity: Decimal, due: date | None, *, confirmed: bool = True
    ) -> str:
        """Goods ordered from a supplier."""
        with self._lock:
            found = self._books.next_id("delivery")
            self._books.deliveries[found] = Delivery(found, product_id, warehouse_id, quantity, due, confirmed)
            return found

    def receive(self, delivery_id: str) -> None:
        """It has come: it lies on the shelf."""
        with self._lock:
            delivery = self._books.deliveries.pop(delivery_id)
            cell = (delivery.product_id, delivery.warehouse_id)
            self._books.shelves[cell] = self._books.shelves.get(cell, ZERO) + delivery.quantity

    def promise(
        self,
        product_id: str,
        warehouse_id: str,
        quantity: Decimal,
        *,
        assigned: bool,
        due: date | None = None,
        lagging: bool = False,
    ) -> str:
        """Somebody else's order. `lagging`: made now, so its reserve shows only after the ERP's lag."""
        with self._lock:
            unit = self._books.items[product_id].product.base_unit
            draft = OrderDraftLine("", product_id, unit.id, quantity, Money(ZERO), due)
            claim = Claim(0, product_id, Decimal(1), quantity, due=due)
            number = self._books.next_id("other")
            order = Order(
                number,
                "",
                number,
                "",
                warehouse_id,
                [OrderLine(draft, quantity, ZERO, ZERO)],
                [claim],
                OrderState.OPEN,
                True,
                reserved_at=self._clock.now() if lagging else None,
            )
            self._books.orders[order.id] = order
            if assigned:
                stock.assign(self._books, order, [claim])
            return order.id

    def assign(self, order_id: str) -> None:
        """Try again to take from the shelf what waits."""
        with self._lock:
            order = self._books.orders[order_id]
            stock.assign(self._books, order, order.claims)
            if all(claim.waiting <= ZERO for claim in order.claims):
                for shipment in order.shipments:
                    if shipment.state is ShipmentState.WAITING:
                        shipment.state = ShipmentState.RESERVED

    def ship(self, order_id: str, part: Mapping[str, Decimal] | None = None) -> None:
        """Ship what is reserved, or only so much of each stocked product id; the rest stays reserved in a new
        shipment."""
        with self._lock:
            order = self._books.orders[order_id]
            today = self._clock.now().date()
            rows = [
                (claim.line, gone / claim.per_unit)
                for claim in order.claims
                if (gone := self._leave(order, claim, part))
            ]
            at = next(
                (each for each in order.shipments if each.state in {ShipmentState.RESERVED, ShipmentState.WAITING}),
                None,
            )
            if not rows or at is None:
                return
            at.rows = list(dict(rows).items())
            at.state = ShipmentState.SHIPPED
            at.shipped_on = today
            if any(claim.assigned for claim in order.claims):
                order.shipments.append(Shipment(self._books.next_id("shipment"), ShipmentState.RESERVED, today))
            elif all(claim.waiting <= ZERO for claim in order.claims):
                order.state = OrderState.DONE

    def orders(self) -> Sequence[Order]:
        """Every order in the books as it is now, other people's too; copies."""
        with self._lock:
            return copy.deepcopy(list(self._books.orders.values()))

    def customers(self) -> Sequence[Customer]:
        with self._lock:
            return [party.customer for party in self._books.parties.values()]

    def pay(self, order_id: str, amount: Decimal) -> None:
        """Register a payment."""
        with self._lock:
            order = self._books.orders[order_id]
            order.paid += amount
            self._books.parties[order.customer_id].debt -= amount

    def _leave(self, order: Order, claim: Claim, part: Mapping[str, Decimal] | None) -> Decimal:
        gone = claim.assigned if part is None else min(claim.assigned, part.get(claim.product_id, ZERO))
        claim.assigned -= gone
        claim.shipped += gone
        self._books.shelves[claim.product_id, order.warehouse_id] = (
            self._books.on_hand(claim.product_id, order.warehouse_id) - gone
        )
        return gone
