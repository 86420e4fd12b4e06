"""A whole ERP in memory, held to the same contract as the real ones. For fast tests; it forgets everything."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta

from backend.domain.customer import CustomerKey
from backend.domain.money import Money
from backend.domain.stock import Product, StockReading
from backend.erp.memory import orders, pricing, stock
from backend.erp.memory.books import Books, Order, Party
from backend.erp.memory.faults import Script
from backend.erp.memory.pdf import pdf
from backend.erp.memory.people import People
from backend.ports.clock import Clock
from backend.ports.erp import (
    Capabilities,
    CataloguePage,
    ConnectionReport,
    Customer,
    CustomerDraft,
    CustomerTerms,
    DocumentFile,
    DocumentKind,
    DocumentRef,
    DocumentUnavailable,
    ErpOrder,
    ErpRefused,
    MissingRight,
    OrderDraft,
    OrderState,
    PriceQuote,
    PriceRequest,
    PriceType,
    Warehouse,
)

SYSTEM = "Memory"
ALL_FORMS = frozenset(DocumentKind)


class MemoryErp:
    """`people` fills it and works in it; `script` makes it fail, or lets a rival strike at a step. Thread-safe.

    `calls` counts port methods by name. `missing` is what `check_connection` reports. `reserve_lag`: how long a
    reading still misses a reserve. `over_reserves`: it promises whatever it is asked for, as Odoo does when two confirm
    at once; its figures go below zero.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        reserve_lag: timedelta = timedelta(0),
        over_reserves: bool = False,
        forms: frozenset[DocumentKind] = ALL_FORMS,
        missing: Sequence[MissingRight] = (),
    ) -> None:
        self._clock = clock
        self._lock = threading.RLock()
        self._books = Books(over_reserves=over_reserves)
        self._capabilities = Capabilities(SYSTEM, forms, reserve_lag, over_reserves=over_reserves)
        self.missing = tuple(missing)
        self.people = People(self._books, self._lock, clock)
        self.script = Script()
        self.calls: dict[str, int] = {}

    def capabilities(self) -> Capabilities:
        return self._capabilities

    def check_connection(self) -> ConnectionReport:
        with self._step("check_connection"):
            return ConnectionReport(SYSTEM, "1", "ООО «Память»", pricing.CURRENCY, self.missing)

    def warehouses(self) -> Sequence[Warehouse]:
        with self._step("warehouses"):
            return [Warehouse(id, name) for id, name in self._books.warehouses.items()]

    def price_types(self) -> Sequence[PriceType]:
        with self._step("price_types"):
            return [PriceType(each.id, each.name) for each in self._books.price_lists.values()]

    def products(self, *, ids: Sequence[str] = (), skus: Sequence[str] = ()) -> Sequence[Product]:
        with self._step("products"):
            items = [item.product for item in self._books.items.values()]
            found = [product for product in items if product.id in ids or product.sku in skus]
            parts = {part.product_id for product in found for part in product.components}
            known = {product.id for product in found}
            return [*found, *(product for product in items if product.id in parts - known)]

    def search_products(self, text: str, *, limit: int) -> Sequence[Product]:
        with self._step("search_products"):
            words = text.strip().casefold()
            items = [item.product for item in self._books.items.values() if item.product.active]
            found = [product for product in items if words and _matches(product, words)]
            return sorted(found, key=lambda product: (not _exact(product, words), product.name))[:limit]

    def catalogue(self, *, cursor: str | None, limit: int) -> CataloguePage:
        with self._step("catalogue"):
            items = [item.product for item in self._books.items.values()]
            start = int(cursor or 0)
            more = str(start + limit) if start + limit < len(items) else None
            return CataloguePage(items[start : start + limit], more)

    def read_stock(self, product_ids: Sequence[str], warehouse_ids: Sequence[str]) -> StockReading:
        taken_at = self._clock.now()
        with self._step("read_stock"):
            known = [product for product in product_ids if stock.stocked(self._books, product)]
            places = [warehouse for warehouse in warehouse_ids if warehouse in self._books.warehouses]
            lag = self._capabilities.reserve_lag
            rows = {
                (product, place): stock.row(self._books, product, place, now=taken_at, lag=lag)
                for product in known
                for place in places
            }
            return StockReading(taken_at, rows, frozenset(product_ids) - frozenset(known))

    def find_customers(self, key: CustomerKey) -> Sequence[Customer]:
        with self._step("find_customers"):
            everybody = [party.customer for party in self._books.parties.values()]
            if key.inn:
                same = [each for each in everybody if each.key.inn == key.inn]
                return [each for each in same if not (key.kpp and each.key.kpp) or each.key.kpp == key.kpp]
            by_phone = [each for each in everybody if key.phone and each.key.phone == key.phone]
            return by_phone or [each for each in everybody if key.email and each.key.email == key.email]

    def create_customer(self, draft: CustomerDraft) -> Customer:
        with self._step("create_customer"):
            customer = Customer(self._books.next_id("customer"), draft.name, draft.key)
            self._books.parties[customer.id] = Party(customer)
            return customer

    def customer_terms(self, customer_id: str) -> CustomerTerms:
        with self._step("customer_terms"):
            party = self._books.parties.get(customer_id)
            if party is None:
                raise ErpRefused("no such customer", message="Нет такого покупателя")
            limit = None if party.limit is None else Money(party.limit)
            return CustomerTerms(customer_id, party.price_type_id, limit, Money(party.debt), Money(party.overdue))

    def quote_prices(self, request: PriceRequest) -> PriceQuote:
        with self._step("quote_prices"):
            return pricing.quote(self._books, request)

    def place_order(self, draft: OrderDraft) -> ErpOrder:
        self._count("place_order")
        with self.script.step("place_order"):
            order = self._find_or_create(draft)
            with self._locked("place_order.confirm"):
                if order.state is OrderState.DRAFT:
                    orders.confirm(self._books, order, draft, now=self._clock.now(), today=self._today())
            with self._locked("place_order.reserve"):
                if order.alive and not order.placed:
                    orders.reserve(self._books, order, now=self._clock.now(), today=self._today())
            with self._lock:
                return self._view(order)

    def find_order(self, key: str) -> ErpOrder | None:
        with self._step("find_order"):
            order = orders.by_key(self._books, key)
            return self._view(order) if order else None

    def read_orders(self, order_ids: Sequence[str]) -> Sequence[ErpOrder]:
        with self._step("read_orders"):
            return [self._view(self._books.orders[each]) for each in order_ids if each in self._books.orders]

    def cancel_order(self, order_id: str) -> ErpOrder:
        with self._step("cancel_order"):
            order = self._books.orders.get(order_id)
            if order is None:
                raise ErpRefused("no such order", message="Нет такого заказа")
            orders.cancel(self._books, order)
            return self._view(order)

    def fetch_document(self, ref: DocumentRef) -> DocumentFile:
        with self._step("fetch_document"):
            for order in self._books.orders.values():
                found = next((each for each in self._view(order).documents if each.id == ref.id), None)
                if found is not None:
                    lines = [
                        f"{found.kind} {found.number}",
                        *(f"{each.quantity} {each.amount}" for each in order.lines),
                    ]
                    return DocumentFile(found, f"{found.kind}-{found.number}.pdf", pdf(lines))
            raise DocumentUnavailable("no such document", reason="no_form")

    def _find_or_create(self, draft: OrderDraft) -> Order:
        with self._locked("place_order.create"):
            return orders.by_key(self._books, draft.key) or orders.create(self._books, draft)

    def _view(self, order: Order) -> ErpOrder:
        return orders.view(order, self._capabilities.documents)

    def _today(self) -> date:
        return self._clock.now().date()

    def _count(self, name: str) -> None:
        with self._lock:
            self.calls[name] = self.calls.get(name, 0) + 1

    @contextmanager
    def _step(self, name: str) -> Iterator[None]:
        self._count(name)
        with self._locked(name):
            yield

    @contextmanager
    def _locked(self, name: str) -> Iterator[None]:
        with self.script.step(name), self._lock:
            yield


def _matches(product: Product, words: str) -> bool:
    return any(words in text.casefold() for text in (product.name, product.sku, *product.barcodes))


def _exact(product: Product, words: str) -> bool:
    return words in {text.casefold() for text in (product.sku, *product.barcodes)}
