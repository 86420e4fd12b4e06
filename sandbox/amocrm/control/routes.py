"""State, faults, limits, time, tokens, logs, session; for tests and demonstrations only."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, redirect, request

from ..core.errors import ApiProblem, not_found
from ..core.store import Doc
from ..core.world import TokenMode, world
from ..crm.catalogs import delete_element
from ..crm.seed import fill
from ..oauth.tokens import long_lived, revoke_all
from ..web.installs import install, register, uninstall
from ..web.pages import YEAR, new_session

routes = Blueprint("control", __name__, url_prefix="/_sandbox")
SECRET_KINDS = {"code", "access", "refresh", "session", "disposable"}


@routes.get("/health")
def health() -> Response:
    return _json(
        {"status": "ok", "url": world().url, "drive_url": world().drive_url, "account_id": world().account["id"]}
    )


@routes.get("/state")
def state() -> Response:
    dump = world().store.dump()
    wanted = request.args.get("kind")
    return _json({k: v for k, v in dump.items() if k not in SECRET_KINDS and wanted in (None, k)})


@routes.post("/reset")
def reset() -> Response:
    current = world()
    kept = current.store.all("integration")
    with current.store.lock:
        current.store.clear()
        fill(current, current.switches["seed"])
        for row in kept:
            fresh = {"client_id": row["id"], **{k: v for k, v in row.items() if k != "id"}, "installed": False}
            register(current, {**fresh, "settings": {}})
    for log in (current.request_log, current.hook_log, current.install_log):
        log.clear()
    current.faults.clear()
    current.hooks.forget()
    current.token_mode = TokenMode()
    current.limiter.configure(current.switches["limits"])
    return _json({"status": "ok"})


@routes.route("/faults", methods=["GET", "POST", "DELETE"])
def faults() -> Response:
    current = world().faults
    if request.method == "DELETE":
        current.clear(request.args.get("id", None, int))
    if request.method == "POST":
        try:
            current.add(**_body())
        except (TypeError, ValueError) as wrong:
            raise ApiProblem(400, "Bad Request", str(wrong)) from None
    return _json({"faults": current.listed()})


@routes.route("/limits", methods=["GET", "POST"])
def limits() -> Response:
    return _json(world().limiter.configure(_body() if request.method == "POST" else {}))


@routes.route("/disposable", methods=["GET", "POST"])
def disposable_mode() -> Response:
    current = world()
    if request.method == "POST":
        current.token_mode = TokenMode(**{**asdict(current.token_mode), **_body()})
        for row in current.store.all("disposable"):
            current.store.delete("disposable", row["id"])
    return _json(asdict(current.token_mode))


@routes.route("/clock", methods=["GET", "POST"])
def clock() -> Response:
    current, given = world().clock, _body() if request.method == "POST" else {}
    if "advance" in given:
        current.advance(float(given["advance"]))
    if "scale" in given:
        current.set_scale(float(given["scale"]))
    return _json({"now": current.now()})


@routes.route("/switches", methods=["GET", "POST"])
def switches() -> Response:
    current = world().switches
    if request.method == "POST":
        current.update(_body())
    return _json({k: v for k, v in current.items() if k not in ("seed", "limits")})


@routes.route("/requests", methods=["GET", "DELETE"])
def requests_log() -> Response:
    log = world().request_log
    if request.method == "DELETE":
        log.clear()
    part, prefix = request.args.get("integration"), request.args.get("path", "")
    rows = [r for r in log if r["path"].startswith(prefix) and part in (None, r["integration"])]
    return _json({"count": len(rows), "requests": rows})


@routes.route("/hooks", methods=["GET", "POST", "DELETE"])
def hooks() -> Response:
    current = world()
    if request.method == "POST":
        for name, value in _body().items():
            if name not in ("duplicate", "reverse"):
                raise ApiProblem(400, "Bad Request", "duplicate and reverse are the switches")
            setattr(current.hooks, name, bool(value))
    if request.method == "DELETE":
        current.hook_log.clear()
    sender = current.hooks
    counts = {"pending": sender.pending(), "due": sender.due()}
    return _json({**counts, "deliveries": list(current.hook_log), "installs": list(current.install_log)})


@routes.route("/session", methods=["GET", "POST"])
def session() -> Response:
    """Sign in as a user: JSON {"user_id"}, or a link with ?user_id=&next=."""
    user_id = request.args.get("user_id") or _body().get("user_id")
    if not world().store.get("user", user_id):
        raise not_found("User not found")
    token = new_session(world(), int(str(user_id)))
    answer = _json({"user_id": int(str(user_id)), "cookie": world().cookie_name, "value": token})
    if request.args.get("next"):
        answer = redirect(request.args["next"])  # type: ignore[assignment]
    answer.set_cookie(world().cookie_name, token, httponly=True, samesite="Lax", max_age=YEAR)
    return answer


@routes.post("/rename")
def rename() -> Response:
    """The account moves: {"subdomain": "new", "host": "localhost"}; the old name answers 401 from then on."""
    given = _body()
    changes: Doc = {k: given[k] for k in ("subdomain", "host") if k in given}
    world().store.put("account", {**world().account, **changes}, "account")
    return _json({"subdomain": world().account["subdomain"], "host": world().host})


@routes.route("/integrations", methods=["GET", "POST"])
def integrations() -> Response:
    if request.method == "POST":
        register(world(), _body())
    return _json({"integrations": world().store.all("integration")})


@routes.post("/integrations/<client_id>/<action>")
def act(client_id: str, action: str) -> Response:
    """install (with {"settings", "user_id"}), uninstall, revoke, token ({"days", "user_id"})."""
    current, given = world(), _body()
    row = current.store.get("integration", client_id)
    if not row:
        raise not_found("Integration not found")
    user_id = int(given.get("user_id") or _admin_id())
    if action == "install":
        row = install(current, row, given.get("settings") or {}, user_id)
    elif action == "uninstall":
        row = uninstall(current, row)
    elif action == "revoke":
        revoke_all(current, client_id)
    elif action == "token":
        current.store.put("integration", {**row, "installed": True})
        return _json({"access_token": long_lived(current, row, user_id, int(given.get("days", 365)))})
    else:
        raise not_found("Action not found")
    return _json(row)


@routes.delete("/elements/<int:element_id>")
def remove_element(element_id: int) -> Response:
    """What a person does in the list's page: delete an element."""
    found = world().store.get("element", element_id)
    if not found:
        raise not_found("Element not found")
    delete_element(world(), found)
    return _json({"status": "ok"})


def _admin_id() -> int:
    return next(int(u["id"]) for u in world().store.all("user") if u.get("is_admin"))


def _body() -> Doc:
    given: Any = request.get_json(force=True, silent=True) if request.data else {}
    return given if isinstance(given, dict) else {}


def _json(body: Any) -> Response:
    return Response(json.dumps(body, ensure_ascii=False), content_type="application/json")
