"""Entities as webhooks write them (the old names: date_create, last_modified, custom_fields)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from ..core.store import Doc
from ..core.world import World
from ..crm.fields import fields_of


def lead_payload(world: World, lead: Doc, old: Doc | None = None) -> Doc:
    """A deal; with `old`, what it was before."""
    payload: Doc = {k: lead[k] for k in ("id", "name", "status_id")}
    if old and (old["status_id"], old["pipeline_id"]) != (lead["status_id"], lead["pipeline_id"]):
        payload["old_status_id"] = old["status_id"]
    payload |= {"price": lead["price"], "responsible_user_id": lead["responsible_user_id"]}
    if old and old["responsible_user_id"] != lead["responsible_user_id"]:
        payload["old_responsible_user_id"] = old["responsible_user_id"]
    payload |= _times(lead) | {"pipeline_id": lead["pipeline_id"]}
    if old and old["pipeline_id"] != lead["pipeline_id"]:
        payload["old_pipeline_id"] = old["pipeline_id"]
    payload["tags"] = [{"id": t["id"], "name": t["name"]} for t in lead["tags"]]
    payload["account_id"] = world.account["id"]
    payload |= {"created_at": lead["created_at"], "updated_at": lead["updated_at"]}
    payload["custom_fields"] = _fields(world, "leads", lead["values"])
    return payload


def person_payload(world: World, kind: str, entity: Doc) -> Doc:
    """A contact or a company."""
    payload = {"id": entity["id"], "name": entity["name"], "responsible_user_id": entity["responsible_user_id"]}
    payload |= _times(entity) | {"account_id": world.account["id"]}
    payload["custom_fields"] = _fields(world, kind, entity["values"])
    payload |= {"created_at": entity["created_at"], "updated_at": entity["updated_at"]}
    return payload | {"type": "contact" if kind == "contacts" else "company"}


def task_payload(world: World, task: Doc) -> Doc:
    """A task; times are text, the result carries its text."""
    till = datetime.fromtimestamp(task["complete_till"], UTC).strftime("%Y-%m-%d %H:%M:%S")
    return {
        "id": task["id"],
        "element_id": task["entity_id"],
        "element_type": 2 if task["entity_type"] == "leads" else 1,
        "task_type": task["task_type_id"],
        "text": task["text"],
        "status": "1" if task["is_completed"] else "0",
        "complete_till": till,
        "responsible_user_id": task["responsible_user_id"],
        "account_id": world.account["id"],
        "created_user_id": task["created_by"],
        "result": {"id": task["id"], "text": task["result"]["text"]} if task["result"] else None,
    }


def note_payload(note: Doc) -> Doc:
    """A note of a deal: type 4 is a common one, 5 a file, 25 a service message."""
    kind = {"common": 4, "attachment": 5, "service_message": 25, "extended_service_message": 25}
    inner = {
        "id": note["id"],
        "note_type": kind.get(note["note_type"], 4),
        "element_type": 2,
        "element_id": note["entity_id"],
        "text": note["params"].get("text"),
        "created_at": note["created_at"],
        "created_by": note["created_by"],
    }
    return {"note": inner}


def element_payload(world: World, element: Doc) -> Doc:
    """An element of a list."""
    return {
        "id": element["id"],
        "catalog_id": element["catalog_id"],
        "name": element["name"],
        "date_create": element["created_at"],
        "date_modify": element["updated_at"],
        "created_by": element["created_by"],
        "modified_by": element["updated_by"],
        "deleted": int(bool(element.get("is_deleted"))),
        "type": "catalog",
        "custom_fields": _fields(world, f"catalogs:{element['catalog_id']}", element["values"]),
    }


def _times(entity: Doc) -> Doc:
    return {
        "last_modified": entity["updated_at"],
        "modified_user_id": entity["updated_by"],
        "created_user_id": entity["created_by"],
        "date_create": entity["created_at"],
    }


def _fields(world: World, kind: str, values: Doc) -> list[Doc]:
    shown: list[Doc] = []
    for field in fields_of(world, kind):
        rows = values.get(str(field["id"]))
        if rows:
            item = {"id": field["id"], "name": field["name"]}
            shown.append(item | ({"code": field["code"]} if field["code"] else {}) | {"values": _values(field, rows)})
    return shown


def _values(field: Doc, rows: list[Doc]) -> Any:
    if field["type"] in ("date", "date_time", "birthday"):
        return [row["value"] for row in rows]
    return [{"value": r["value"]} | ({"enum": r["enum_id"]} if r.get("enum_id") else {}) for r in rows]
