"""Contacts and companies."""

from __future__ import annotations

from flask import Blueprint, Response, request

from ..core.errors import FieldErrors
from ..core.store import Doc
from ..core.world import world
from ..crm.people import STORE_KIND, change_person, create_person, leads_of
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

routes = Blueprint("people", __name__)
KIND = "<any(contacts, companies):kind>"


@routes.get(f"/{KIND}")
def people(kind: str) -> Response:
    state, ids, query = world(), filter_ids(), request.args.get("query", "").lower()
    rows = [
        p
        for p in state.store.all(STORE_KIND[kind])
        if not p["is_deleted"]
        and (ids is None or p["id"] in ids)
        and in_range(p["updated_at"], "updated_at")
        and (not query or _matches(p, query))
        and can(state, actor(), kind, "view", p)
    ]
    return page(kind, ordered(rows, "updated_at", "id"), lambda p: show_person(kind, p))


@routes.post(f"/{KIND}")
def create(kind: str) -> Response:
    def work(item: Doc, number: int) -> Doc:
        require(world(), actor(), kind, "add")
        person = create_person(world(), kind, item, actor())
        links = href(f"{kind}/{person['id']}")
        return {"id": person["id"], "request_id": request_id(item, number), "_links": links}

    return created(kind, batch(work))


@routes.patch(f"/{KIND}")
def change_many(kind: str) -> Response:
    return created(kind, batch(lambda item, number: _change(kind, item.get("id"), item)))


@routes.get(f"/{KIND}/<int:person_id>")
def one(kind: str, person_id: int) -> Response:
    person = world().store.get(STORE_KIND[kind], person_id)
    if not person:
        return nothing()
    require(world(), actor(), kind, "view", person)
    return hal(show_person(kind, person))


@routes.patch(f"/{KIND}/<int:person_id>")
def change(kind: str, person_id: int) -> Response:
    return hal(single(lambda item: _change(kind, person_id, item)))


def show_person(kind: str, person: Doc) -> Doc:
    """A contact or a company as the API writes it."""
    state, parts = world(), with_parts()
    names = ("first_name", "last_name") if kind == "contacts" else ()
    shown: Doc = {k: person[k] for k in ("id", "name", *names, "responsible_user_id")}
    shown["group_id"] = (state.store.get("user", person["responsible_user_id"]) or {}).get("group_id") or 0
    shown |= {k: person[k] for k in ("created_by", "updated_by", "created_at", "updated_at", "is_deleted")}
    shown["closest_task_at"] = None
    shown["custom_fields_values"] = show_values(state, kind, person["values"])
    shown |= {"account_id": state.account["id"], "_links": href(f"{kind}/{person['id']}")}
    embedded: Doc = {"tags": person["tags"]}
    if kind == "contacts":
        company = person["company_id"]
        embedded["companies"] = [{"id": company, "_links": href(f"companies/{company}")}] if company else []
    if "leads" in parts:
        ids = leads_of(state, kind, person["id"])
        embedded["leads"] = [{"id": i, "_links": href(f"leads/{i}")} for i in ids]
    if "contacts" in parts and kind == "companies":
        ids = [c["id"] for c in state.store.all("contact") if c["company_id"] == person["id"]]
        embedded["contacts"] = [{"id": i, "_links": href(f"contacts/{i}")} for i in ids]
    return shown | {"_embedded": embedded}


def _change(kind: str, person_id: object, item: Doc) -> Doc:
    person = world().store.get(STORE_KIND[kind], person_id)
    if not person:
        raise FieldErrors([{"code": "NotFound", "path": "id", "detail": "Element not found"}])
    require(world(), actor(), kind, "edit", person)
    fresh = change_person(world(), kind, person, item, actor())
    links = href(f"{kind}/{fresh['id']}")
    return {"id": fresh["id"], "name": fresh["name"], "updated_at": fresh["updated_at"], "_links": links}


def _matches(person: Doc, query: str) -> bool:
    if query in person["name"].lower():
        return True
    for rows in person["values"].values():
        for row in rows:
            value = row["value"]
            texts = value.values() if isinstance(value, dict) else [value]
            if any(query in str(text).lower() for text in texts if text):
                return True
    return False
