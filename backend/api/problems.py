"""Errors on the wire: problem+json with a stable code (docs/http-api.md), or a page where a person is looking."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from http import HTTPStatus

from flask import Response

from backend.api.request_log import request_id
from backend.domain.errors import (
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    OutcomeUnknown,
    Permanent,
    Refused,
    Retryable,
    StockgateError,
)
from backend.ports.crm import CrmDenied, CrmReauthorise, WidgetTokenError

PROBLEM_TYPE = "application/problem+json"
RETRY_AFTER_SECONDS = 5
"""Where nobody said how long to wait."""

_STATUS: tuple[tuple[type[StockgateError], int], ...] = (
    (CrmDenied, 403),
    (CrmReauthorise, 409),
    (Invalid, 422),
    (NotFound, 404),
    (Forbidden, 403),
    (Conflict, 409),
    (Refused, 409),
    (Retryable, 503),
    (OutcomeUnknown, 502),
    (Permanent, 502),
)


def status_of(error: StockgateError) -> int:
    """The HTTP status of an error; its class decides. 500 for one nobody should see."""
    if isinstance(error, WidgetTokenError):
        return error.status
    own = getattr(error, "http_status", None)
    if isinstance(own, int):
        return own
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 500)


def retry_after(error: StockgateError) -> int | None:
    """Whole seconds for Retry-After, None where a repeat would not help."""
    if not isinstance(error, Retryable):
        return None
    return max(1, math.ceil(error.after.total_seconds())) if error.after is not None else RETRY_AFTER_SECONDS


def problem_of(error: StockgateError, *, panel: bytes | None = None) -> Response:
    """The answer to an error we raised. Of a token nothing but the code is told; an inner error is `internal`."""
    status = status_of(error)
    silent = isinstance(error, WidgetTokenError) or status == HTTPStatus.INTERNAL_SERVER_ERROR
    code = "internal" if status == HTTPStatus.INTERNAL_SERVER_ERROR else error.code
    return waiting(problem(status, code, {} if silent else error.data, panel=panel), error)


def waiting(response: Response, error: StockgateError) -> Response:
    """The answer with Retry-After, where a repeat may help."""
    seconds = retry_after(error)
    if seconds is not None:
        response.headers["Retry-After"] = str(seconds)
    return response


def problem(
    status: int,
    code: str,
    params: Mapping[str, object] | None = None,
    *,
    panel: bytes | None = None,
    headers: Iterable[tuple[str, str]] = (),
) -> Response:
    """A problem+json answer. `panel`: the newest panel's JSON, put in as it is."""
    told = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "params": dict(params or {}),
        "request_id": request_id(),
    }
    body = json.dumps(told, ensure_ascii=False, separators=(",", ":"), default=str).encode()
    if panel is not None:
        body = b'%s,"panel":%s}' % (body[:-1], panel)
    return Response(body, status=status, mimetype=PROBLEM_TYPE, headers=list(headers))
