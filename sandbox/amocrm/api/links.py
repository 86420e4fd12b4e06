"""Links of leads: products, contacts, companies."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Blueprint, Response, request

from ..core.errors import FieldErrors, not_found
from ..core.store import Doc
from ..core.world import world
from ..crm.links import lead_rows, link, unlink
from ..crm.rights import require
from .leads import visible_lead
from .wire import actor, batch, filter_ids, filter_values, hal, nothing

routes = Blueprint("links", __name__)


@routes.get("/leads/<int:lead_id>/links")
def links(lead_id: int) -> Response:
    if visible_lead(lead_id) is None:
        raise not_found()
    rows = _filtered(lead_rows(world(), lead_id))
    return _listed(rows) if rows else nothing()


@routes.get("/leads/links")
def links_of_many() -> Response:
    rows = []
    for lead_id in sorted(filter_ids("entity_id") or ()):
        if visible_lead(lead_id):
            rows += [_whole(lead_id, row) for row in _filtered(lead_rows(world(), lead_id))]
    return _listed(rows) if rows else nothing()


@routes.post("/leads/<int:lead_id>/link")
def link_one(lead_id: int) -> Response:
    return _listed(batch(lambda item, number: _link(lead_id, item, number)))


@routes.post("/leads/link")
def link_many() -> Response:
    return _listed(batch(lambda item, number: _link(item.get("entity_id"), item, number)))


@routes.post("/leads/<int:lead_id>/unlink")
def unlink_one(lead_id: int) -> Response:
    batch(lambda item, number: _unlink(lead_id, item, number))
    return nothing()


@routes.post("/leads/unlink")
def unlink_many() -> Response:
    batch(lambda item, number: _unlink(item.get("entity_id"), item, number))
    return nothing()


def _link(lead_id: object, item: Doc, number: int) -> Doc:
    lead = _editable(lead_id)
    return _whole(lead["id"], link(world(), lead, item, actor(), str(number)))


def _unlink(lead_id: object, item: Doc, number: int) -> Doc:
    unlink(world(), _editable(lead_id), item, actor(), str(number))
    return {}


def _editable(lead_id: object) -> Doc:
    lead = world().store.get("lead", lead_id)
    if lead is None or lead["is_deleted"]:
        raise FieldErrors([{"code": "NotFound", "path": "entity_id", "detail": "Element not found"}])
    require(world(), actor(), "leads", "edit", lead)
    return lead


def _whole(lead_id: int, row: Doc) -> Doc:
    return {"entity_id": lead_id, "entity_type": "leads", **row}


def _filtered(rows: Iterable[Doc]) -> list[Doc]:
    kinds, ids = filter_values("to_entity_type"), filter_ids("to_entity_id")
    catalogs = filter_ids("to_catalog_id")
    return [
        row
        for row in rows
        if (not kinds or row["to_entity_type"] in kinds)
        and (ids is None or row["to_entity_id"] in ids)
        and (catalogs is None or (row["metadata"] or {}).get("catalog_id") in catalogs)
    ]


def _listed(rows: list[Doc]) -> Response:
    self_url = {"self": {"href": f"{world().base_url}{request.path}?page=1&limit=50"}}
    return hal({"_total_items": len(rows), "_links": self_url, "_embedded": {"links": rows}})
