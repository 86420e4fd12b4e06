"""Deals: creation and change, with everything a change sets off."""

from __future__ import annotations

from typing import Any

from ..core.errors import FieldErrors, invalid, not_supported
from ..core.store import Doc
from ..core.world import World
from ..hooks.payloads import lead_payload
from .actor import Actor
from .events import hook, record
from .links import lead_rows, put_rows
from .stages import find_status, first_status, main_pipeline
from .tags import tags_after
from .values import write_values

WRITABLE = {
    "id", "name", "price", "status_id", "pipeline_id", "responsible_user_id", "loss_reason_id", "closed_at",
    "created_at", "updated_at", "created_by", "updated_by", "custom_fields_values", "tags_to_add",
    "tags_to_delete", "_embedded", "request_id", "visitor_uid", "group_id",
}  # fmt: skip
CLOSED = (142, 143)


def create_lead(world: World, item: Doc, actor: Actor) -> Doc:
    """A new deal; raises FieldErrors."""
    check_item(world, item)
    pipeline_id = item.get("pipeline_id") or main_pipeline(world)["id"]
    now = world.clock.timestamp()
    lead: Doc = {
        "id": item.get("_seed_id") or world.store.next_id("lead", 3912171),
        "name": item.get("name") or "",
        "price": item.get("price") or 0,
        "responsible_user_id": item.get("responsible_user_id") or actor.user_id,
        "status_id": item.get("status_id") or first_status(world, pipeline_id)["id"],
        "pipeline_id": pipeline_id,
        "loss_reason_id": item.get("loss_reason_id"),
        "created_by": item.get("created_by", actor.user_id),
        "updated_by": actor.user_id,
        "created_at": item.get("created_at") or now,
        "updated_at": now,
        "closed_at": None,
        "is_deleted": False,
        "values": write_values(world, "leads", {}, item.get("custom_fields_values"), actor),
        "tags": tags_after(world, [], item),
    }
    if not lead["name"]:
        lead["name"] = f"Сделка #{lead['id']}"
    find_status(world, lead["pipeline_id"], lead["status_id"])
    rows = _embedded_rows(world, item)
    world.store.put("lead", lead)
    put_rows(world, lead["id"], rows)
    record(world, "lead_added", "leads", lead["id"], actor.user_id)
    hook(world, "add_lead", "leads", "add", lead_payload(world, lead))
    return lead


def change_lead(world: World, lead: Doc, item: Doc, actor: Actor) -> Doc:
    """Apply a PATCH item; raises FieldErrors and changes nothing then."""
    check_item(world, item)
    plain = ("name", "price", "responsible_user_id", "loss_reason_id", "created_at", "created_by")
    fresh = {**lead, **{k: item[k] for k in plain if k in item}}
    fresh["status_id"], fresh["pipeline_id"] = _stage(world, lead, item)
    find_status(world, fresh["pipeline_id"], fresh["status_id"])
    given = item.get("custom_fields_values")
    fresh["values"] = write_values(world, "leads", lead["values"], given, actor)
    fresh["tags"] = tags_after(world, lead["tags"], item)
    now = world.clock.timestamp()
    fresh["updated_at"], fresh["updated_by"] = now, item.get("updated_by", actor.user_id)
    if fresh["status_id"] in CLOSED:
        fresh["closed_at"] = item.get("closed_at") or lead["closed_at"] or now
    else:
        fresh["closed_at"], fresh["loss_reason_id"] = None, None
    world.store.put("lead", fresh)
    _tell(world, lead, fresh, actor)
    return fresh


def delete_lead(world: World, lead: Doc, actor: Actor) -> None:
    """Put a deal into the bin (only the page can)."""
    world.store.put("lead", {**lead, "is_deleted": True, "updated_at": world.clock.timestamp()})
    record(world, "lead_deleted", "leads", lead["id"], actor.user_id)
    hook(world, "delete_lead", "leads", "delete", {k: lead[k] for k in ("id", "status_id", "pipeline_id")})


