"""Webhooks of the CRM and of ERPs: the path is the secret, the body only a hint (decisions 17, 22)."""

from __future__ import annotations

from flask import Response, request

from backend.api.access import open_route
from backend.api.answers import dumped, send
from backend.api.blueprint import Blueprint
from backend.api.context import context
from backend.api.json_body import bounded_body
from backend.api.schemas.documented import answers_problems
from backend.domain.errors import NotFound
from backend.ports.store import Account, AccountState, HookSource
from backend.services.receive_hook import receive_hook

blueprint = Blueprint("hooks", __name__, description="Webhooks of amoCRM and of ERPs.")

LARGEST_HOOK = 10 * 1024 * 1024


@blueprint.route("/hooks/amocrm/<secret:secret>", methods=["POST"])
@blueprint.response(200, {"type": "object"})
@blueprint.doc(responses=answers_problems(404, 413, 500, 503))
@open_route("the path holds the account's secret; the body is never believed")
def receive(secret: str) -> Response:
    """Something happened in an account of amoCRM"""
    with context().services.store.read() as unit:
        account = unit.accounts.by_hook_secret(secret)
    return _keep(account, HookSource.CRM)


@blueprint.route("/hooks/erp/<secret:secret>", methods=["POST"])
@blueprint.response(200, {"type": "object"})
@blueprint.doc(responses=answers_problems(404, 413, 500, 503))
@open_route("the path is signed by us for the account; the body is never believed")
def receive_from_erp(secret: str) -> Response:
    """Something happened to orders in an account's ERP"""
    account_id = context().signer.read_erp_hook(secret)
    with context().services.store.read() as unit:
        account = unit.accounts.get(account_id) if account_id is not None else None
    return _keep(account, HookSource.ERP)


def _keep(account: Account | None, source: HookSource) -> Response:
    if account is None or account.state is AccountState.UNINSTALLED:
        raise NotFound
    request.max_content_length = LARGEST_HOOK
    receive_hook(context().services, account, source, bounded_body(cache=False))
    return send(dumped({}))
