"""Custom fields and their groups."""

from __future__ import annotations

import secrets

from flask import Blueprint, Response

from ..core.errors import invalid, not_found
from ..core.store import Doc
from ..core.world import world
from ..crm.fields import ENUM_TYPES, fields_of, make_enums, make_field, show_field
from ..crm.rights import require_admin
from .wire import actor, batch, created, hal, href, nothing, page, request_id, single

routes = Blueprint("fields", __name__)
KIND = "<any(leads, contacts, companies):kind>"
MOST = 50


@routes.get(f"/{KIND}/custom_fields")
def fields(kind: str) -> Response:
    return page("custom_fields", fields_of(world(), kind), _show, most=MOST, total=True)


@routes.get("/catalogs/<int:catalog_id>/custom_fields")
def catalog_fields(catalog_id: int) -> Response:
    return page("custom_fields", fields_of(world(), _entity(catalog_id)), _show, most=MOST, total=True)


@routes.post(f"/{KIND}/custom_fields")
def create(kind: str) -> Response:
    return _create(kind)


@routes.post("/catalogs/<int:catalog_id>/custom_fields")
def create_in_catalog(catalog_id: int) -> Response:
    return _create(_entity(catalog_id))


@routes.patch(f"/{KIND}/custom_fields")
def change_many(kind: str) -> Response:
    require_admin(actor())
    return created("custom_fields", batch(lambda item, n: _change(kind, item.get("id"), item)))


@routes.patch("/catalogs/<int:catalog_id>/custom_fields")
def change_many_in_catalog(catalog_id: int) -> Response:
    require_admin(actor())
    return created("custom_fields", batch(lambda item, n: _change(_entity(catalog_id), item.get("id"), item)))


@routes.get(f"/{KIND}/custom_fields/<int:field_id>")
def one(kind: str, field_id: int) -> Response:
    return hal(_show(_found(kind, field_id)))


@routes.get("/catalogs/<int:catalog_id>/custom_fields/<int:field_id>")
def one_in_catalog(catalog_id: int, field_id: int) -> Response:
    return hal(_show(_found(_entity(catalog_id), field_id)))


@routes.patch(f"/{KIND}/custom_fields/<int:field_id>")
def change(kind: str, field_id: int) -> Response:
    require_admin(actor())
    return hal(single(lambda item: _change(kind, field_id, item)))


@routes.delete(f"/{KIND}/custom_fields/<int:field_id>")
def delete(kind: str, field_id: int) -> Response:
    require_admin(actor())
    field = _found(kind, field_id)
    if field["is_predefined"]:
        raise invalid("NotDeletable", "id", "Field can not be deleted.")
    world().store.delete("field", field_id)
    return nothing()


@routes.get(f"/{KIND}/custom_fields/groups")
def groups(kind: str) -> Response:
    own: list[Doc] = [
        {"id": "statistic", "name": "Статистика", "sort": 1000, "entity_type": kind, "is_predefined": True}
    ]
    rows = [g for g in world().store.all("field_group") if g["entity_type"] == kind]
    return page("custom_field_groups", rows + own, lambda g: _show_group(kind, g), total=True)


@routes.post(f"/{KIND}/custom_fields/groups")
def create_group(kind: str) -> Response:
    require_admin(actor())

    def work(item: Doc, number: int) -> Doc:
        if not item.get("name"):
            raise invalid("FieldMissing", "name", "This field is missing.")
        group = {
            "id": f"{kind}_{secrets.randbelow(10**14):014d}",
            "name": item["name"],
            "sort": item.get("sort", 10),
            "entity_type": kind,
            "is_predefined": False,
        }
        world().store.put("field_group", group)
        return _show_group(kind, group) | {"request_id": request_id(item, number)}

    return created("custom_field_groups", batch(work), 201)


@routes.patch(f"/{KIND}/custom_fields/groups/<group_id>")
def change_group(kind: str, group_id: str) -> Response:
    require_admin(actor())
    group = _group(group_id)

    def work(item: Doc) -> Doc:
        return world().store.put("field_group", {**group, **{k: item[k] for k in ("name", "sort") if k in item}})

    return hal(_show_group(kind, single(work)))


@routes.delete(f"/{KIND}/custom_fields/groups/<group_id>")
def delete_group(kind: str, group_id: str) -> Response:
    require_admin(actor())
    _group(group_id)
    world().store.delete("field_group", group_id)
    for field in fields_of(world(), kind):
        if field["group_id"] == group_id:
            world().store.put("field", {**field, "group_id": None})
    return nothing()


def _create(entity: str) -> Response:
    require_admin(actor())

    def work(item: Doc, number: int) -> Doc:
        fresh = make_field(world(), entity, {k: v for k, v in item.items() if k not in ("id", "is_predefined")})
        return _show(fresh) | {"request_id": request_id(item, number)}

    return created("custom_fields", batch(work), 201)


def _change(entity: str, field_id: object, item: Doc) -> Doc:
    field = _found(entity, field_id)
    keys = ("name", "sort", "code", "is_api_only", "group_id", "required_statuses", "hidden_statuses", "is_required")
    fresh = {**field, **{k: item[k] for k in keys if k in item}}
    if field["type"] in ENUM_TYPES and ("enums" in item or "nested" in item):
        fresh["enums"] = make_enums(world(), {**item, "type": field["type"]})
    return _show(world().store.put("field", fresh))


def _show(field: Doc) -> Doc:
    return show_field(world(), field)


def _show_group(kind: str, group: Doc) -> Doc:
    return {**group, "type": "text", "_links": href(f"{kind}/custom_fields/groups/{group['id']}")}


def _entity(catalog_id: int) -> str:
    if not world().store.get("catalog", catalog_id):
        raise not_found("Catalog not found")
    return f"catalogs:{catalog_id}"


def _found(entity: str, field_id: object) -> Doc:
    found = world().store.get("field", field_id)
    if not found or found["entity"] != entity:
        raise not_found("Field not found")
    return found


def _group(group_id: str) -> Doc:
    found = world().store.get("field_group", group_id)
    if not found:
        raise not_found("Group not found")
    return found
