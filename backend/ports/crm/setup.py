"""What an account has, and what we make in it at install."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class DealField(StrEnum):
    """API-only fields of a deal that we keep. The value is our code of the field.

    `check_passed` is empty unless the deal's check has passed, so that the CRM itself can demand it for a stage.
    """

    ORDER_NUMBER = "order_number"
    ORDER_STATE = "order_state"
    STOCK_CHECK = "stock_check"
    RESERVE = "reserve"
    PAYMENT = "payment"
    SHIPMENT = "shipment"
    CHECK_PASSED = "check_passed"


@dataclass(frozen=True, slots=True)
class CrmAccount:
    """`timezone` an IANA name; `currency` ISO code."""

    id: int
    name: str
    domain: str
    timezone: str
    currency: str
    language: str


@dataclass(frozen=True, slots=True)
class CrmUser:
    id: int
    name: str
    email: str
    is_admin: bool
    is_active: bool
    group_id: int
    role_id: int | None


@dataclass(frozen=True, slots=True)
class Stage:
    """`closes`: a deal there is won or lost."""

    id: int
    name: str
    pipeline_id: int
    color: str
    closes: bool = False


@dataclass(frozen=True, slots=True)
class Pipeline:
    id: int
    name: str
    stages: Sequence[Stage]


@dataclass(frozen=True, slots=True)
class SetupWish:
    """What the account should have. `field_names` in the account's language by field; `webhook_url` ours, secret."""

    field_names: Mapping[DealField, str]
    field_group: str
    webhook_url: str


@dataclass(frozen=True, slots=True)
class CrmSetup:
    """What was made or found, kept with the account and needed for clean-up. `made_*` tells ours from found ones: a
    repeated set-up names the same ones again."""

    field_ids: Mapping[DealField, int]
    field_group_id: str
    products_list_id: int
    external_id_field: int | None
    sku_field: int | None
    price_field: int | None
    webhook_url: str
    made_field_ids: Sequence[int] = ()
    made_group: bool = False


@dataclass(frozen=True, slots=True)
class CatalogueItem:
    """One product as it should stand in the CRM's list. `price` a plain decimal text in the account's currency."""

    external_id: str
    sku: str
    name: str
    price: str | None
    unit: str
    element_id: int | None = None
