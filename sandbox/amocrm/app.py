"""The CRM's own web application: API, OAuth, pages."""

from __future__ import annotations

import json

from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException

from .api import account, catalogs, feed, fields, files, leads, links, others, people, pipelines, webhooks
from .api.gate import enter
from .control.routes import routes as control_routes
from .core.errors import ApiProblem, FieldErrors
from .core.world import World
from .oauth.routes import routes as oauth_routes
from .web.ajax import routes as ajax_routes
from .web.assets_routes import routes as asset_routes
from .web.pages import routes as page_routes

API = (links, leads, pipelines, fields, feed, files, others, people, catalogs, account, webhooks)


def create_app(world: World) -> Flask:
    """The application of one world."""
    app = Flask(__name__)
    app.extensions["world"] = world
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    for module in API:
        app.register_blueprint(module.routes, url_prefix="/api/v4")
    for routes in (oauth_routes, ajax_routes, asset_routes, page_routes, control_routes):
        app.register_blueprint(routes)
    app.register_error_handler(ApiProblem, answer_problem)
    app.register_error_handler(FieldErrors, answer_field_errors)
    app.register_error_handler(HTTPException, answer_http)
    app.before_request(guard_api)
    app.after_request(note_actor)
    return app


def guard_api() -> Response | None:
    """Nobody reaches the API unknown."""
    return enter() if request.path.startswith("/api/") else None


def answer_problem(problem: ApiProblem) -> Response:
    """problem+json."""
    body = json.dumps(problem.body(), ensure_ascii=False)
    return Response(body, problem.status, content_type="application/problem+json")


def answer_field_errors(errors: FieldErrors) -> Response:
    """Field errors of a request that is no batch."""
    validation = [{"request_id": "0", "errors": errors.errors}]
    return answer_problem(ApiProblem(400, "Bad Request", "Request validation failed", validation=validation))


def answer_http(error: HTTPException) -> Response | HTTPException:
    """Unknown methods and paths of the API answer as the API does."""
    if not request.path.startswith("/api/"):
        return error
    return answer_problem(ApiProblem(error.code or 500, error.name, error.description or ""))


def note_actor(response: Response) -> Response:
    """For the request log: whose call it was."""
    request.environ["amo.integration"] = g.get("integration_id")
    actor = g.get("actor")
    request.environ["amo.user"] = actor.user_id if actor else None
    return response
