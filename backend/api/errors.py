"""One place where every error becomes an answer."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Mapping

import structlog
from flask import Flask, Response
from prometheus_client import Counter
from werkzeug.exceptions import HTTPException

from backend.api.access import Speaks, speaks
from backend.api.pages import error_page
from backend.api.problems import problem, problem_of, status_of, waiting
from backend.domain.errors import OutsideError, StockgateError

log = structlog.get_logger()

OUTSIDE = Counter("stockgate_outside_errors_total", "Errors of ERP and CRM that reached an answer", ["code"])
SHOWN_FIELDS = 20

_CODES = {
    400: "bad_request",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "unsupported_media_type",
    422: "invalid",
    500: "internal",
}


def register_errors(app: Flask) -> None:
    """After the API was made: its own handler of HTTP errors gives way to ours."""
    app.register_error_handler(StockgateError, on_stockgate_error)
    app.register_error_handler(HTTPException, on_http_error)


def on_stockgate_error(error: StockgateError) -> Response:
    note(error)
    if speaks() is Speaks.PAGE:
        return waiting(error_page(status_of(error), error.code), error)
    return problem_of(error)


def note(error: StockgateError) -> None:
    """Count and log an error on its way out: class, code, and its words for developers (no secret, by their law)."""
    if isinstance(error, OutsideError):
        OUTSIDE.labels(error.code).inc()
    status = status_of(error)
    if status >= 500:
        log.error("request.failed", code=error.code, kind=type(error).__name__, status=status, detail=error.detail)


def on_http_error(error: HTTPException) -> Response:
    """Routing, body limits, schemas, and whatever nobody caught (Flask wraps it as 500 after logging)."""
    status = error.code or 500
    code = _CODES.get(status, "bad_request" if status < 500 else "internal")
    if speaks() is Speaks.PAGE:
        return error_page(status, code)
    kept = [(name, value) for name, value in error.get_headers() if name.lower() in {"allow", "retry-after"}]
    return problem(status, code, _fields(error), headers=kept)


def log_crash() -> None:
    """The present exception with the frames it came through, without its message and values: they may hold anything."""
    kind, _, tail = sys.exc_info()
    frames = [f"{one.filename}:{one.lineno} {one.name}" for one in traceback.extract_tb(tail)]
    log.error("request.crashed", kind=kind.__name__ if kind else "", frames=frames)


def _fields(error: HTTPException) -> Mapping[str, object]:
    """Schema errors as `fields: [{path, message}]`, e.g. path `supervisors.0.limit`."""
    messages = (getattr(error, "data", None) or {}).get("messages")
    if not isinstance(messages, Mapping):
        return {}
    found = [pair for location in messages.values() for pair in _flat("", location)]
    return {"fields": [{"path": path, "message": message} for path, message in found[:SHOWN_FIELDS]]}


def _flat(path: str, messages: object) -> list[tuple[str, str]]:
    if isinstance(messages, Mapping):
        return [
            pair
            for name, inner in messages.items()
            for pair in _flat(path if name == "_schema" else f"{path}.{name}".lstrip("."), inner)
        ]
    texts = messages if isinstance(messages, list) else [messages]
    return [(path, str(text)) for text in texts]
