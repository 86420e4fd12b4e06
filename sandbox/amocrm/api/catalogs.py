"""Lists, the products list's settings, elements."""

from __future__ import annotations

from flask import Blueprint, Response, request

from ..core.errors import FieldErrors, not_found
from ..core.store import Doc
from ..core.world import world
from ..crm.catalogs import change_element, create_catalog, create_element, products_catalog
from ..crm.rights import require_admin
from ..crm.values import show_values
from .wire import actor, batch, body, created, filter_ids, hal, href, nothing, page, request_id, single

routes = Blueprint("catalogs", __name__)


@routes.get("/catalogs")
def catalogs() -> Response:
    kind = request.args.get("filter[type]")
    rows = [c for c in world().store.all("catalog") if not kind or c["type"] == kind]
    return page("catalogs", rows, show_catalog)


@routes.post("/catalogs")
def create() -> Response:
    require_admin(actor())
    rows = batch(
        lambda item, n: show_catalog(create_catalog(world(), item, actor())) | {"request_id": request_id(item, n)}
    )
    return created("catalogs", rows)


@routes.patch("/catalogs/<int:catalog_id>")
def change(catalog_id: int) -> Response:
    require_admin(actor())
    catalog = _catalog(catalog_id)

    def work(item: Doc) -> Doc:
        keys = ("name", "sort", "can_add_elements", "can_link_multiple")
        fresh = {**catalog, **{k: item[k] for k in keys if k in item}, "updated_at": world().clock.timestamp()}
        return world().store.put("catalog", fresh)

    return hal(show_catalog(single(work)))


@routes.get("/catalogs/products/settings")
def settings() -> Response:
    return hal(_settings())


@routes.patch("/catalogs/products/settings")
def change_settings() -> Response:
    require_admin(actor())
    if body().get("is_enabled") and products_catalog(world()) is None:
        create_catalog(world(), {"name": "Товары", "type": "products"}, actor())
    return hal(_settings())


@routes.get("/catalogs/<int:catalog_id>")
def one(catalog_id: int) -> Response:
    return hal(show_catalog(_catalog(catalog_id)))


@routes.get("/catalogs/<int:catalog_id>/elements")
def elements(catalog_id: int) -> Response:
    _catalog(catalog_id)
    ids, query = filter_ids(), request.args.get("query", "").lower()
    rows = [
        e
        for e in world().store.all("element")
        if e["catalog_id"] == catalog_id
        and not e["is_deleted"]
        and (ids is None or e["id"] in ids)
        and (not query or _matches(e, query))
    ]
    return page("elements", rows, show_element)


@routes.post("/catalogs/<int:catalog_id>/elements")
def create_elements(catalog_id: int) -> Response:
    catalog = _catalog(catalog_id)

    def work(item: Doc, number: int) -> Doc:
        element = create_element(world(), catalog, item, actor())
        return show_element(element) | {"request_id": request_id(item, number)}

    return created("elements", batch(work))


@routes.patch("/catalogs/<int:catalog_id>/elements")
def change_elements(catalog_id: int) -> Response:
    def work(item: Doc, number: int) -> Doc:
        return _change(catalog_id, item.get("id"), item) | {"request_id": request_id(item, number)}

    return created("elements", batch(work))


@routes.get("/catalogs/<int:catalog_id>/elements/<int:element_id>")
def element(catalog_id: int, element_id: int) -> Response:
    found = world().store.get("element", element_id)
    if not found or found["catalog_id"] != catalog_id or found["is_deleted"]:
        return nothing()
    return hal(show_element(found))


@routes.patch("/catalogs/<int:catalog_id>/elements/<int:element_id>")
def change_one(catalog_id: int, element_id: int) -> Response:
    return hal(single(lambda item: _change(catalog_id, element_id, item)))


def show_catalog(catalog: Doc) -> Doc:
    """A list as the API writes it."""
    return {**catalog, "account_id": world().account["id"], "_links": href(f"catalogs/{catalog['id']}")}


def show_element(element: Doc) -> Doc:
    """An element as the API writes it."""
    state, catalog_id = world(), element["catalog_id"]
    keys = ("id", "name", "created_by", "updated_by", "created_at", "updated_at", "is_deleted")
    shown: Doc = {k: element[k] for k in keys}
    shown["custom_fields_values"] = show_values(state, f"catalogs:{catalog_id}", element["values"])
    shown |= {"catalog_id": catalog_id, "account_id": state.account["id"]}
    return shown | {"_links": href(f"catalogs/{catalog_id}/elements/{element['id']}")}


def _change(catalog_id: int, element_id: object, item: Doc) -> Doc:
    found = world().store.get("element", element_id)
    if not found or found["catalog_id"] != catalog_id or found["is_deleted"]:
        raise FieldErrors([{"code": "NotFound", "path": "id", "detail": "Element not found"}])
    return show_element(change_element(world(), found, item, actor()))


def _catalog(catalog_id: int) -> Doc:
    found = world().store.get("catalog", catalog_id)
    if not found:
        raise not_found("Catalog not found")
    return found


def _settings() -> Doc:
    found = products_catalog(world())
    shown: Doc = {"is_enabled": found is not None, "catalog_id": found["id"] if found else None}
    return shown | {"_links": href("catalogs/products/settings")}


def _matches(element: Doc, query: str) -> bool:
    if query in element["name"].lower():
        return True
    return any(query in str(row["value"]).lower() for rows in element["values"].values() for row in rows)
