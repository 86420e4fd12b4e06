"""Customers as an ERP keeps them."""

from __future__ import annotations

from dataclasses import dataclass

from backend.domain.customer import CustomerKey
from backend.domain.money import Money


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer in the ERP. `id` opaque."""

    id: str
    name: str
    key: CustomerKey


@dataclass(frozen=True, slots=True)
class CustomerDraft:
    """What a new customer is made from. `address` one line of text, may be empty."""

    name: str
    key: CustomerKey
    address: str = ""


@dataclass(frozen=True, slots=True)
class CustomerTerms:
    """How this customer buys. `price_type_id` None = the account's default. Sums None where the ERP keeps none
    (`credit_limit` None = no limit). `debt` is what is owed now, `overdue` the part past its date."""

    customer_id: str
    price_type_id: str | None
    credit_limit: Money | None
    debt: Money | None
    overdue: Money | None
