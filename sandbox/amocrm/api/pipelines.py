"""Pipelines, stages, loss reasons."""

from __future__ import annotations

from flask import Blueprint, Response

from ..core.errors import invalid, not_found, not_supported
from ..core.store import Doc
from ..core.world import world
from ..crm.rights import require_admin
from ..crm.stages import complete_statuses
from .wire import actor, batch, created, hal, href, page, request_id

routes = Blueprint("pipelines", __name__)
COLORS = {
    "#fffeb2",
    "#fffd7f",
    "#fff000",
    "#ffeab2",
    "#ffdc7f",
    "#ffce5a",
    "#ffdbdb",
    "#ffc8c8",
    "#ff8f92",
    "#d6eaff",
    "#c1e0ff",
    "#98cbff",
    "#ebffb1",
    "#deff81",
    "#87f2c0",
    "#f9deff",
    "#f3beff",
    "#ccc8f9",
    "#eb93ff",
    "#f2f3f4",
    "#e6e8ea",
    "#99ccff",
}


@routes.get("/leads/pipelines")
def pipelines() -> Response:
    rows = world().store.all("pipeline")
    return page("pipelines", sorted(rows, key=lambda p: p["sort"]), show_pipeline, total=True)


@routes.get("/leads/pipelines/<int:pipeline_id>")
def one(pipeline_id: int) -> Response:
    return hal(show_pipeline(_found(pipeline_id)))


@routes.post("/leads/pipelines")
def create() -> Response:
    require_admin(actor())

    def work(item: Doc, number: int) -> Doc:
        if not item.get("name"):
            raise invalid("FieldMissing", "name", "This field is missing.")
        pipeline_id = world().store.next_id("pipeline", 3177727)
        given = (item.get("_embedded") or {}).get("statuses") or []
        given = [{"id": world().store.next_id("status", 32392156), **s} for s in given if s.get("id") not in (142, 143)]
        pipeline = {
            "id": pipeline_id,
            "name": item["name"],
            "sort": item.get("sort", 100),
            "is_main": False,
            "is_unsorted_on": True,
            "is_archive": False,
            "statuses": complete_statuses(pipeline_id, given, world().store.next_id("status", 32392156)),
        }
        world().store.put("pipeline", pipeline)
        return show_pipeline(pipeline) | {"request_id": request_id(item, number)}

    return created("pipelines", batch(work))


@routes.get("/leads/pipelines/<int:pipeline_id>/statuses")
def statuses(pipeline_id: int) -> Response:
    return page("statuses", show_pipeline(_found(pipeline_id))["_embedded"]["statuses"], lambda s: s, total=True)


@routes.get("/leads/pipelines/<int:pipeline_id>/statuses/<int:status_id>")
def status(pipeline_id: int, status_id: int) -> Response:
    for row in show_pipeline(_found(pipeline_id))["_embedded"]["statuses"]:
        if row["id"] == status_id:
            return hal(row)
    raise not_found()


@routes.post("/leads/pipelines/<int:pipeline_id>/statuses")
def create_statuses(pipeline_id: int) -> Response:
    require_admin(actor())

    def work(item: Doc, number: int) -> Doc:
        if not item.get("name"):
            raise invalid("FieldMissing", "name", "This field is missing.")
        if item.get("color", "#fffeb2") not in COLORS:
            raise not_supported("color")
        pipeline = _found(pipeline_id)
        row = {
            "id": world().store.next_id("status", 32392156),
            "name": item["name"],
            "sort": item.get("sort", 100),
            "color": item.get("color", "#fffeb2"),
            "type": 0,
            "is_editable": True,
            "pipeline_id": pipeline_id,
        }
        rows = sorted([*pipeline["statuses"], row], key=lambda s: s["sort"])
        world().store.put("pipeline", {**pipeline, "statuses": rows})
        return _show_status(row) | {"request_id": request_id(item, number)}

    return created("statuses", batch(work))


@routes.get("/leads/loss_reasons")
def loss_reasons() -> Response:
    return page("loss_reasons", world().store.all("loss_reason"), lambda r: r, total=True)


def show_pipeline(pipeline: Doc) -> Doc:
    """A pipeline with its stages."""
    shown = {k: v for k, v in pipeline.items() if k != "statuses"} | {"account_id": world().account["id"]}
    rows = [_show_status(s) for s in sorted(pipeline["statuses"], key=lambda s: s["sort"])]
    return shown | {"_links": href(f"leads/pipelines/{pipeline['id']}"), "_embedded": {"statuses": rows}}


def _show_status(status: Doc) -> Doc:
    path = f"leads/pipelines/{status['pipeline_id']}/statuses/{status['id']}"
    return {**status, "account_id": world().account["id"], "_links": href(path)}


def _found(pipeline_id: int) -> Doc:
    found = world().store.get("pipeline", pipeline_id)
    if not found:
        raise not_found()
    return found
