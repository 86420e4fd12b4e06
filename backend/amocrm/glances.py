"""Deals in brief, many a call, and moving many at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from backend.amocrm.answers import Json
from backend.amocrm.client import AmoClient, Pairs, embedded
from backend.amocrm.directory import CLOSED_STAGES, FULL_PAGE, Directory
from backend.amocrm.values import exact, moment, whole
from backend.domain.quantity import plain
from backend.ports.crm import CrmGarbled, DealGlance

IDS_IN_A_CALL = 200
WITH_PRODUCTS = ("with", "catalog_elements")
LAST_CHANGED_FIRST = ("order[updated_at]", "desc")


class Glances:
    """Reads deals by id or by age. No filter but that by id is used: the others are an option not every account has."""

    def __init__(self, client: AmoClient, directory: Directory) -> None:
        self._client = client
        self._directory = directory

    def seen(self, ids: Sequence[int]) -> list[DealGlance]:
        """These deals, without those that are deleted."""
        wanted = sorted(set(ids))
        chunks = [wanted[i : i + IDS_IN_A_CALL] for i in range(0, len(wanted), IDS_IN_A_CALL)]
        return [one for chunk in chunks for one in self._read([("filter[id][]", one) for one in chunk])]

    def changed(self, page: int) -> list[DealGlance]:
        """A page of all deals, last changed first."""
        return self._read([LAST_CHANGED_FIRST, ("page", page)])

    def _read(self, params: Pairs) -> list[DealGlance]:
        page = self._client.get("leads", [*params, WITH_PRODUCTS, FULL_PAGE])
        leads = [lead for lead in embedded(page, "leads") if lead.get("is_deleted") is not True]
        list_id = self._directory.products_list_id() if any(map(_elements, leads)) else None
        return [_glance(lead, list_id) for lead in leads]


def _glance(lead: Json, list_id: int | None) -> DealGlance:
    return DealGlance(
        id=whole(lead, "id"),
        pipeline_id=whole(lead, "pipeline_id"),
        stage_id=whole(lead, "status_id"),
        closed=lead.get("status_id") in CLOSED_STAGES,
        responsible_id=lead.get("responsible_user_id") or 0,
        updated_at=moment(lead, "updated_at"),
        basket=_basket(_elements(lead), list_id),
    )


def _elements(lead: Json) -> list[Json]:
    return embedded(lead, "catalog_elements")


def _basket(elements: Sequence[Json], list_id: int | None) -> Mapping[str, str]:
    """Elements of the products list alone: a deal may hold invoices and elements of other lists as well."""
    found: dict[str, str] = {}
    for element in elements:
        told = element.get("metadata")
        metadata = told if isinstance(told, dict) else element
        if metadata.get("catalog_id") == list_id:
            found[str(whole(element, "id"))] = plain(_quantity(metadata))
    return found


def _quantity(metadata: Json) -> Decimal:
    quantity = exact(metadata.get("quantity"))
    if quantity is None:
        raise CrmGarbled("a line without a quantity")
    return quantity