def check_item(world: World, item: Any) -> None:
    """Types and choices of a lead's own fields."""
    if not isinstance(item, dict):
        raise invalid("InvalidType", "", "This value should be of type object.")
    errors = [
        {"code": "FieldNotExpected", "path": key, "detail": "This field was not expected."}
        for key in item
        if key not in WRITABLE and not key.startswith("_seed")
    ]
    if errors:
        raise FieldErrors(errors)
    for key in ("price", "status_id", "pipeline_id", "responsible_user_id", "created_at", "closed_at"):
        number = isinstance(item.get(key), int | float) and not isinstance(item.get(key), bool)
        if item.get(key) is not None and not number:
            raise invalid("InvalidType", key, "This value should be of type int.")
    if "name" in item and not isinstance(item["name"], str):
        raise invalid("InvalidType", "name", "This value should be of type string.")
    for key in ("responsible_user_id", "updated_by", "created_by"):
        user = world.store.get("user", item.get(key)) if item.get(key) else None
        if item.get(key) and not (user and user.get("is_active", True)):
            raise not_supported(key)


def _stage(world: World, lead: Doc, item: Doc) -> tuple[int, int]:
    pipeline_id = item.get("pipeline_id") or lead["pipeline_id"]
    status_id = item.get("status_id")
    if status_id is None:
        moved = pipeline_id != lead["pipeline_id"]
        status_id = first_status(world, pipeline_id)["id"] if moved else lead["status_id"]
    elif "pipeline_id" not in item and status_id not in CLOSED:
        for pipeline in world.store.all("pipeline"):
            if any(s["id"] == status_id for s in pipeline["statuses"]):
                pipeline_id = pipeline["id"]
    return status_id, pipeline_id


def _embedded_rows(world: World, item: Doc) -> list[Doc]:
    rows = []
    for kind, store_kind in (("contacts", "contact"), ("companies", "company")):
        for number, row in enumerate((item.get("_embedded") or {}).get(kind) or []):
            if not world.store.get(store_kind, row.get("id")):
                raise not_supported(f"_embedded.{kind}.{number}.id")
            meta = {"main_contact": bool(row.get("is_main", number == 0))} if kind == "contacts" else None
            rows.append({"to_entity_id": row["id"], "to_entity_type": kind, "metadata": meta})
    return rows


def _tell(world: World, old: Doc, new: Doc, actor: Actor) -> None:
    who, lead_id = actor.user_id, new["id"]
    if (old["status_id"], old["pipeline_id"]) != (new["status_id"], new["pipeline_id"]):
        shapes = [[{"lead_status": {"id": d["status_id"], "pipeline_id": d["pipeline_id"]}}] for d in (old, new)]
        record(world, "lead_status_changed", "leads", lead_id, who, before=shapes[0], after=shapes[1])
        hook(world, "status_lead", "leads", "status", lead_payload(world, new, old))
        if world.hooks is not None:
            world.hooks.pipeline_trigger(new, old)
    if old["responsible_user_id"] != new["responsible_user_id"]:
        record(world, "entity_responsible_changed", "leads", lead_id, who)
        hook(world, "responsible_lead", "leads", "responsible", lead_payload(world, new, old))
    if old["price"] != new["price"]:
        shapes = [[{"sale_field_value": {"sale": d["price"]}}] for d in (old, new)]
        record(world, "sale_field_changed", "leads", lead_id, who, before=shapes[0], after=shapes[1])
    for key in {*old["values"], *new["values"]}:
        if old["values"].get(key) != new["values"].get(key):
            kind = f"custom_field_{key}_value_changed"
            record(world, kind, "leads", lead_id, who)
    if old["name"] != new["name"]:
        record(world, "name_field_changed", "leads", lead_id, who)
    hook(world, "update_lead", "leads", "update", lead_payload(world, new))


def lead_links(world: World, lead_id: int, kind: str) -> list[Doc]:
    """Rows of one kind linked to the deal."""
    return [row for row in lead_rows(world, lead_id) if row["to_entity_type"] == kind]
