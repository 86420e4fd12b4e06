"""Leads: list, one, create, change."""

from __future__ import annotations

from flask import Blueprint, Response, request

from ..core.errors import ApiProblem, FieldErrors, forbidden
from ..core.store import Doc
from ..core.world import world
from ..crm.feed import closest_task_at
from ..crm.leads import change_lead, create_lead
from ..crm.links import lead_rows
from ..crm.people import create_person
from ..crm.rights import can, require
from ..crm.values import show_values
from .wire import (
    actor,
    batch,
    created,
    filter_ids,
    hal,
    href,
    in_range,
    nothing,
    ordered,
    page,
    request_id,
    single,
    with_parts,
)  # fmt: skip

routes = Blueprint("leads", __name__)
PLAIN = (
    "id", "name", "price", "responsible_user_id", "status_id", "pipeline_id", "loss_reason_id", "created_by",
    "updated_by", "created_at", "updated_at", "closed_at", "is_deleted",
)  # fmt: skip


@routes.get("/leads")
def leads() -> Response:
    state, ids, query = world(), filter_ids(), request.args.get("query", "").lower()
    deleted = "only_deleted" in with_parts()
    rows = [
        lead
        for lead in state.store.all("lead")
        if lead["is_deleted"] is deleted
        and (ids is None or lead["id"] in ids)
        and in_range(lead["updated_at"], "updated_at")
        and (not query or query in lead["name"].lower() or query in str(lead["values"]).lower())
        and can(state, actor(), "leads", "view", lead)
    ]
    return page("leads", ordered(rows, "updated_at", "created_at", "id"), show_lead)


@routes.post("/leads")
def create() -> Response:
    def work(item: Doc, number: int) -> Doc:
        require(world(), actor(), "leads", "add")
        lead = create_lead(world(), item, actor())
        return {"id": lead["id"], "request_id": request_id(item, number), "_links": href(f"leads/{lead['id']}")}

    return created("leads", batch(work))


@routes.patch("/leads")
def change_many() -> Response:
    def work(item: Doc, number: int) -> Doc:
        lead = _editable(item.get("id"))
        if lead is None:
            raise FieldErrors([{"code": "NotFound", "path": "id", "detail": "Element not found"}])
        fresh = change_lead(world(), lead, item, actor())
        return _changed(fresh) | {"request_id": request_id(item, number)}

    return created("leads", batch(work))


@routes.post("/leads/complex")
def create_complex() -> Response:
    def work(item: Doc, number: int) -> Doc:
        if number >= 50:
            raise ApiProblem(422, "Unprocessable Entity", "Limit 50 per request")
        require(world(), actor(), "leads", "add")
        embedded = dict(item.get("_embedded") or {})
        made: dict[str, int | None] = {}
        for kind in ("contacts", "companies"):
            row = next(iter(embedded.get(kind) or []), None)
            made[kind] = (row.get("id") or create_person(world(), kind, row, actor())["id"]) if row else None
            embedded[kind] = [{"id": made[kind]}] if row else []
        lead = create_lead(world(), {**item, "_embedded": embedded}, actor())
        ids = {"id": lead["id"], "contact_id": made["contacts"], "company_id": made["companies"]}
        return ids | {"request_id": [request_id(item, number)], "merged": False}

    return hal(batch(work))


@routes.get("/leads/<int:lead_id>")
def one(lead_id: int) -> Response:
    lead = visible_lead(lead_id)
    return hal(show_lead(lead)) if lead else nothing()


@routes.patch("/leads/<int:lead_id>")
def change(lead_id: int) -> Response:
    def work(item: Doc) -> Doc:
        lead = _editable(lead_id)
        if lead is None:
            raise FieldErrors([{"code": "NotFound", "path": "id", "detail": "Element not found"}])
        return change_lead(world(), lead, item, actor())

    return hal(_changed(single(work)))


def visible_lead(lead_id: object) -> Doc | None:
    """The lead if it exists and the actor may see it; 403 when they may not."""
    lead = world().store.get("lead", lead_id)
    if lead and not can(world(), actor(), "leads", "view", lead):
        raise forbidden("Недостаточно прав для просмотра сделки")
    return lead


def show_lead(lead: Doc) -> Doc:
    """A lead as the API writes it, with the parts asked for."""
    state, parts = world(), with_parts()
    shown: Doc = {k: lead[k] for k in PLAIN}
    shown |= {
        "group_id": (state.store.get("user", lead["responsible_user_id"]) or {}).get("group_id") or 0,
        "closest_task_at": closest_task_at(state, "leads", lead["id"]),
        "custom_fields_values": show_values(state, "leads", lead["values"]),
        "score": None,
        "account_id": state.account["id"],
        "labor_cost": None,
        "_links": href(f"leads/{lead['id']}"),
    }
    if "source_id" in parts:
        shown["source_id"] = None
    if "is_price_modified_by_robot" in parts:
        shown["is_price_modified_by_robot"] = False
    return shown | {"_embedded": _embedded(lead, parts)}


def _embedded(lead: Doc, parts: set[str]) -> Doc:
    rows = lead_rows(world(), lead["id"])
    embedded: Doc = {"tags": lead["tags"], "companies": _linked(rows, "companies")}
    if "contacts" in parts:
        embedded["contacts"] = _linked(rows, "contacts")
    if "loss_reason" in parts:
        reason = world().store.get("loss_reason", lead["loss_reason_id"])
        embedded["loss_reason"] = [reason] if reason else []
    if "catalog_elements" in parts:
        products = [r for r in rows if r["to_entity_type"] == "catalog_elements"]
        embedded["catalog_elements"] = [{"id": r["to_entity_id"], "metadata": r["metadata"]} for r in products]
    return embedded


def _linked(rows: list[Doc], kind: str) -> list[Doc]:
    shown = []
    for row in rows:
        if row["to_entity_type"] == kind:
            main = {"is_main": row["metadata"]["main_contact"]} if kind == "contacts" else {}
            shown.append({"id": row["to_entity_id"], **main, "_links": href(f"{kind}/{row['to_entity_id']}")})
    return shown


def _editable(lead_id: object) -> Doc | None:
    lead = world().store.get("lead", lead_id)
    if lead is None or lead["is_deleted"]:
        return None
    require(world(), actor(), "leads", "edit", lead)
    return lead


def _changed(lead: Doc) -> Doc:
    return {"id": lead["id"], "updated_at": lead["updated_at"], "_links": href(f"leads/{lead['id']}")}
