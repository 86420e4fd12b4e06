"""What is linked to a deal: products with quantities, contacts, a company."""

from __future__ import annotations

from typing import Any

from ..core.errors import invalid, not_supported
from ..core.store import Doc
from ..core.world import World
from ..hooks.payloads import lead_payload
from .actor import Actor
from .events import hook, record

STORE_KIND = {"contacts": "contact", "companies": "company", "catalog_elements": "element"}


def lead_rows(world: World, lead_id: int) -> list[Doc]:
    """Links of a deal in the order they were made."""
    rows: list[Doc] = (world.store.get("links", lead_id) or {"rows": []})["rows"]
    return rows


def put_rows(world: World, lead_id: int, rows: list[Doc]) -> None:
    """Replace a deal's links."""
    world.store.put("links", {"id": lead_id, "rows": rows})


def link(world: World, lead: Doc, item: Doc, actor: Actor, path: str = "0") -> Doc:
    """Link one thing, or set the quantity of what is linked already; raises FieldErrors."""
    row = _row(world, item, path)
    rows = lead_rows(world, lead["id"])
    known = [r for r in rows if _same(r, row)]
    if row["to_entity_type"] == "companies":
        rows = [r for r in rows if r["to_entity_type"] != "companies" or _same(r, row)]
    if row["to_entity_type"] == "contacts":
        rows = _with_main(rows, row)
    rows = [row if _same(r, row) else r for r in rows] if known else [*rows, row]
    put_rows(world, lead["id"], rows)
    _tell(world, lead, "entity_linked", row, actor)
    return row


def unlink(world: World, lead: Doc, item: Doc, actor: Actor, path: str = "0") -> None:
    """Take one thing off the deal; a product needs its catalogue's id."""
    row = _row(world, item, path)
    rows = lead_rows(world, lead["id"])
    left = [r for r in rows if not _same(r, row)]
    if len(left) < len(rows):
        put_rows(world, lead["id"], left)
        _tell(world, lead, "entity_unlinked", row, actor)


def _row(world: World, item: Any, path: str) -> Doc:
    if not isinstance(item, dict):
        raise invalid("InvalidType", path, "This value should be of type object.")
    for key in ("to_entity_id", "to_entity_type"):
        if key not in item:
            raise invalid("FieldMissing", f"{path}.{key}", "This field is missing.")
    kind, metadata = item["to_entity_type"], item.get("metadata") or {}
    if kind not in STORE_KIND:
        raise not_supported(f"{path}.to_entity_type")
    found = world.store.get(STORE_KIND[kind], item["to_entity_id"])
    if not found or found.get("is_deleted"):
        raise not_supported(f"{path}.to_entity_id")
    row: Doc = {"to_entity_id": found["id"], "to_entity_type": kind, "metadata": None}
    if kind == "contacts":
        row["metadata"] = {"main_contact": bool(metadata.get("is_main", False))}
    if kind == "catalog_elements":
        row["metadata"] = _product_metadata(found, metadata, path)
    return row


def _product_metadata(element: Doc, metadata: Doc, path: str) -> Doc:
    if "catalog_id" not in metadata:
        raise invalid("FieldMissing", f"{path}.metadata.catalog_id", "This field is missing.")
    if metadata["catalog_id"] != element["catalog_id"]:
        raise not_supported(f"{path}.metadata.catalog_id")
    quantity = metadata.get("quantity", 1)
    if isinstance(quantity, bool) or not isinstance(quantity, int | float):
        raise invalid("InvalidType", f"{path}.metadata.quantity", "This value should be of type float.")
    kept = {"quantity": quantity, "catalog_id": element["catalog_id"]}
    return kept | ({"price_id": metadata["price_id"]} if metadata.get("price_id") else {})


def _same(one: Doc, other: Doc) -> bool:
    return (one["to_entity_type"], one["to_entity_id"]) == (other["to_entity_type"], other["to_entity_id"])


def _with_main(rows: list[Doc], row: Doc) -> list[Doc]:
    contacts = [r for r in rows if r["to_entity_type"] == "contacts" and not _same(r, row)]
    if not contacts:
        row["metadata"] = {"main_contact": True}
    if not row["metadata"]["main_contact"]:
        return rows
    return [{**r, "metadata": {"main_contact": False}} if r in contacts else r for r in rows]


def _tell(world: World, lead: Doc, kind: str, row: Doc, actor: Actor) -> None:
    entity: Doc = {"type": row["to_entity_type"].rstrip("s"), "id": row["to_entity_id"]}
    shape = [{"link": {"entity": entity | (row["metadata"] or {})}}]
    now = world.clock.timestamp()
    fresh = world.store.put("lead", {**lead, "updated_at": now, "updated_by": actor.user_id})
    record(world, kind, "leads", lead["id"], actor.user_id, after=shape)
    if world.switches.get("update_lead_on_link"):
        hook(world, "update_lead", "leads", "update", lead_payload(world, fresh))
