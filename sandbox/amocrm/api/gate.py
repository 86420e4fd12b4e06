"""Who may come in: Bearer token of an integration, or the session of a person in the page."""

from __future__ import annotations

from flask import Response, g, request

from ..core.errors import ApiProblem, unauthorized
from ..core.limits import Verdict
from ..core.store import Doc
from ..core.world import World, world
from ..crm.actor import Actor
from ..oauth.tokens import read_access
from .answers import blocked_html, too_many

LOCAL_NAMES = {"127.0.0.1", "localhost"}


def enter() -> Response | None:
    """Set `g.actor`, or answer 401, 403, 429."""
    state = world()
    check_host(state)
    header = request.headers.get("Authorization", "")
    if header.startswith("Bearer "):
        row = read_access(state, header.removeprefix("Bearer ").strip())
        g.integration_id = row["client_id"]
        verdict = state.limiter.check(row["client_id"])
        if verdict is Verdict.BLOCKED:
            return blocked_html()
        if verdict is Verdict.TOO_MANY:
            return too_many(state.limiter.rules)
        g.actor = token_actor(state, row)
        return None
    user = session_user(state)
    if user is None:
        raise unauthorized()
    g.actor = Actor(user)
    return None


def check_host(state: World) -> None:
    """After a rename the old name knows no account."""
    name = request.host.rsplit(":", 1)[0]
    wanted = state.account.get("host")
    if wanted and name in LOCAL_NAMES and name != wanted:
        raise unauthorized("Account not found", error_code="101")


def token_actor(state: World, row: Doc) -> Actor:
    """The user a token stands for, or the one named by X-Context-User-ID."""
    integration = state.store.get("integration", row["client_id"])
    user = state.store.get("user", row["user_id"])
    if not integration or not integration["installed"] or not user:
        raise unauthorized("Token has been revoked")
    scopes = tuple(row["scopes"])
    context = request.headers.get("X-Context-User-ID")
    admin = bool(user.get("is_admin"))
    if context and admin:
        other = state.store.get("user", context)
        if not other or other.get("is_free") or not other.get("is_active", True):
            raise unauthorized("User is not allowed", error_code="112")
        return Actor(other, integration, full=False, scopes=scopes)
    if not admin and not user.get("is_active", True):
        raise unauthorized("User is not active", error_code="112")
    return Actor(user, integration, full=admin, scopes=scopes)


def session_user(state: World) -> Doc | None:
    """The person whose session cookie came with the request."""
    row = state.store.get("session", request.cookies.get(state.cookie_name))
    user = state.store.get("user", row["user_id"]) if row else None
    return user if user and user.get("is_active", True) else None


def require_scope(name: str) -> None:
    """403 unless the token carries the scope; people need none."""
    if g.actor.integration is not None and name not in g.actor.scopes:
        raise ApiProblem(403, "Forbidden", f"Scope {name} is required")
