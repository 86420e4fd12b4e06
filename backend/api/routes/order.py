"""Ordering and approvals."""

from __future__ import annotations

from typing import Any

from flask import Response

from backend.api.answers import send
from backend.api.blueprint import Blueprint
from backend.api.replay import write
from backend.api.routes.deal import DEAL
from backend.api.schemas.documented import writes
from backend.api.schemas.fields import Empty
from backend.api.schemas.panel import Panel
from backend.api.schemas.requests import ApprovalRequest, OrderRequest, VerdictRequest
from backend.domain.approval import Verdict
from backend.services.ask_approval import ask_approval
from backend.services.decide_approval import decide_approval, withdraw_approval
from backend.services.queue.press import queue_order, take_out_of_queue
from backend.services.retry_order import retry_order
from backend.services.submit_order import submit_order

blueprint = Blueprint(
    "order", __name__, url_prefix="/api/v1", description="Ordering, and asking when it is not allowed."
)


@blueprint.route(f"{DEAL}/order", methods=["POST"])
@writes(blueprint, Panel, status=202)
@blueprint.arguments(OrderRequest())
def place(body: dict[str, Any], deal_id: int) -> Response:
    """Place the order the person saw"""
    seen = body["fingerprint"]
    return write(lambda services, caller: send(submit_order(services, caller, deal_id, seen), 202), deal_id=deal_id)


@blueprint.route(f"{DEAL}/order/retry", methods=["POST"])
@writes(blueprint, Panel, status=202)
@blueprint.arguments(Empty())
def retry(_body: dict[str, Any], deal_id: int) -> Response:
    """Try an order that failed once more"""
    return write(lambda services, caller: send(retry_order(services, caller, deal_id), 202), deal_id=deal_id)


@blueprint.route(f"{DEAL}/queue", methods=["POST"])
@writes(blueprint, Panel, status=202)
@blueprint.arguments(OrderRequest())
def queue(body: dict[str, Any], deal_id: int) -> Response:
    """Let the order wait until the ERP answers again"""
    seen = body["fingerprint"]
    return write(lambda services, caller: send(queue_order(services, caller, deal_id, seen), 202), deal_id=deal_id)


@blueprint.route(f"{DEAL}/queue", methods=["DELETE"])
@writes(blueprint, Panel)
def unqueue(deal_id: int) -> Response:
    """Take the order out of the queue"""
    return write(lambda services, caller: send(take_out_of_queue(services, caller, deal_id)), deal_id=deal_id)


@blueprint.route(f"{DEAL}/approval", methods=["POST"])
@writes(blueprint, Panel, status=201)
@blueprint.arguments(ApprovalRequest())
def ask(body: dict[str, Any], deal_id: int) -> Response:
    """Ask a supervisor"""
    reason = body["reason"]
    return write(lambda services, caller: send(ask_approval(services, caller, deal_id, reason), 201), deal_id=deal_id)


@blueprint.route(f"{DEAL}/approval", methods=["DELETE"])
@writes(blueprint, Panel)
def withdraw(deal_id: int) -> Response:
    """Take the request back"""
    return write(lambda services, caller: send(withdraw_approval(services, caller, deal_id)), deal_id=deal_id)


@blueprint.route(f"{DEAL}/approval/decision", methods=["POST"])
@writes(blueprint, Panel)
@blueprint.arguments(VerdictRequest())
def decide(body: dict[str, Any], deal_id: int) -> Response:
    """A supervisor's word"""
    given = {**body, "verdict": Verdict(body["verdict"])}
    return write(lambda services, caller: send(decide_approval(services, caller, deal_id, **given)), deal_id=deal_id)
