"""The ERP port.

Every method may raise the errors of `ports.erp.errors`; nothing else leaves an adapter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from backend.domain.customer import CustomerKey
from backend.domain.stock import Product, StockReading
from backend.ports.erp.capabilities import Capabilities, ConnectionReport
from backend.ports.erp.customers import Customer, CustomerDraft, CustomerTerms
from backend.ports.erp.orders import DocumentFile, DocumentRef, ErpOrder, OrderDraft
from backend.ports.erp.prices import PriceQuote, PriceRequest, PriceType


@dataclass(frozen=True, slots=True)
class Warehouse:
    """A warehouse goods are sold from."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class CataloguePage:
    """A page of products; `next_cursor` None = the last one. The cursor is the adapter's, opaque."""

    products: Sequence[Product]
    next_cursor: str | None


class ErpPort(Protocol):
    """One connection to one company's ERP.

    Safe to call from several threads at once.
    """

    def capabilities(self) -> Capabilities:
        """What this system can do; no call outside."""
        ...

    def check_connection(self) -> ConnectionReport:
        """Sign in and look at every right the product needs, naming each that is missing.

        ErpDenied on wrong credentials.
        """
        ...

    def warehouses(self) -> Sequence[Warehouse]: ...

    def price_types(self) -> Sequence[PriceType]: ...

    def products(self, *, ids: Sequence[str] = (), skus: Sequence[str] = ()) -> Sequence[Product]:
        """The products with these ids or SKUs (compared exactly), any number, constant number of calls.

        Unknown ones are absent; archived ones have `active=False`. Components of kits are included as products of
        their own.
        """
        ...

    def search_products(self, text: str, *, limit: int) -> Sequence[Product]:
        """Active products whose name, SKU or barcode contains `text` (any case), best first; an exact SKU or barcode
        leads."""
        ...

    def catalogue(self, *, cursor: str | None, limit: int) -> CataloguePage:
        """All products page by page, archived ones too, in a stable order."""
        ...

    def read_stock(self, product_ids: Sequence[str], warehouse_ids: Sequence[str]) -> StockReading:
        """Stock of these goods (never kits) in these warehouses at one moment.

        The number of calls does not grow with the products, and by one a warehouse at most (see docs/erp/port.md).
        """
        ...

    def find_customers(self, key: CustomerKey) -> Sequence[Customer]:
        """Customers matching: INN (then KPP where both have one), else phone, else e-mail.

        Several = duplicates, never guessed.
        """
        ...

    def create_customer(self, draft: CustomerDraft) -> Customer:
        """Make one.

        Not idempotent by itself: the caller searches first and again after OutcomeUnknown.
        """
        ...

    def customer_terms(self, customer_id: str) -> CustomerTerms: ...

    def quote_prices(self, request: PriceRequest) -> PriceQuote:
        """Prices, VAT and totals of a basket, equal to the kopeck to what `place_order` of the same lines will
        total."""
        ...

    def place_order(self, draft: OrderDraft) -> ErpOrder:
        """Make the order and its reserve, or find what `draft.key` already made and finish it.

        Returns the order as read back.
        ErpShortage: refused for stock, nothing left behind. ErpOutcomeUnknown: call `find_order` before anything else.
        """
        ...

    def find_order(self, key: str) -> ErpOrder | None:
        """The order made under this key, in any state (a cancelled one only if there is no living one)."""
        ...

    def read_orders(self, order_ids: Sequence[str]) -> Sequence[ErpOrder]:
        """These orders now, constant number of calls; deleted ones are absent."""
        ...

    def cancel_order(self, order_id: str) -> ErpOrder:
        """Release the reserve and close the order; what was shipped stays.

        Safe to repeat.
        """
        ...

    def fetch_document(self, ref: DocumentRef) -> DocumentFile:
        """The PDF.

        DocumentUnavailable where there is none or it is no PDF.
        """
        ...
