"""The settings page. For administrators of the CRM account; use cases check it again."""

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
from backend.api.schemas.settings import ConnectionRequest, RulesBody
from backend.api.schemas.settings_answers import ConnectionTried, Settings
from backend.domain.rules import Rules
from backend.services.configure import save_connection, save_rules, show_settings, test_connection
from backend.services.panel.texts import Json
from backend.services.set_up_account import start_clean_up, start_set_up
from backend.services.viewer import require_admin

blueprint = Blueprint("settings", __name__, url_prefix="/api/v1/settings", description="For administrators.")


@blueprint.before_request
def _administrators_only() -> None:
    """Before the body is looked at. The application's own check of the token comes first."""
    require_admin(context().services, caller())


@blueprint.route("")
@reads(blueprint, Settings)
def show() -> Response:
    """Everything the settings page shows"""
    return _told(show_settings(context().services, caller()))


@blueprint.route("/connection/test", methods=["POST"])
@writes(blueprint, ConnectionTried)
@blueprint.arguments(ConnectionRequest())
def try_connection(body: dict[str, Any]) -> Response:
    """Try a connection without keeping it"""
    return write(lambda services, caller: send(dumped(test_connection(services, caller, **body))))


@blueprint.route("/connection", methods=["PUT"])
@writes(blueprint, ConnectionTried)
@blueprint.arguments(ConnectionRequest())
def connect(body: dict[str, Any]) -> Response:
    """Keep a connection that works"""
    return write(lambda services, caller: send(dumped(save_connection(services, caller, **body))))


@blueprint.route("/rules", methods=["PUT"])
@writes(blueprint, Settings)
@blueprint.arguments(RulesBody())
def rule(rules: Rules) -> Response:
    """Keep the account's rules"""
    return write(lambda services, caller: _told(save_rules(services, caller, rules)))


@blueprint.route("/setup", methods=["POST"])
@writes(blueprint, Settings, status=202)
@blueprint.arguments(Empty())
def set_up(_body: dict[str, Any]) -> Response:
    """Make fields, webhook and products list in amoCRM, import the catalogue"""
    return write(lambda services, caller: _told(start_set_up(services, caller), 202))


@blueprint.route("/cleanup", methods=["POST"])
@writes(blueprint, Settings, status=202)
@blueprint.arguments(Empty())
def clean_up(_body: dict[str, Any]) -> Response:
    """Remove what was made in amoCRM"""
    return write(lambda services, caller: _told(start_clean_up(services, caller), 202))


def _told(settings: Json, status: int = 200) -> Response:
    """With the address that the account's ERP may call; nobody but its administrators sees it."""
    here = context()
    secret = here.signer.erp_hook(settings["account"]["id"])
    return send(dumped({**settings, "erp_hook_url": f"{here.public_url}/hooks/erp/{secret}"}), status)
