"""Which pages may call us from a browser: the CRM's own, nobody else's."""

from __future__ import annotations

import re
from collections.abc import Sequence

from flask import Flask, Response, request
from flask_cors import CORS

from backend.api.access import TOKEN_HEADER
from backend.api.replay import KEY_HEADER, REPLAY_HEADER
from backend.api.request_log import REQUEST_ID_HEADER

METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
ALLOWED = [TOKEN_HEADER, "Content-Type", "X-Requested-With", KEY_HEADER]
EXPOSED = [REQUEST_ID_HEADER, REPLAY_HEADER, "Retry-After"]
MAX_AGE_SECONDS = 600
API = "/api/v1/"


def register_cors(app: Flask, suffixes: Sequence[str], sandbox_hosts: Sequence[str]) -> None:
    """Headers on every answer below /api/v1, errors too: without them the widget would see nothing but status 0."""
    CORS(
        app,
        resources={rf"{API}.*": {}},
        origins=origin_patterns(suffixes, sandbox_hosts),
        methods=METHODS,
        allow_headers=ALLOWED,
        expose_headers=EXPOSED,
        max_age=MAX_AGE_SECONDS,
        supports_credentials=False,
        send_wildcard=False,
    )


def origin_patterns(suffixes: Sequence[str], sandbox_hosts: Sequence[str]) -> list[re.Pattern[str]]:
    """`https://<labels><suffix>` without a port, and exactly `http://<sandbox host>`."""
    label = r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
    hosts = [re.compile(rf"https://{label}(?:\.{label})*{re.escape(one)}\Z", re.IGNORECASE) for one in suffixes]
    return [*hosts, *(re.compile(rf"http://{re.escape(one)}\Z", re.IGNORECASE) for one in sandbox_hosts)]


def preflight() -> Response | None:
    """A browser's question before the call; it carries no token."""
    if request.method == "OPTIONS" and request.path.startswith(API):
        return Response(status=204)
    return None


def vary(response: Response) -> Response:
    """Also for an origin that was refused: a shared cache must not give its answer to another."""
    if request.path.startswith(API) and "Origin" not in response.headers.get("Vary", ""):
        response.headers.add("Vary", "Origin")
    return response
