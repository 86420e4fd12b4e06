"""Webhooks of the CRM: unsigned, so the path is the secret and the body only a hint (decision 5)."""

from __future__ import annotations

from flask import Response, request

from backend.api.access import open_route
from backend.api.answers import dumped, send
from backend.api.blueprint import Blueprint
from backend.api.context import context
from backend.api.json_body import bounded_body
from backend.api.schemas.documented import answers_problems
from backend.domain.errors import NotFound
from backend.ports.store import AccountState
from backend.services.receive_hook import receive_hook

blueprint = Blueprint("hooks", __name__, description="Webhooks of amoCRM.")

LARGEST_HOOK = 10 * 1024 * 1024


@blueprint.route("/hooks/amocrm/<secret:secret>", methods=["POST"])
@blueprint.response(200, {"type": "object"})
@blueprint.doc(responses=answers_problems(404, 413, 500, 503))
@open_route("the path holds the account's secret; the body is never believed")
def receive(secret: str) -> Response:
    """Something happened in an account"""
    services = context().services
    with services.store.read() as unit:
        account = unit.accounts.by_hook_secret(secret)
    if account is None or account.state is AccountState.UNINSTALLED:
        raise NotFound
    request.max_content_length = LARGEST_HOOK
    receive_hook(services, account, bounded_body(cache=False))
    return send(dumped({}))
