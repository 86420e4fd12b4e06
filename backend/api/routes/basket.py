"""The basket edited from the panel."""

from __future__ import annotations

from typing import Any

from flask import Response

from backend.api.answers import send
from backend.api.blueprint import Blueprint
from backend.api.replay import write
from backend.api.routes.deal import DEAL, LINE
from backend.api.schemas.documented import writes
from backend.api.schemas.fields import Empty
from backend.api.schemas.panel import Panel
from backend.api.schemas.requests import LineChanges, NewLine, RemedyChoice
from backend.services.edit_basket import LineChange, add_line, apply_remedy, change_line, remove_line, undo_change

blueprint = Blueprint("basket", __name__, url_prefix="/api/v1", description="The basket, edited from the panel.")


@blueprint.route(f"{DEAL}/lines", methods=["POST"])
@writes(blueprint, Panel)
@blueprint.arguments(NewLine())
def add(body: dict[str, Any], deal_id: int) -> Response:
    """Add a product of the ERP to the deal"""
    return write(lambda services, caller: send(add_line(services, caller, deal_id, **body)), deal_id=deal_id)


@blueprint.route(LINE, methods=["PATCH"])
@writes(blueprint, Panel)
@blueprint.arguments(LineChanges())
def change(body: dict[str, Any], deal_id: int, line_id: str) -> Response:
    """Change a line's quantity, unit, warehouse or wanted date"""
    soon = "wanted_on" in body and body["wanted_on"] is None
    wanted = LineChange(**body, as_soon_as_possible=soon)
    return write(
        lambda services, caller: send(change_line(services, caller, deal_id, line_id, wanted)), deal_id=deal_id
    )


@blueprint.route(LINE, methods=["DELETE"])
@writes(blueprint, Panel)
def remove(deal_id: int, line_id: str) -> Response:
    """Take a line out of the deal"""
    return write(lambda services, caller: send(remove_line(services, caller, deal_id, line_id)), deal_id=deal_id)


@blueprint.route(f"{DEAL}/remedies", methods=["POST"])
@writes(blueprint, Panel)
@blueprint.arguments(RemedyChoice())
def remedy(body: dict[str, Any], deal_id: int) -> Response:
    """Apply one of the offered remedies"""
    remedy_id = body["remedy_id"]
    return write(lambda services, caller: send(apply_remedy(services, caller, deal_id, remedy_id)), deal_id=deal_id)


@blueprint.route(f"{DEAL}/undo", methods=["POST"])
@writes(blueprint, Panel)
@blueprint.arguments(Empty())
def undo(_body: dict[str, Any], deal_id: int) -> Response:
    """Take back the last change made in the panel"""
    return write(lambda services, caller: send(undo_change(services, caller, deal_id)), deal_id=deal_id)
