"""Pipelines and their stages; 142 (won) and 143 (lost) exist in each."""

from __future__ import annotations

from ..core.errors import not_supported
from ..core.store import Doc
from ..core.world import World


def main_pipeline(world: World) -> Doc:
    """The pipeline new deals go to."""
    pipelines = world.store.all("pipeline")
    return next((p for p in pipelines if p["is_main"]), pipelines[0])


def first_status(world: World, pipeline_id: int) -> Doc:
    """The first ordinary stage of a pipeline."""
    pipeline = world.store.get("pipeline", pipeline_id)
    if not pipeline:
        raise not_supported("pipeline_id")
    stages = sorted(pipeline["statuses"], key=lambda s: s["sort"])
    found: Doc = next(s for s in stages if s["type"] == 0)
    return found


def find_status(world: World, pipeline_id: int, status_id: int) -> Doc:
    """A stage of a pipeline; NotSupportedChoice when either is unknown."""
    pipeline = world.store.get("pipeline", pipeline_id)
    if not pipeline:
        raise not_supported("pipeline_id")
    for status in pipeline["statuses"]:
        if status["id"] == status_id:
            found: Doc = status
            return found
    raise not_supported("status_id")


def complete_statuses(pipeline_id: int, statuses: list[Doc], unsorted_id: int) -> list[Doc]:
    """The given stages with the system ones around them."""
    rows = [
        {"id": unsorted_id, "name": "Неразобранное", "sort": 10, "color": "#c1c1c1", "type": 1, "is_editable": False}
    ]
    for number, status in enumerate(statuses):
        default = {"sort": 20 + 10 * number, "color": "#99ccff", "type": 0, "is_editable": True}
        rows.append(default | status)
    rows.append(
        {"id": 142, "name": "Успешно реализовано", "sort": 10000, "color": "#CCFF66", "type": 0, "is_editable": False}
    )
    rows.append(
        {
            "id": 143,
            "name": "Закрыто и не реализовано",
            "sort": 11000,
            "color": "#D5D8DB",
            "type": 0,
            "is_editable": False,
        }
    )
    return [{**row, "pipeline_id": pipeline_id} for row in rows]
