"""JSON bodies, read strictly before any schema sees them."""

from __future__ import annotations

import json
from typing import cast

from flask import g, request
from werkzeug.exceptions import RequestEntityTooLarge

from backend.api.answers import JSON_TYPE
from backend.domain.errors import Invalid

_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})
_DEEPEST = 20


class BadJson(Invalid):
    """The body is no JSON, or holds what no text or number of ours can be."""

    code = "bad_json"
    http_status = 400


class NotJson(Invalid):
    """The body is of another content type."""

    code = "unsupported_media_type"
    http_status = 415


def read_json() -> object:
    """The request's body, None for a method without one. Raises NotJson, BadJson and werkzeug's 413."""
    if "json_body" not in g:
        g.json_body = _read()
    return cast(object, g.json_body)


def require_json() -> None:
    """Before every request to the API proper: a body that is no clean JSON is refused before a schema looks at it."""
    if request.method in _WITH_BODY and request.path.startswith("/api/v1/") and request.url_rule is not None:
        read_json()


def bounded_body(*, cache: bool = True) -> bytes:
    """The raw body up to the request's limit. Of a body that did not say its length werkzeug gives the part up to
    the limit without a word; here that is too large. Raises RequestEntityTooLarge."""
    body = request.get_data(cache=cache)
    if request.content_length is None and len(body) >= (request.max_content_length or 0):
        raise RequestEntityTooLarge
    return body


def _read() -> object:
    if request.method not in _WITH_BODY:
        return None
    if request.mimetype != JSON_TYPE:
        raise NotJson
    try:
        body: object = json.loads(bounded_body(), parse_constant=_refuse, object_pairs_hook=_once)
    except (ValueError, RecursionError) as broken:
        raise BadJson from broken
    _check(body, 0)
    return body


def _check(value: object, depth: int) -> None:
    """No half characters and no NUL (no database keeps them), nothing nested without end."""
    if depth > _DEEPEST:
        raise BadJson
    if isinstance(value, str):
        if "\x00" in value or any("\ud800" <= one <= "\udfff" for one in value):
            raise BadJson
    elif isinstance(value, dict):
        for name, inner in value.items():
            _check(name, depth + 1)
            _check(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            _check(inner, depth + 1)


def _refuse(constant: str) -> object:
    raise ValueError(constant)


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """A name given twice means two things to two readers."""
    told = dict(pairs)
    if len(told) != len(pairs):
        raise ValueError("a name twice")
    return told
