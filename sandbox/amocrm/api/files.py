"""Files of the drive attached to deals."""

from __future__ import annotations

from flask import Blueprint, Response

from ..core.errors import not_found, not_supported
from ..core.store import Doc
from ..core.world import world
from ..crm.events import record
from ..crm.rights import require
from .gate import require_scope
from .wire import actor, batch, href, nothing, page

routes = Blueprint("files", __name__)


@routes.get("/leads/<int:lead_id>/files")
def files(lead_id: int) -> Response:
    require_scope("files")
    _lead(lead_id)
    return page("files", [r for r in world().store.all("attached") if r["lead_id"] == lead_id], _show)


@routes.put("/leads/<int:lead_id>/files")
def attach(lead_id: int) -> Response:
    require_scope("files")
    _lead(lead_id)

    def work(item: Doc, number: int) -> Doc:
        uuid = item.get("file_uuid")
        if not world().store.get("file", uuid):
            raise not_supported(f"{number}.file_uuid")
        key = f"{lead_id}:{uuid}"
        if not world().store.get("attached", key):
            row = {"id": world().store.next_id("attachment", 1001), "lead_id": lead_id, "file_uuid": uuid}
            world().store.put("attached", row, key)
            record(world(), "file_attached", "leads", lead_id, actor().user_id)
        return {}

    batch(work)
    return nothing(202)


@routes.delete("/leads/<int:lead_id>/files")
def detach(lead_id: int) -> Response:
    require_scope("files")
    _lead(lead_id)

    def work(item: Doc, number: int) -> Doc:
        world().store.delete("attached", f"{lead_id}:{item.get('file_uuid')}")
        record(world(), "file_detached", "leads", lead_id, actor().user_id)
        return {}

    batch(work)
    return nothing(202)


@routes.get("/files/<uuid>/links")
def links(uuid: str) -> Response:
    require_scope("files")
    rows = [r for r in world().store.all("attached") if r["file_uuid"] == uuid]
    return page("links", rows, lambda r: {"entity_id": r["lead_id"], "entity_type": "leads"})


def _show(row: Doc) -> Doc:
    return {"file_uuid": row["file_uuid"], "id": row["id"], "_links": href(f"leads/{row['lead_id']}/files")}


def _lead(lead_id: int) -> None:
    lead = world().store.get("lead", lead_id)
    if lead is None:
        raise not_found()
    require(world(), actor(), "leads", "view", lead)
