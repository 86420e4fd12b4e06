"""What waits and what failed, for administrators of the account; use cases hold to the account by themselves."""

from __future__ import annotations

from typing import Any

from flask import Response

from backend.api.access import caller
from backend.api.answers import dumped, send
from backend.api.blueprint import Blueprint
from backend.api.context import context
from backend.api.replay import write
from backend.api.schemas.documented import reads, writes
from backend.api.schemas.fields import Empty
from backend.api.schemas.operations import Alerts, DismissalRequest, Operations, OperationShown, OperationsQuery
from backend.ports.store import OperationSearch
from backend.services.operations.desk import desk_of
from backend.services.operations.dismiss import dismiss_operation
from backend.services.operations.retry import retry_operation
from backend.services.operations.show import list_alerts, list_operations, show_operation
from backend.services.viewer import require_admin

blueprint = Blueprint(
    "operations", __name__, url_prefix="/api/v1", description="What waits, what failed, why. For administrators."
)

ONE = "/operations/<name:operation_id>"


@blueprint.before_request
def _administrators_only() -> None:
    """Before anything is looked at. The application's own check of the token comes first."""
    require_admin(context().services, caller())


@blueprint.route("/operations")
@reads(blueprint, Operations)
@blueprint.arguments(OperationsQuery(), location="query")
def listed(search: OperationSearch) -> Response:
    """Operations that fit, newest first"""
    services = context().services
    return send(dumped(list_operations(services, desk_of(services, caller()), search)))


@blueprint.route(ONE)
@reads(blueprint, OperationShown)
def shown(operation_id: str) -> Response:
    """One with its exchanges; what is personal or secret is masked"""
    services = context().services
    return send(dumped(show_operation(services, desk_of(services, caller()), operation_id)))


@blueprint.route(f"{ONE}/retry", methods=["POST"])
@writes(blueprint, OperationShown, status=202)
@blueprint.arguments(Empty())
def retry(_body: dict[str, Any], operation_id: str) -> Response:
    """Once more: a dead one lives again, a waiting one is due now"""
    return write(
        lambda services, caller: send(dumped(retry_operation(services, desk_of(services, caller), operation_id)), 202)
    )


@blueprint.route(f"{ONE}/dismissal", methods=["POST"])
@writes(blueprint, OperationShown)
@blueprint.arguments(DismissalRequest())
def dismiss(body: dict[str, Any], operation_id: str) -> Response:
    """Never again, and why"""
    why = body["why"].strip()
    return write(
        lambda services, caller: send(dumped(dismiss_operation(services, desk_of(services, caller), operation_id, why)))
    )


@blueprint.route("/alerts")
@reads(blueprint, Alerts)
def alerts() -> Response:
    """What somebody should look at"""
    services = context().services
    return send(dumped(list_alerts(services, desk_of(services, caller()))))
