"""Lists and their elements; the products list is one of them."""

from __future__ import annotations

from typing import Any

from ..core.errors import invalid
from ..core.store import Doc
from ..core.world import World
from ..hooks.payloads import element_payload
from .actor import Actor
from .events import hook, touch
from .fields import make_field
from .values import write_values

PRODUCT_FIELDS = (
    {"name": "Артикул", "code": "SKU", "type": "text"},
    {"name": "Описание", "code": "DESCRIPTION", "type": "textarea"},
    {"name": "Цена", "code": "PRICE", "type": "price"},
    {"name": "Группа", "code": "GROUP", "type": "category", "enums": ["Без группы"]},
    {"name": "External ID", "code": "EXTERNAL_ID", "type": "text", "is_visible": False},
    {"name": "Единица измерения", "code": "UNIT", "type": "select", "enums": ["шт", "м", "кг", "упак"]},
)
LIMIT = 10


def create_catalog(world: World, item: Any, actor: Actor) -> Doc:
    """A list; a products list comes with its preset fields."""
    if not isinstance(item, dict) or not item.get("name"):
        raise invalid("FieldMissing", "name", "This field is missing.")
    kind = item.get("type") or "regular"
    catalogs = world.store.all("catalog")
    only_one = kind in ("products", "invoices") and any(c["type"] == kind for c in catalogs)
    if len(catalogs) >= LIMIT or only_one:
        raise invalid("LimitExceeded", "type", "Catalogs limit exceeded.")
    now = world.clock.timestamp()
    catalog = {
        "id": item.get("id") or world.store.next_id("catalog", 4521),
        "name": item["name"],
        "created_by": actor.user_id,
        "updated_by": actor.user_id,
        "created_at": now,
        "updated_at": now,
        "sort": item.get("sort", 10 * (len(catalogs) + 1)),
        "type": kind,
        "can_add_elements": item.get("can_add_elements", True),
        "can_show_in_cards": kind != "products",
        "can_link_multiple": item.get("can_link_multiple", True),
        "can_be_deleted": kind == "regular",
        "sdk_widget_code": None,
    }
    world.store.put("catalog", catalog)
    for field in PRODUCT_FIELDS if kind == "products" else ():
        make_field(world, f"catalogs:{catalog['id']}", {**field, "is_predefined": True})
    return catalog


def products_catalog(world: World) -> Doc | None:
    """The products list, when the account has switched products on."""
    return next((c for c in world.store.all("catalog") if c["type"] == "products"), None)


def create_element(world: World, catalog: Doc, item: Any, actor: Actor) -> Doc:
    """An element; raises FieldErrors."""
    if not isinstance(item, dict) or not isinstance(item.get("name"), str) or not item["name"]:
        raise invalid("FieldMissing", "name", "This field is missing.")
    now = world.clock.timestamp()
    entity = f"catalogs:{catalog['id']}"
    element = {
        "id": item.get("_seed_id") or world.store.next_id("element", 525439),
        "name": item["name"],
        "catalog_id": catalog["id"],
        "created_by": actor.user_id,
        "updated_by": actor.user_id,
        "created_at": now,
        "updated_at": now,
        "is_deleted": None,
        "values": write_values(world, entity, {}, item.get("custom_fields_values"), actor),
    }
    world.store.put("element", element)
    hook(world, "add_catalog", "catalogs", "add", element_payload(world, element))
    return element


def change_element(world: World, element: Doc, item: Doc, actor: Actor) -> Doc:
    """Apply a PATCH item."""
    if "name" in item and (not isinstance(item["name"], str) or not item["name"]):
        raise invalid("InvalidType", "name", "This value should be of type string.")
    entity = f"catalogs:{element['catalog_id']}"
    values = write_values(world, entity, element["values"], item.get("custom_fields_values"), actor)
    fresh = {**element, "name": item.get("name", element["name"]), "values": values}
    fresh |= {"updated_at": world.clock.timestamp(), "updated_by": actor.user_id}
    world.store.put("element", fresh)
    hook(world, "update_catalog", "catalogs", "update", element_payload(world, fresh))
    for row in world.store.all("links"):
        if any(r["to_entity_type"] == "catalog_elements" and r["to_entity_id"] == fresh["id"] for r in row["rows"]):
            touch(world, "leads", row["id"], "catalog_element_changed")
    return fresh


def delete_element(world: World, element: Doc) -> None:
    """Put an element into the bin, as a person does in the list's page."""
    world.store.put("element", {**element, "is_deleted": True, "updated_at": world.clock.timestamp()})
    for row in world.store.all("links"):
        left = [
            r
            for r in row["rows"]
            if not (r["to_entity_type"] == "catalog_elements" and r["to_entity_id"] == element["id"])
        ]
        if len(left) < len(row["rows"]):
            world.store.put("links", {**row, "rows": left})
            touch(world, "leads", row["id"], "catalog_element_deleted")
    hook(world, "delete_catalog", "catalogs", "delete", {"id": element["id"], "catalog_id": element["catalog_id"]})
