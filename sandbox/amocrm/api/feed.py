"""Notes and tasks."""

from __future__ import annotations

from flask import Blueprint, Response, request

from ..core.errors import FieldErrors, not_found
from ..core.store import Doc
from ..core.world import world
from ..crm.feed import add_note, add_task, change_note, change_task, show_note, show_task
from ..crm.rights import require
from .wire import (
    actor,
    batch,
    created,
    filter_ids,
    filter_values,
    hal,
    href,
    in_range,
    nothing,
    ordered,
    page,
    request_id,
    single,
)  # fmt: skip

routes = Blueprint("feed", __name__)
KIND = "<any(leads, contacts, companies):kind>"
STORE_KIND = {"leads": "lead", "contacts": "contact", "companies": "company"}


@routes.get(f"/{KIND}/<int:entity_id>/notes")
def notes_of(kind: str, entity_id: int) -> Response:
    return _notes(kind, entity_id)


@routes.get(f"/{KIND}/notes")
def notes(kind: str) -> Response:
    return _notes(kind, None)


@routes.post(f"/{KIND}/<int:entity_id>/notes")
def create_on(kind: str, entity_id: int) -> Response:
    if _visible(kind, entity_id) is None:
        raise not_found()
    return created("notes", batch(lambda item, n: _create(kind, entity_id, item, n)))


@routes.post(f"/{KIND}/notes")
def create(kind: str) -> Response:
    return created("notes", batch(lambda item, n: _create(kind, item.get("entity_id"), item, n)))


@routes.get(f"/{KIND}/notes/<int:note_id>")
@routes.get(f"/{KIND}/<int:entity_id>/notes/<int:note_id>")
def one(kind: str, note_id: int, entity_id: int = 0) -> Response:
    note = world().store.get("note", note_id)
    return hal(show_note(world(), note)) if note and note["entity"] == kind else nothing()


@routes.patch(f"/{KIND}/notes/<int:note_id>")
@routes.patch(f"/{KIND}/<int:entity_id>/notes/<int:note_id>")
def change(kind: str, note_id: int, entity_id: int = 0) -> Response:
    def work(item: Doc) -> Doc:
        note = world().store.get("note", note_id)
        if not note:
            raise _missing("id")
        return change_note(world(), note, item, actor())

    fresh = single(work)
    return hal(
        {k: fresh[k] for k in ("id", "entity_id", "updated_at")} | {"_links": show_note(world(), fresh)["_links"]}
    )


@routes.get("/tasks")
def tasks() -> Response:
    ids, owners = filter_ids(), filter_ids("responsible_user_id")
    entities, kinds = filter_ids("entity_id"), filter_values("entity_type")
    done = request.args.get("filter[is_completed]")
    rows = [
        t
        for t in world().store.all("task")
        if (ids is None or t["id"] in ids)
        and (owners is None or t["responsible_user_id"] in owners)
        and (entities is None or t["entity_id"] in entities)
        and (not kinds or t["entity_type"] in kinds)
        and (done is None or t["is_completed"] is (done in ("1", "true")))
        and in_range(t["updated_at"], "updated_at")
    ]
    return page("tasks", ordered(rows, "created_at", "complete_till", "id"), lambda t: show_task(world(), t))


@routes.post("/tasks")
def create_tasks() -> Response:
    def work(item: Doc, number: int) -> Doc:
        task = add_task(world(), item, actor())
        return {"id": task["id"], "request_id": request_id(item, number), "_links": href(f"tasks/{task['id']}")}

    return created("tasks", batch(work))


@routes.patch("/tasks")
def change_tasks() -> Response:
    return created("tasks", batch(lambda item, n: _change_task(item.get("id"), item)))


@routes.get("/tasks/<int:task_id>")
def task(task_id: int) -> Response:
    found = world().store.get("task", task_id)
    return hal(show_task(world(), found)) if found else nothing()


@routes.patch("/tasks/<int:task_id>")
def change_one_task(task_id: int) -> Response:
    return hal(single(lambda item: _change_task(task_id, item)))


def _notes(kind: str, entity_id: int | None) -> Response:
    if entity_id is not None:
        _visible(kind, entity_id)
    ids, types = filter_ids(), filter_values("note_type")
    entities = filter_ids("entity_id") if entity_id is None else {entity_id}
    rows = [
        n
        for n in world().store.all("note")
        if n["entity"] == kind
        and (entities is None or n["entity_id"] in entities)
        and (ids is None or n["id"] in ids)
        and (not types or n["note_type"] in types)
        and in_range(n["updated_at"], "updated_at")
    ]
    return page("notes", ordered(rows, "updated_at", "id"), lambda n: show_note(world(), n))


def _create(kind: str, entity_id: object, item: Doc, number: int) -> Doc:
    entity = _visible(kind, entity_id)
    if entity is None:
        raise _missing("entity_id")
    note = add_note(world(), kind, entity["id"], item, actor())
    shown = {"id": note["id"], "entity_id": note["entity_id"], "request_id": request_id(item, number)}
    return shown | {"_links": show_note(world(), note)["_links"]}


def _visible(kind: str, entity_id: object) -> Doc | None:
    entity = world().store.get(STORE_KIND[kind], entity_id)
    if entity is not None:
        require(world(), actor(), kind, "view", entity)
    return entity


def _change_task(task_id: object, item: Doc) -> Doc:
    found = world().store.get("task", task_id)
    if not found:
        raise _missing("id")
    fresh = change_task(world(), found, item, actor())
    return {"id": fresh["id"], "updated_at": fresh["updated_at"], "_links": href(f"tasks/{fresh['id']}")}


def _missing(path: str) -> FieldErrors:
    return FieldErrors([{"code": "NotFound", "path": path, "detail": "Element not found"}])
