"""The OpenAPI document and its reading for the page at /docs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Flask
from flask_smorest import Api

from backend.api.converters import Name, Number, Secret, Word
from backend.api.problems import PROBLEM_TYPE
from backend.api.schemas.answers import Problem
from backend.api.schemas.documented import PROBLEM

TITLE = "Stockgate"
VERSION = "3.0.3"
SECURITY = {
    "widgetToken": {
        "type": "apiKey",
        "in": "header",
        "name": "X-Auth-Token",
        "description": "amoCRM's one-time token; account and user come from it alone.",
    }
}


class StockgateApi(Api):
    """Problems are documented per operation; schemas are named as they are called."""

    DEFAULT_ERROR_RESPONSE_NAME = None


def make_api(app: Flask) -> StockgateApi:
    api = StockgateApi()
    api.register_converter(Number, lambda _: {"type": "integer", "minimum": 1, "maximum": 10**15 - 1})
    for kind in (Name, Secret, Word):
        api.register_converter(kind, lambda one: {"type": "string", "pattern": f"^{one.regex}$"})
    api.init_app(app)
    api.spec.components.response(PROBLEM, {"description": "A problem", "content": {PROBLEM_TYPE: {"schema": Problem}}})
    return api


def settings(version: str) -> dict[str, Any]:
    """Configuration of flask-smorest. It serves no page of its own: /openapi.json and /docs are routes of ours."""
    return {
        "API_TITLE": TITLE,
        "API_VERSION": version,
        "OPENAPI_VERSION": VERSION,
        "API_SPEC_OPTIONS": {"components": {"securitySchemes": SECURITY}},
    }


def operations(spec: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Operations by tag, in the order of the document."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, verbs in spec["paths"].items():
        shared = verbs.get("parameters", [])
        for verb, told in verbs.items():
            if verb == "parameters":
                continue
            entry = {"verb": verb.upper(), "path": path, **told}
            entry["parameters"] = [*shared, *told.get("parameters", [])]
            entry["told"] = [status for status, answer in told["responses"].items() if "content" in answer]
            groups.setdefault(told["tags"][0], []).append(entry)
    return groups
