"""What an account consists of, remembered: itself, users, pipelines, the products list and its fields."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from backend.amocrm.answers import Json
from backend.amocrm.cache import TimedCache
from backend.amocrm.client import AmoClient
from backend.amocrm.values import as_text, whole
from backend.ports.crm import CrmAccount, CrmGarbled, CrmSetup, CrmUnavailable, CrmUser, Pipeline, Stage

HOUR = timedelta(hours=1)
SHORT = timedelta(minutes=10)
FULL_PAGE = ("limit", 250)
UNSORTED = 1
"""The type of a stage for leads nobody accepted yet: nothing can be moved there."""
CLOSED_STAGES = frozenset({142, 143})
"""Ids of *won* and *lost*, the same in every pipeline."""
RUSSIAN_SPOKEN = frozenset({"RU", "BY", "KZ", "KG", "UZ", "TJ", "AM", "AZ", "MD"})


@dataclass(frozen=True, slots=True)
class ProductFields:
    """Ids of the products list's fields that we use; `units` the choices of the unit field by their text."""

    external_id: int | None = None
    sku: int | None = None
    price: int | None = None
    unit: int | None = None
    units: frozenset[str] = frozenset()


class Directory:
    """Cached reads of one account. `setup` saves looking for what the installation found."""

    def __init__(self, client: AmoClient, cache: TimedCache, setup: CrmSetup | None) -> None:
        self._client = client
        self._cache = cache
        self._setup = setup

    def account(self) -> CrmAccount:
        """The account; an hour old at most, its domain as it is now."""
        raw = self._raw_account()
        settings = (raw.get("_embedded") or {}).get("datetime_settings") or {}
        language = (raw.get("invoices_settings") or {}).get("lang")
        spoken = "ru" if as_text(raw.get("country")) in RUSSIAN_SPOKEN else "en"
        return CrmAccount(
            id=whole(raw, "id"),
            name=as_text(raw.get("name")),
            domain=self._client.domain,
            timezone=as_text(settings.get("timezone")) or "UTC",
            currency=as_text(raw.get("currency")),
            language=as_text(language) or spoken,
        )

    def drive_url(self) -> str:
        """The address of the account's file store."""
        return as_text(self._raw_account().get("drive_url")).rstrip("/")

    def users(self) -> Sequence[CrmUser]:
        """All users with rights; ten minutes old at most."""
        params = [("with", "role,group"), FULL_PAGE]
        return self._cache.get("users", SHORT, lambda: [_user(u) for u in self._client.pages("users", "users", params)])

    def pipelines(self) -> Sequence[Pipeline]:
        """Pipelines that are in use, with their stages in order; ten minutes old at most."""
        return self._cache.get("pipelines", SHORT, self._read_pipelines)

    def products_list_id(self) -> int | None:
        """The products list, from the set-up or found by its type."""
        if self._setup:
            return self._setup.products_list_id
        return self._cache.get("products", HOUR, self._find_products)

    def forget_made(self) -> None:
        """Lists and fields were made or removed."""
        for name in ("products", "product fields", "deal fields"):
            self._cache.forget(name)

    def product_fields(self) -> ProductFields:
        """The list's fields by their codes."""
        return self._cache.get("product fields", HOUR, self._read_product_fields)

    def made_product_fields(self) -> ProductFields:
        """Ids the set-up found, for fields that had to be made without a code; no call."""
        known = self._setup
        if known is None:
            return ProductFields()
        return ProductFields(known.external_id_field, known.sku_field, known.price_field)

    def _raw_account(self) -> Json:
        return self._cache.get("account", HOUR, self._read_account)

    def _read_account(self) -> Json:
        raw = self._client.get("account", [("with", "datetime_settings,drive_url,invoices_settings")])
        if raw is None:
            raise CrmUnavailable("the account gave no answer")
        return raw

    def _read_pipelines(self) -> list[Pipeline]:
        found = self._client.pages("leads/pipelines", "pipelines")
        return [_pipeline(p) for p in found if p.get("is_archive") is not True]

    def _find_products(self) -> int | None:
        lists = self._client.pages("catalogs", "catalogs", [FULL_PAGE])
        return next((whole(c, "id") for c in lists if c.get("type") == "products"), None)

    def _read_product_fields(self) -> ProductFields:
        list_id = self.products_list_id()
        if list_id is None:
            return ProductFields()
        fields = {
            f["code"]: f
            for f in self._client.pages(f"catalogs/{list_id}/custom_fields", "custom_fields", [FULL_PAGE])
            if isinstance(f.get("code"), str)
        }
        ids = {code: whole(field, "id") for code, field in fields.items()}
        units = fields.get("UNIT", {}).get("enums") or []
        return ProductFields(
            external_id=ids.get("EXTERNAL_ID"),
            sku=ids.get("SKU"),
            price=ids.get("PRICE"),
            unit=ids.get("UNIT"),
            units=frozenset(as_text(e.get("value")) for e in units if isinstance(e, dict)),
        )


def _user(raw: Json) -> CrmUser:
    rights = raw.get("rights")
    if not isinstance(rights, dict):
        raise CrmGarbled("a user without rights")
    role = rights.get("role_id")
    return CrmUser(
        id=whole(raw, "id"),
        name=as_text(raw.get("name")),
        email=as_text(raw.get("email")),
        is_admin=rights.get("is_admin") is True,
        is_active=rights.get("is_active") is True,
        group_id=rights.get("group_id") or 0,
        role_id=role if isinstance(role, int) else None,
    )


def _pipeline(raw: Json) -> Pipeline:
    pipeline_id = whole(raw, "id")
    statuses = (raw.get("_embedded") or {}).get("statuses") or []
    stages = [
        Stage(
            whole(s, "id"), as_text(s.get("name")), pipeline_id, as_text(s.get("color")), s.get("id") in CLOSED_STAGES
        )
        for s in sorted(statuses, key=lambda s: s.get("sort") or 0)
        if s.get("type") != UNSORTED
    ]
    return Pipeline(pipeline_id, as_text(raw.get("name")), stages)
