"""What every operation's documentation says besides its own shape: the headers it needs, the problems it may answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from marshmallow import Schema

from backend.api.blueprint import Blueprint

View = TypeVar("View", bound=Callable[..., Any])

PROBLEM = "Problem"
"""Name of the one response every error is told by."""

_KEY: Mapping[str, object] = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": True,
    "schema": {"type": "string", "format": "uuid"},
    "description": "Made for one intended action; a repeat with the same key gives the first answer again.",
}
_READ = (401, 403, 404, 409, 422, 500, 502, 503)
_WRITE = (400, *_READ, 413, 415)


def reads(blueprint: Blueprint, schema: type[Schema]) -> Callable[[View], View]:
    """A question; answered 200."""
    return _documented(blueprint, 200, schema, _READ)


def writes(blueprint: Blueprint, schema: type[Schema], *, status: int = 200) -> Callable[[View], View]:
    """A change, sent once or repeated with its key."""
    return _documented(blueprint, status, schema, _WRITE, parameters=[dict(_KEY)])


def answers_problems(*statuses: int) -> dict[str, dict[str, object]]:
    """`responses` of an open route that speaks problem+json."""
    return {str(one): {"$ref": f"#/components/responses/{PROBLEM}"} for one in statuses}


def answers_pages(*statuses: int) -> dict[str, dict[str, object]]:
    """`responses` of an open route that speaks to people."""
    page: dict[str, object] = {
        "description": "A page that says what happened",
        "content": {"text/html": {"schema": {"type": "string"}}},
    }
    return {str(one): page for one in statuses}


def asks(*names: str) -> list[dict[str, object]]:
    """`parameters` of a route whose query another system writes; nothing is required, all is checked."""
    return [{"in": "query", "name": one, "required": False, "schema": {"type": "string"}} for one in names]


def _documented(
    blueprint: Blueprint, status: int, schema: type[Schema], problems: tuple[int, ...], **doc: object
) -> Callable[[View], View]:
    def mark(view: View) -> View:
        shown = blueprint.response(status, schema)(view)
        told = answers_problems(*problems)
        marked: View = blueprint.doc(security=[{"widgetToken": []}], responses=told, **doc)(shown)
        return marked

    return mark
