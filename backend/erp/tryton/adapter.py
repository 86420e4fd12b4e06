"""Tryton 8 behind the ERP port."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from backend.domain.customer import CustomerKey
from backend.domain.stock import Product, StockReading
from backend.erp.http import ErpHttp
from backend.erp.tryton.client import TrytonClient
from backend.erp.tryton.customers import Customers
from backend.erp.tryton.directory import Directory, ids
from backend.erp.tryton.documents import Documents
from backend.erp.tryton.orders import Placing
from backend.erp.tryton.prices import Prices
from backend.erp.tryton.products import Products
from backend.erp.tryton.readback import Readback
from backend.erp.tryton.reserve import Reserve
from backend.erp.tryton.rights import missing_rights
from backend.erp.tryton.settings import TrytonSettings
from backend.erp.tryton.shortage import Shortage
from backend.erp.tryton.stock import Stock
from backend.erp.tryton.undo import Undo
from backend.ports.clock import Clock
from backend.ports.erp import (
    Capabilities,
    CataloguePage,
    ConnectionReport,
    Customer,
    CustomerDraft,
    CustomerTerms,
    DocumentFile,
    DocumentRef,
    ErpGarbled,
    ErpOrder,
    ErpRefused,
    OrderDraft,
    PriceQuote,
    PriceRequest,
    PriceType,
    Warehouse,
)

SYSTEM = "Tryton"


class TrytonErp:
    """One connection. Thread-safe; keep one per process so that the session and the directory are shared."""

    def __init__(
        self,
        settings: TrytonSettings,
        http: ErpHttp,
        clock: Clock,
        *,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._client = TrytonClient(settings, http, sleep=sleep)
        self._directory = directory = Directory(self._client, clock)
        self._documents = Documents(self._client, directory, settings)
        self._products = Products(self._client, directory)
        self._prices = Prices(self._client, directory, self._products)
        self._stock = Stock(self._client, directory, clock, quotations=settings.quotations_reserve)
        self._customers = Customers(self._client, directory, settings)
        self._readback = Readback(self._client, directory, self._products, self._documents)
        self._undo = Undo(self._client)
        self._placing = Placing(
            self._client,
            directory,
            products=self._products,
            reserve=Reserve(self._client, directory),
            shortage=Shortage(directory, self._products, self._stock),
            undo=self._undo,
        )

    @property
    def calls(self) -> int:
        """Requests sent so far."""
        return self._client.calls

    def capabilities(self) -> Capabilities:
        return Capabilities(system=SYSTEM, documents=frozenset(self._documents.known))

    def check_connection(self) -> ConnectionReport:
        self._directory.forget()
        version = self._client.server_version()
        missing = missing_rights(self._client)
        company = self._directory.company()
        self._documents.forms()
        return ConnectionReport(SYSTEM, version, company.name, company.currency, missing)

    def warehouses(self) -> Sequence[Warehouse]:
        zones = self._directory.warehouses().values()
        return [Warehouse(str(zone.id), zone.name) for zone in sorted(zones, key=lambda zone: zone.id)]

    def price_types(self) -> Sequence[PriceType]:
        return self._prices.price_types()

    def products(self, *, ids: Sequence[str] = (), skus: Sequence[str] = ()) -> Sequence[Product]:
        return self._products.by(product_ids=ids, skus=skus)

    def search_products(self, text: str, *, limit: int) -> Sequence[Product]:
        return self._products.search(text, limit)

    def catalogue(self, *, cursor: str | None, limit: int) -> CataloguePage:
        return self._products.page(cursor, limit)

    def read_stock(self, product_ids: Sequence[str], warehouse_ids: Sequence[str]) -> StockReading:
        return self._stock.read(product_ids, warehouse_ids)

    def find_customers(self, key: CustomerKey) -> Sequence[Customer]:
        return self._customers.find(key)

    def create_customer(self, draft: CustomerDraft) -> Customer:
        return self._customers.create(draft)

    def customer_terms(self, customer_id: str) -> CustomerTerms:
        return self._customers.terms(customer_id)

    def quote_prices(self, request: PriceRequest) -> PriceQuote:
        return self._prices.quote(request)

    def place_order(self, draft: OrderDraft) -> ErpOrder:
        return self._one(self._placing.place(draft))

    def find_order(self, key: str) -> ErpOrder | None:
        return self._readback.by_key(key)

    def read_orders(self, order_ids: Sequence[str]) -> Sequence[ErpOrder]:
        return self._readback.by_id(order_ids)

    def cancel_order(self, order_id: str) -> ErpOrder:
        found = ids([order_id])
        if not found or not self._readback.by_id([order_id]):
            raise ErpRefused("no such order", message="")
        self._undo.cancel(found[0])
        return self._one(found[0])

    def fetch_document(self, ref: DocumentRef) -> DocumentFile:
        return self._documents.fetch(ref)

    def _one(self, sale: int) -> ErpOrder:
        found = self._readback.by_id([str(sale)])
        if not found:
            raise ErpGarbled("the order cannot be read back")
        return found[0]
