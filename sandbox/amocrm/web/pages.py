"""One HTML page for all addresses; scripts draw the rest."""

from __future__ import annotations

import json
import secrets

from flask import Blueprint, Response, make_response, redirect, render_template, request

from ..api.gate import check_host, session_user
from ..core.store import Doc
from ..core.world import World, world
from .boot import boot

routes = Blueprint("pages", __name__)
YEAR = 365 * 86400


@routes.get("/")
def root() -> Response:
    return redirect("/leads/")  # type: ignore[return-value]


@routes.get("/leads/")
@routes.get("/leads/detail/<int:lead_id>")
@routes.get("/amo-market")
@routes.get("/amo-market/")
@routes.get("/settings/widgets/")
@routes.get("/settings/widgets/<code>")
@routes.get("/todo/")
@routes.get("/catalogs/")
@routes.get("/catalogs/<int:catalog_id>")
def shell(lead_id: int = 0, code: str = "", catalog_id: int = 0) -> Response:
    state = world()
    check_host(state)
    user = session_user(state)
    session = request.cookies.get(state.cookie_name, "")
    if user is None:
        user, session = default_user(state), new_session(state, default_user(state)["id"])
    lang = request.args.get("lang") or request.cookies.get("amo_lang") or user.get("lang", "ru")
    theme = request.args.get("theme") or request.cookies.get("amo_theme") or "light"
    data = json.dumps(boot(state, user, lang, theme), ensure_ascii=False).replace("</", "<\\/")
    html = render_template("shell.html", boot=data, lang=lang, theme=theme, width=request.args.get("panel", ""))
    answer = make_response(html)
    answer.set_cookie(state.cookie_name, session, httponly=True, samesite="Lax", max_age=YEAR)
    for name in ("lang", "theme"):
        if request.args.get(name):
            answer.set_cookie(f"amo_{name}", request.args[name], max_age=YEAR, samesite="Lax")
    return answer


@routes.get("/favicon.ico")
def favicon() -> Response:
    return Response(b"", 204)


def default_user(state: World) -> Doc:
    """Who is signed in when nobody has chosen yet."""
    chosen = state.store.get("settings", "settings")
    assert chosen is not None
    user = state.store.get("user", chosen["default_user_id"])
    assert user is not None, "the seed's default_user_id is not among its users"
    return user


def new_session(state: World, user_id: int) -> str:
    """Sign a user in; answers the cookie's value."""
    token = secrets.token_hex(24)
    state.store.put("session", {"id": token, "user_id": user_id})
    return token
