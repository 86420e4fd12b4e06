"""The products list: looking an element up, reading it all, writing it in batches."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import islice

from backend.amocrm.answers import Json
from backend.amocrm.client import AmoClient, embedded
from backend.amocrm.deal_reader import element_of
from backend.amocrm.directory import FULL_PAGE, Directory
from backend.amocrm.values import as_text, by_code, first_text, plain, whole
from backend.ports.crm import CatalogueItem, CrmElement, CrmOutcomeUnknown, CrmRefused, CrmSetup

BATCH = 50
MOST_HITS = 1000


class Products:
    """Reads and writes elements of the account's products list."""

    def __init__(self, client: AmoClient, directory: Directory) -> None:
        self._client = client
        self._directory = directory

    def search(self, external_id: str, sku: str) -> CrmElement | None:
        """Two calls, more only where a value is part of over 250 others (looked for among the first thousand).

        The platform searches by parts of any field; only an equal value counts here.
        """
        if external_id:
            for element in self._query(external_id):
                if element.external_id == external_id:
                    return element
        if sku:
            for element in self._query(sku):
                if element.sku == sku:
                    return element
        return None

    def items(self) -> list[CatalogueItem]:
        """All elements, 250 a call."""
        path = f"catalogs/{self._list_id()}/elements"
        return [self._item(raw) for raw in self._client.pages(path, "elements", [FULL_PAGE])]

    def write(self, setup: CrmSetup, items: Sequence[CatalogueItem]) -> list[CatalogueItem]:
        """New ones by POST, known ones by PATCH, 50 a call; in the order they were given."""
        path = f"catalogs/{setup.products_list_id}/elements"
        ids: dict[int, int] = {}
        numbered = list(enumerate(items))
        for method, wanted in (("POST", False), ("PATCH", True)):
            some = [(n, i) for n, i in numbered if (i.element_id is not None) is wanted]
            for start in range(0, len(some), BATCH):
                batch = some[start : start + BATCH]
                body = [self._body(setup, n, item) for n, item in batch]
                ids |= _ids(self._client.write(method, path, body), batch)
        return [replace(item, element_id=ids[number]) for number, item in numbered]

    def _query(self, text: str) -> Iterable[CrmElement]:
        list_id = self._directory.products_list_id()
        if list_id is None:
            return
        fields = self._directory.made_product_fields()
        found = self._client.pages(f"catalogs/{list_id}/elements", "elements", [("query", text), FULL_PAGE])
        for raw in islice(found, MOST_HITS):
            yield element_of(raw, fields)

    def _item(self, raw: Json) -> CatalogueItem:
        element = element_of(raw, self._directory.made_product_fields())
        return CatalogueItem(
            external_id=element.external_id,
            sku=element.sku,
            name=element.name,
            price=None if element.price is None else plain(element.price),
            unit=first_text(by_code(raw, "UNIT")),
            element_id=element.id,
        )

    def _body(self, setup: CrmSetup, number: int, item: CatalogueItem) -> Json:
        fields = self._directory.product_fields()
        price = None if item.price is None else plain(Decimal(item.price))
        values = [
            (setup.external_id_field, item.external_id or None),
            (setup.sku_field, item.sku or None),
            (setup.price_field, price),
            (fields.unit if item.unit in fields.units else None, item.unit),
        ]
        body: Json = {
            "name": item.name,
            "request_id": str(number),
            "custom_fields_values": [
                {"field_id": i, "values": None if v is None else [{"value": v}]}
                for i, v in values
                if i is not None and (v is not None or item.element_id is not None)
            ],
        }
        return body if item.element_id is None else body | {"id": item.element_id}

    def _list_id(self) -> int:
        found = self._directory.products_list_id()
        if found is None:
            raise CrmRefused("the account has no products list", reason="no_products_list")
        return found


def _ids(answer: Json | None, batch: Sequence[tuple[int, CatalogueItem]]) -> dict[int, int]:
    rows = {as_text(r.get("request_id")): whole(r, "id") for r in embedded(answer, "elements")}
    try:
        return {n: item.element_id or rows[str(n)] for n, item in batch}
    except KeyError:
        raise CrmOutcomeUnknown("not every new element is named in the answer") from None
