"""Who may call a route: the bearer of a verified token, unless the route says in words why it is open."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any, TypeVar, cast

from flask import Flask, current_app, g, request

from backend.api.context import ApiContext
from backend.api.remembered import RememberedTokens
from backend.api.request_log import bind_account
from backend.ports.crm import WidgetIdentity
from backend.services.viewer import Caller

TOKEN_HEADER = "X-Auth-Token"  # noqa: S105 - the name of a header
_OPEN = "__stockgate_open__"
_REMEMBERED = "stockgate-tokens"
_READS = frozenset({"GET", "HEAD"})

View = TypeVar("View", bound=Callable[..., Any])


class Speaks(StrEnum):
    """How a route tells of an error: problem+json to programs, a readable page to people."""

    PROBLEM = "problem"
    PAGE = "page"


def open_route(reason: str, *, speaks: Speaks = Speaks.PROBLEM) -> Callable[[View], View]:
    """Let a route be called without a token. `reason`: what else protects it, or why nothing has to."""
    if not reason.strip():
        raise ValueError("an open route needs a reason")

    def mark(view: View) -> View:
        setattr(view, _OPEN, (reason, speaks))
        return view

    return mark


def reason_of(view: Callable[..., object]) -> str | None:
    """Why this view is open; None: it needs a token."""
    mark = getattr(view, _OPEN, None)
    return mark[0] if mark else None


def speaks() -> Speaks:
    """How the present request is to be told of errors."""
    mark = getattr(_view(), _OPEN, None)
    return mark[1] if mark else Speaks.PROBLEM


def register_access(app: Flask, context: ApiContext) -> None:
    """Every request but a preflight passes here; call it before anything that looks into bodies."""
    app.extensions[_REMEMBERED] = RememberedTokens(context.widget_tokens, context.services.clock)
    app.before_request(require_token)


def require_token() -> None:
    """Before every request: a route that is not open needs a token. Raises WidgetTokenError."""
    view = _view()
    if view is None or getattr(view, _OPEN, None) is not None:
        return
    known: RememberedTokens = current_app.extensions[_REMEMBERED]
    token, origin = request.headers.get(TOKEN_HEADER), request.headers.get("Origin")
    found = known.verify(token, origin=origin, fresh=request.method not in _READS)
    g.identity = found
    g.caller = Caller(found.account_id, found.user_id, found.is_admin)
    bind_account(found.account_id)


def caller() -> Caller:
    """The person behind the verified token."""
    return cast(Caller, g.caller)


def identity() -> WidgetIdentity:
    """What the token proved."""
    return cast(WidgetIdentity, g.identity)


def _view() -> Callable[..., object] | None:
    return current_app.view_functions.get(request.endpoint) if request.endpoint else None
