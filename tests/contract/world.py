"""The world the contract suite needs. Every adapter's harness builds it in its own system."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from backend.domain.customer import CustomerKey
from backend.ports.erp import ErpPort


@dataclass(frozen=True, slots=True)
class Goods:
    """A product made for one test. `pack` holds ten base units; both unit ids are the ERP's."""

    id: str
    sku: str
    name: str
    piece: str
    pack: str
    barcode: str = ""


class Cut(StrEnum):
    """Where the line is cut while an order is being placed."""

    BEFORE_DOING = "before"
    AFTER_DOING = "after"


class World(Protocol):
    """Makes what a case needs, and plays the people who work in the ERP. Everything made is new, so cases do not
    meet. `warehouses`: two; orders are placed for the first. Quantities are base units, prices without VAT for one of
    them."""

    erp: ErpPort
    warehouses: tuple[str, str]

    def today(self) -> date: ...

    def goods(
        self, *, price: str = "100", vat: str = "22", stock: Mapping[str, str] | None = None, barcode: str = ""
    ) -> Goods:
        """A stocked product; `stock`: on hand by warehouse id."""
        ...

    def kit(self, parts: Mapping[str, str], *, price: str = "500") -> Goods:
        """A kit of these products (id → quantity in one kit)."""
        ...

    def archive(self, product_id: str) -> None: ...

    def delivery(self, goods: Goods, quantity: str, due: date | None, *, confirmed: bool = True) -> None:
        """Goods on their way to the first warehouse. `due` None = nobody knows when."""
        ...

    def promise(self, goods: Goods, quantity: str, *, assigned: bool, due: date | None = None) -> None:
        """Somebody else's order in the first warehouse: assigned from the shelf, or waiting."""
        ...

    def customer(
        self, name: str, key: CustomerKey, *, price_type_id: str | None = None, limit: str | None = None
    ) -> str: ...

    def price_type(self, percent: str, *, brackets: Mapping[str, str] | None = None, gross: bool = False) -> str:
        """Prices at `percent` of the list price; `brackets`: from this quantity on, that percent; `gross`: list
        prices are with VAT."""
        ...

    def ship(self, order_id: str, part: Mapping[str, str] | None = None) -> None:
        """Ship what is reserved; `part`: only so much of each product id."""
        ...

    def calls(self) -> int:
        """Requests the adapter has sent so far (0 for one that sends none)."""
        ...

    def cut(self, step: int, where: Cut) -> AbstractContextManager[None]:
        """Lose the answer to the `step`-th write (1 = the first) made inside the block, before or after it is done."""
        ...

    def writes_to_place(self) -> int:
        """How many writes placing an order takes, at least."""
        ...

    def writes_to_cancel(self) -> int:
        """How many writes cancelling an order takes, at least."""
        ...

    def missing_rights(self) -> Sequence[str]:
        """What `check_connection` must name for a user who may not place orders: codes."""
        ...

    def limited(self) -> ErpPort:
        """A connection as that user."""
        ...


def exact(quantities: Mapping[str, str] | None) -> dict[str, Decimal]:
    """Decimals of a mapping of texts."""
    return {key: Decimal(value) for key, value in (quantities or {}).items()}
