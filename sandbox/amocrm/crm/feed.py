"""Notes and tasks: what is seen in the feed of a card."""

from __future__ import annotations

from typing import Any

from ..core.errors import invalid, not_supported
from ..core.store import Doc
from ..core.world import World
from ..hooks.payloads import note_payload, task_payload
from .actor import Actor
from .events import SINGULAR, hook, record, touch

NOTE_PARAMS = {
    "common": ("text",),
    "service_message": ("service", "text"),
    "extended_service_message": ("service", "text"),
    "attachment": ("file_uuid", "file_name"),
    "invoice_paid": ("service", "text", "icon_url"),
    "bill_paid": ("service", "text", "icon_url"),
    "call_in": (),
    "call_out": (),
    "sms_in": ("text",),
    "sms_out": ("text",),
    "geolocation": ("text",),
    "message_cashier": ("status", "text"),
}


def add_note(world: World, entity: str, entity_id: int, item: Any, actor: Actor) -> Doc:
    """A note on a deal, contact or company; raises FieldErrors."""
    if not isinstance(item, dict) or item.get("note_type") not in NOTE_PARAMS:
        raise not_supported("note_type")
    params = item.get("params")
    if not isinstance(params, dict):
        raise invalid("FieldMissing", "params", "This field is missing.")
    for key in NOTE_PARAMS[item["note_type"]]:
        if not params.get(key):
            raise invalid("FieldMissing", f"params.{key}", "This field is missing.")
    now = world.clock.timestamp()
    note = {
        "id": world.store.next_id("note", 42709325),
        "entity": entity,
        "entity_id": entity_id,
        "created_by": item.get("created_by", actor.user_id),
        "updated_by": actor.user_id,
        "created_at": item.get("created_at") or now,
        "updated_at": now,
        "responsible_user_id": item.get("responsible_user_id") or actor.user_id,
        "group_id": 0,
        "note_type": item["note_type"],
        "params": params,
    }
    world.store.put("note", note)
    record(world, f"{note['note_type']}_note_added", entity, entity_id, actor.user_id)
    code = SINGULAR[entity]
    hook(world, f"note_{code}", "leads" if entity == "leads" else "contacts", "note", note_payload(note))
    return note


def change_note(world: World, note: Doc, item: Doc, actor: Actor) -> Doc:
    """Change a note's params."""
    now = world.clock.timestamp()
    params = {**note["params"], **(item.get("params") or {})}
    fresh = world.store.put("note", {**note, "params": params, "updated_at": now, "updated_by": actor.user_id})
    touch(world, note["entity"], note["entity_id"], "note_changed")
    return fresh


def show_note(world: World, note: Doc) -> Doc:
    """A note as the API writes it."""
    hidden = {"entity"}
    path = f"{note['entity']}/{note['entity_id']}/notes/{note['id']}"
    shown = {k: v for k, v in note.items() if k not in hidden} | {"account_id": world.account["id"]}
    return shown | {"_links": {"self": {"href": f"{world.base_url}/api/v4/{path}"}}}


def add_task(world: World, item: Any, actor: Actor) -> Doc:
    """A task; text and complete_till are mandatory."""
    if not isinstance(item, dict):
        raise invalid("InvalidType", "", "This value should be of type object.")
    for key in ("text", "complete_till"):
        if not item.get(key):
            raise invalid("FieldMissing", key, "This field is missing.")
    owner = item.get("responsible_user_id") or actor.user_id
    if not world.store.get("user", owner):
        raise not_supported("responsible_user_id")
    now = world.clock.timestamp()
    task = {
        "id": item.get("_seed_id") or world.store.next_id("task", 4745251),
        "created_by": item.get("created_by", actor.user_id),
        "updated_by": actor.user_id,
        "created_at": item.get("created_at") or now,
        "updated_at": now,
        "responsible_user_id": owner,
        "group_id": (world.store.get("user", owner) or {}).get("group_id") or 0,
        "entity_id": item.get("entity_id"),
        "entity_type": item.get("entity_type"),
        "duration": item.get("duration", 0),
        "is_completed": False,
        "task_type_id": item.get("task_type_id") or 1,
        "text": item["text"],
        "result": [],
        "complete_till": int(item["complete_till"]),
    }
    world.store.put("task", task)
    _tell(world, task, "task_added", "add", actor)
    return task


def change_task(world: World, task: Doc, item: Doc, actor: Actor) -> Doc:
    """Change or complete a task."""
    keys = ("text", "complete_till", "task_type_id", "responsible_user_id", "duration", "is_completed")
    fresh = {**task, **{k: item[k] for k in keys if k in item}}
    if isinstance(item.get("result"), dict) and item["result"].get("text"):
        fresh["result"] = {"text": item["result"]["text"]}
    fresh |= {"updated_at": world.clock.timestamp(), "updated_by": actor.user_id}
    world.store.put("task", fresh)
    done = fresh["is_completed"] and not task["is_completed"]
    _tell(world, fresh, "task_completed" if done else "task_text_changed", "update", actor)
    return fresh


def show_task(world: World, task: Doc) -> Doc:
    """A task as the API writes it (`result` is [] when empty)."""
    href = f"{world.base_url}/api/v4/tasks/{task['id']}"
    return {**task, "account_id": world.account["id"], "_links": {"self": {"href": href}}}


def closest_task_at(world: World, entity: str, entity_id: int) -> int | None:
    """When the next open task is due."""
    open_tasks = [
        t["complete_till"]
        for t in world.store.all("task")
        if t["entity_type"] == entity and t["entity_id"] == entity_id and not t["is_completed"]
    ]
    return min(open_tasks, default=None)


def _tell(world: World, task: Doc, kind: str, action: str, actor: Actor) -> None:
    if task["entity_id"] and task["entity_type"]:
        record(world, kind, task["entity_type"], task["entity_id"], actor.user_id)
    hook(world, f"{action}_task", "task", action, task_payload(world, task))
    owner, account = task["responsible_user_id"], world.account["id"]
    message = {
        "type": kind,
        "task_id": task["id"],
        "by": task["updated_by"],
        "text": task["text"],
        "entity_id": task["entity_id"],
    }
    world.bus.publish(f"notifications:{account}:{owner}", message)
