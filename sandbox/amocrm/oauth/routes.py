"""/oauth, /oauth2 and the disposable token of the page."""

from __future__ import annotations

import hmac
import json
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, redirect, render_template, request

from ..api.gate import check_host, session_user
from ..core.errors import ApiProblem, forbidden, not_found, unauthorized
from ..core.store import Doc
from ..core.world import world
from .tokens import disposable, exchange_code, new_code, oauth_problem, read_access, refresh_is_alive, rotate

routes = Blueprint("oauth", __name__)


@routes.post("/oauth2/access_token")
def access_token() -> Response:
    state = world()
    check_host(state)
    given = request.get_json(silent=True) or request.form.to_dict()
    integration = _client(given)
    if given.get("redirect_uri") != integration["redirect_uri"]:
        raise oauth_problem("Check the `redirect_uri` parameter")
    if given.get("grant_type") == "authorization_code":
        return _json(exchange_code(state, integration, given.get("code")))
    if given.get("grant_type") == "refresh_token":
        return _json(rotate(state, integration, given.get("refresh_token")))
    raise oauth_problem("Check the `grant_type` parameter")


@routes.get("/oauth2/account/current/subdomain")
def subdomain() -> Response:
    state = world()
    token = request.headers.get("X-Refresh-Token")
    if not refresh_is_alive(state, token):
        raise unauthorized()
    return _subdomain()


@routes.get("/oauth2/account/subdomain")
def subdomain_by_access() -> Response:
    read_access(world(), request.headers.get("Authorization", "").removeprefix("Bearer ").strip())
    return _subdomain()


@routes.get("/oauth")
@routes.get("/oauth/")
def authorize_page() -> str:
    integration = world().store.get("integration", request.args.get("client_id"))
    if not integration:
        raise not_found("Integration not found")
    user = session_user(world())
    return render_template(
        "oauth.html",
        integration=integration,
        user=user,
        account=world().account,
        host=world().host,
        mode=request.args.get("mode", ""),
        state=request.args.get("state", ""),
    )


@routes.post("/oauth/decide")
def decide() -> Response:
    state, given = world(), request.form
    integration = state.store.get("integration", given.get("client_id"))
    user = session_user(state)
    if not integration or not user:
        raise not_found("Integration not found")
    if not user.get("is_admin") and not integration["installed"]:
        raise forbidden("The first grant must come from an administrator")
    params: Doc = {"state": given["state"]} if given.get("state") else {}
    if given.get("decision") == "allow":
        state.store.put("integration", {**integration, "installed": True})
        code = new_code(state, integration, user["id"])
        params = {"code": code, "referer": state.host, **params, "platform": "1", "client_id": integration["id"]}
    else:
        params["error"] = "access_denied"
    joint = "&" if "?" in integration["redirect_uri"] else "?"
    target = integration["redirect_uri"] + joint + urlencode(params)
    if given.get("mode") == "popup":
        return Response(render_template("oauth_popup.html", target=target))
    return redirect(target)  # type: ignore[return-value]


@routes.get("/ajax/v2/integrations/<client_id>/disposable_token")
def disposable_token(client_id: str) -> Response:
    state = world()
    user = session_user(state)
    if user is None:
        raise unauthorized()
    if request.headers.get("X-Requested-With") != "XMLHttpRequest":
        raise ApiProblem(400, "Bad Request", "XMLHttpRequest is expected")
    integration = state.store.get("integration", client_id)
    if not integration or not (integration["installed"] or user.get("is_admin")):
        raise not_found("Integration not found")
    return _json({"token": disposable(state, integration, user)})


def _client(given: Any) -> Doc:
    integration = world().store.get("integration", given.get("client_id")) if isinstance(given, dict) else None
    secret = given.get("client_secret") if integration else None
    if not integration or not hmac.compare_digest(str(secret).encode(), integration["client_secret"].encode()):
        raise oauth_problem("Check the `client_id` parameter")
    return integration


def _subdomain() -> Response:
    state = world()
    account = state.account
    row = {"id": account["id"], "subdomain": account["subdomain"], "domain": state.host, "top_level_domain": "ru"}
    return _json(row)


def _json(body: Doc) -> Response:
    return Response(json.dumps(body), content_type="application/json")
