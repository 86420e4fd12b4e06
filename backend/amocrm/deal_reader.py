"""Reading a deal: five calls in two rounds, however many lines it has (one more for each 200 elements beyond 200)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from decimal import Decimal
from typing import Any

from backend.amocrm.answers import Json
from backend.amocrm.client import AmoClient, embedded
from backend.amocrm.directory import CLOSED_STAGES, FULL_PAGE, Directory, ProductFields
from backend.amocrm.people import RequisiteFields, company_of, contact_of
from backend.amocrm.values import as_text, by_code, by_id, exact, first_text, moment, whole
from backend.ports.crm import CrmElement, CrmGarbled, Deal, DealLine

IDS_IN_A_CALL = 200


class DealReader:
    """Reads deals with everything an order is made from. `pool` runs independent calls side by side."""

    def __init__(self, client: AmoClient, directory: Directory, fields: RequisiteFields, pool: Executor) -> None:
        self._client = client
        self._directory = directory
        self._fields = fields
        self._pool = pool

    def deal(self, deal_id: int, as_user: int | None) -> Deal | None:
        """Round one: the deal as the user may see it, beside its links. Round two: elements, company, main contact."""
        lead, links = self._together(
            lambda: self._client.get(f"leads/{deal_id}", as_user=as_user),
            lambda: list(self._client.pages(f"leads/{deal_id}/links", "links", [FULL_PAGE])),
        )
        if lead is None or lead.get("is_deleted") is True:
            return None
        quantities = self._quantities(links)
        company_id, contact_id = _linked(links, "companies"), _linked(links, "contacts")
        ids = list(quantities)
        chunks = [ids[i : i + IDS_IN_A_CALL] for i in range(0, len(ids), IDS_IN_A_CALL)]
        company, contact, *pages = self._together(
            lambda: self._client.get(f"companies/{company_id}") if company_id else None,
            lambda: self._client.get(f"contacts/{contact_id}") if contact_id else None,
            *(self._page_of(chunk) for chunk in chunks),
        )
        elements = {e.id: e for page in pages for e in page}
        unknown = {i: CrmElement(i, "", "", "") for i in ids}
        return Deal(
            id=whole(lead, "id"),
            name=as_text(lead.get("name")),
            pipeline_id=whole(lead, "pipeline_id"),
            stage_id=whole(lead, "status_id"),
            responsible_id=lead.get("responsible_user_id") or 0,
            budget=exact(lead.get("price")) or Decimal(0),
            updated_at=moment(lead, "updated_at"),
            lines=[DealLine(elements.get(i) or unknown[i], q) for i, q in quantities.items()],
            company=company_of(company, self._fields) if company else None,
            contact=contact_of(contact, self._fields) if contact else None,
            closed=lead.get("status_id") in CLOSED_STAGES,
        )

    def _quantities(self, links: Sequence[Json]) -> dict[int, Decimal]:
        list_id = self._directory.products_list_id() if _of(links, "catalog_elements") else None
        found: dict[int, Decimal] = {}
        for link in _of(links, "catalog_elements"):
            metadata = link.get("metadata") or {}
            quantity = exact(metadata.get("quantity"))
            if metadata.get("catalog_id") != list_id:
                continue
            if quantity is None:
                raise CrmGarbled("a line without a quantity")
            found[whole(link, "to_entity_id")] = quantity
        return found

    def _page_of(self, ids: Sequence[int]) -> Callable[[], list[CrmElement]]:
        list_id = self._directory.products_list_id()
        fields = self._directory.made_product_fields()
        params = [*(("filter[id][]", i) for i in ids), FULL_PAGE]

        def read() -> list[CrmElement]:
            page = self._client.get(f"catalogs/{list_id}/elements", params)
            return [element_of(e, fields) for e in embedded(page, "elements")]

        return read

    def _together(self, first: Callable[[], Any], *others: Callable[[], Any]) -> list[Any]:
        running = [self._pool.submit(work) for work in others]
        return [first(), *(work.result() for work in running)]


def element_of(raw: Json, fields: ProductFields) -> CrmElement:
    """An element of the products list; fields by code, else by the ids known to the set-up."""
    return CrmElement(
        id=whole(raw, "id"),
        name=as_text(raw.get("name")),
        sku=first_text(by_code(raw, "SKU") or by_id(raw, fields.sku)),
        external_id=first_text(by_code(raw, "EXTERNAL_ID") or by_id(raw, fields.external_id)),
        price=exact(first_text(by_code(raw, "PRICE") or by_id(raw, fields.price))),
    )


def _of(links: Sequence[Json], kind: str) -> list[Json]:
    return [link for link in links if link.get("to_entity_type") == kind]


def _linked(links: Sequence[Json], kind: str) -> int | None:
    """The main one of its kind, else the first."""
    found = _of(links, kind)
    main = [link for link in found if (link.get("metadata") or {}).get("main_contact") is True]
    best = next(iter([*main, *found]), None)
    return whole(best, "to_entity_id") if best else None
