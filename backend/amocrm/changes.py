"""Changing a deal: its lines and its fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from backend.amocrm.answers import Json
from backend.amocrm.cache import TimedCache
from backend.amocrm.client import AmoClient, embedded
from backend.amocrm.directory import FULL_PAGE, HOUR, Directory
from backend.amocrm.fields import code_of
from backend.amocrm.values import json_number, whole
from backend.domain.errors import Invalid
from backend.ports.crm import CrmRefused, CrmSetup, DealField, DealMove, DealUpdate

SHARED_STAGES = frozenset({142, 143})
MOVES_IN_A_CALL = 50


class DealChanges:
    """One call a change. Every one may be repeated: quantities and values are set, not added."""

    def __init__(self, client: AmoClient, directory: Directory, cache: TimedCache, setup: CrmSetup | None) -> None:
        self._client = client
        self._directory = directory
        self._cache = cache
        self._setup = setup

    def set_line(self, deal_id: int, element_id: int, quantity: str) -> None:
        """Link, or set the quantity of what is linked."""
        try:
            number = Decimal(quantity)
        except InvalidOperation:
            raise Invalid("not a quantity", quantity=quantity) from None
        if not number.is_finite() or number <= 0:
            raise Invalid("not a quantity", quantity=quantity)
        metadata = {"catalog_id": self._list_id(), "quantity": json_number(number)}
        self._client.write("POST", f"leads/{deal_id}/link", [_element(element_id, metadata)])

    def remove_line(self, deal_id: int, element_id: int) -> None:
        """Unlink. A refusal counts only while the line is still there."""
        item = _element(element_id, {"catalog_id": self._list_id()})
        try:
            self._client.write("POST", f"leads/{deal_id}/unlink", [item])
        except CrmRefused:
            if self._is_linked(deal_id, element_id):
                raise

    def update_deal(self, deal_id: int, update: DealUpdate) -> None:
        """PATCH with what is given, fields by id; nothing is sent for an empty update."""
        body: Json = {}
        if update.budget is not None:
            body["price"] = json_number(update.budget)
        if update.stage_id is not None:
            body |= {"status_id": update.stage_id, "pipeline_id": self._pipeline_of(update)}
        if update.fields:
            body["custom_fields_values"] = self._values(update.fields)
        if body:
            self._client.write("PATCH", f"leads/{deal_id}", body)

    def move_deals(self, moves: Sequence[DealMove]) -> list[int]:
        """PATCH of many; ids of the refused ones."""
        items = [self._moved(one) for one in moves]
        chunks = [items[start : start + MOVES_IN_A_CALL] for start in range(0, len(items), MOVES_IN_A_CALL)]
        return [deal_id for chunk in chunks for deal_id in self._move(chunk)]

    def _move(self, items: list[Json]) -> list[int]:
        """amoCRM refuses a batch whole for one bad deal: halves of it are tried, down to that one."""
        try:
            self._client.write("PATCH", "leads", items)
        except CrmRefused:
            if len(items) == 1:
                return [items[0]["id"]]
            middle = len(items) // 2
            return self._move(items[:middle]) + self._move(items[middle:])
        return []

    def _moved(self, move: DealMove) -> Json:
        item: Json = {"id": move.deal_id, "status_id": move.stage_id, "pipeline_id": move.pipeline_id}
        if move.fields:
            item["custom_fields_values"] = self._values(move.fields)
        return item

    def _values(self, fields: Mapping[DealField, str | None]) -> list[Json]:
        ids = self._field_ids()
        return [_value(ids, field, text) for field, text in fields.items()]

    def _pipeline_of(self, update: DealUpdate) -> int:
        if update.pipeline_id is not None:
            return update.pipeline_id
        owners = [s.pipeline_id for p in self._directory.pipelines() for s in p.stages if s.id == update.stage_id]
        if len(owners) != 1 or update.stage_id in SHARED_STAGES:
            raise Invalid("a stage needs its pipeline", stage_id=update.stage_id)
        return owners[0]

    def _field_ids(self) -> dict[DealField, int]:
        if self._setup:
            return dict(self._setup.field_ids)
        return self._cache.get("deal fields", HOUR, self._read_field_ids)

    def _read_field_ids(self) -> dict[DealField, int]:
        fields = self._client.pages("leads/custom_fields", "custom_fields", [FULL_PAGE])
        ids = {f.get("code"): whole(f, "id") for f in fields}
        return {field: ids[code_of(field)] for field in DealField if code_of(field) in ids}

    def _list_id(self) -> int:
        found = self._directory.products_list_id()
        if found is None:
            raise CrmRefused("the account has no products list", reason="no_products_list")
        return found

    def _is_linked(self, deal_id: int, element_id: int) -> bool:
        params = [("filter[to_entity_type]", "catalog_elements"), ("filter[to_entity_id]", element_id)]
        links = embedded(self._client.get(f"leads/{deal_id}/links", params), "links")
        return any(link.get("to_entity_id") == element_id for link in links)


def _element(element_id: int, metadata: Json) -> Json:
    return {"to_entity_id": element_id, "to_entity_type": "catalog_elements", "metadata": metadata}


def _value(ids: dict[DealField, int], field: DealField, text: str | None) -> dict[str, Any]:
    if field not in ids:
        raise CrmRefused("the account lacks this field", reason="no_deal_field", field=field.value)
    return {"field_id": ids[field], "values": None if text is None else [{"value": text}]}
