"""One id per request, bound to every log line of it. No personal data, no token, no body is ever logged."""

from __future__ import annotations

import re
import uuid
from typing import cast

import structlog
from flask import g, request

REQUEST_ID_HEADER = "X-Request-Id"
_CLEAN = re.compile(r"[A-Za-z0-9._-]{8,64}")


def begin() -> None:
    """Take the caller's request id where it is a harmless word, else make one."""
    given = request.headers.get(REQUEST_ID_HEADER, "")
    g.request_id = given if _CLEAN.fullmatch(given) else uuid.uuid4().hex
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def request_id() -> str:
    """The present request's id; made here for an error before the request was begun."""
    if "request_id" not in g:
        g.request_id = uuid.uuid4().hex
    return cast(str, g.request_id)


def bind_account(account_id: int) -> None:
    """The tenant's number is on every line from now on; the user's is not."""
    structlog.contextvars.bind_contextvars(account=account_id)
