"""What machines around us ask, and the documentation."""

from __future__ import annotations

import json
from functools import lru_cache

import structlog
from flask import Flask, Response, current_app
from flask_smorest import Api

from backend.api import metrics
from backend.api.access import open_route
from backend.api.answers import dumped, send
from backend.api.blueprint import Blueprint
from backend.api.context import HealthCheck, context
from backend.api.openapi import operations
from backend.api.pages import html, language
from backend.api.schemas.answers import free, shape, text, yes
from backend.domain.errors import StockgateError

log = structlog.get_logger()

blueprint = Blueprint("service", __name__, description="For machines and readers.")

Alive = shape("Alive", status=text(), version=text())
Ready = shape("Ready", ready=yes(), checks=free())


@blueprint.route("/live")
@blueprint.response(200, Alive)
@open_route("says only that the process runs")
def live() -> Response:
    """Does the process run"""
    return send(dumped({"status": "ok", "version": context().version}))


@blueprint.route("/ready")
@blueprint.response(200, Ready)
@blueprint.alt_response(503, schema=Ready)
@open_route("says only which of our own parts work")
def ready() -> Response:
    """May requests be sent here: database, migrations, Redis"""
    checks = [(check, _works(check)) for check in context().health]
    fit = all(works for check, works in checks if check.required)
    told = {"ready": fit, "checks": {check.name: works for check, works in checks}}
    return send(dumped(told), 200 if fit else 503)


@blueprint.route("/metrics")
@blueprint.response(200, {"type": "string"}, content_type="text/plain")
@open_route("counts without customer data; kept from the outside by the reverse proxy")
def figures() -> Response:
    """Figures for Prometheus"""
    return metrics.exposition()


@blueprint.route("/openapi.json")
@blueprint.response(200, {"type": "object"})
@open_route("the contract is public")
def openapi() -> Response:
    """This contract for machines"""
    return send(json.dumps(_spec(_app()), ensure_ascii=False).encode())


@blueprint.route("/docs")
@blueprint.response(200, {"type": "string"}, content_type="text/html")
@open_route("the contract is public")
def docs() -> Response:
    """This contract for people"""
    spec = _spec(_app())
    return html("docs.html", language="en" if language() == "en" else "ru", spec=spec, groups=operations(spec))


def _app() -> Flask:
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    return app


@lru_cache(maxsize=4)
def _spec(app: Flask) -> dict[str, object]:
    api: Api = app.extensions["flask-smorest"]["apis"][""]["ext_obj"]
    return dict(api.spec.to_dict())


def _works(check: HealthCheck) -> bool:
    try:
        return check.run()
    except StockgateError as error:
        log.warning("health.failed", check=check.name, code=error.code)
        return False
