"""Contacts and companies."""

from __future__ import annotations

from typing import Any

from ..core.errors import invalid, not_supported
from ..core.store import Doc
from ..core.world import World
from ..hooks.payloads import person_payload
from .actor import Actor
from .events import SINGULAR, hook, record
from .tags import tags_after
from .values import write_values

STORE_KIND = {"contacts": "contact", "companies": "company"}
FIRST_ID = {"contacts": 7143599, "companies": 7767077}


def create_person(world: World, kind: str, item: Any, actor: Actor) -> Doc:
    """A contact or a company; raises FieldErrors."""
    if not isinstance(item, dict):
        raise invalid("InvalidType", "", "This value should be of type object.")
    now = world.clock.timestamp()
    store_kind = STORE_KIND[kind]
    person: Doc = {
        "id": item.get("_seed_id") or world.store.next_id(store_kind, FIRST_ID[kind]),
        "name": item.get("name") or " ".join(filter(None, (item.get("first_name"), item.get("last_name")))),
        "first_name": item.get("first_name") or "",
        "last_name": item.get("last_name") or "",
        "responsible_user_id": item.get("responsible_user_id") or actor.user_id,
        "created_by": actor.user_id,
        "updated_by": actor.user_id,
        "created_at": now,
        "updated_at": now,
        "is_deleted": False,
        "values": write_values(world, kind, {}, item.get("custom_fields_values"), actor),
        "tags": tags_after(world, [], item),
        "company_id": _company(world, item) if kind == "contacts" else None,
    }
    world.store.put(store_kind, person)
    code = SINGULAR[kind]
    record(world, f"{code}_added", kind, person["id"], actor.user_id)
    hook(world, f"add_{code}", "contacts", "add", person_payload(world, kind, person))
    return person


def change_person(world: World, kind: str, person: Doc, item: Doc, actor: Actor) -> Doc:
    """Apply a PATCH item."""
    keys = ("name", "first_name", "last_name", "responsible_user_id")
    fresh = {**person, **{k: item[k] for k in keys if k in item}}
    fresh["values"] = write_values(world, kind, person["values"], item.get("custom_fields_values"), actor)
    fresh["tags"] = tags_after(world, person["tags"], item)
    if kind == "contacts" and "companies" in (item.get("_embedded") or {}):
        fresh["company_id"] = _company(world, item)
    fresh |= {"updated_at": world.clock.timestamp(), "updated_by": actor.user_id}
    world.store.put(STORE_KIND[kind], fresh)
    code = SINGULAR[kind]
    record(world, f"{code}_changed", kind, fresh["id"], actor.user_id)
    hook(world, f"update_{code}", "contacts", "update", person_payload(world, kind, fresh))
    return fresh


def leads_of(world: World, kind: str, person_id: int) -> list[int]:
    """Deals linked to the contact or company."""
    found = []
    for row in world.store.all("links"):
        if any(r["to_entity_type"] == kind and r["to_entity_id"] == person_id for r in row["rows"]):
            found.append(row["id"])
    return found


def _company(world: World, item: Doc) -> int | None:
    rows = (item.get("_embedded") or {}).get("companies") or []
    if not rows:
        return None
    if not world.store.get("company", rows[0].get("id")):
        raise not_supported("_embedded.companies.0.id")
    return int(rows[0]["id"])
