"""The Flask application over a plugged-in context."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import Any

from flask import Flask, Response
from werkzeug.wrappers import Response as AnyResponse

from backend.api import access, cors, headers, json_body, metrics, openapi, request_log
from backend.api.context import EXTENSION, ApiContext
from backend.api.converters import register_converters
from backend.api.errors import log_crash, register_errors
from backend.api.routes import basket, deal, documents, hooks, oauth, operations, order, service, settings

BODY_LIMIT = 64 * 1024


class StockgateApp(Flask):
    """Flask that logs a crash without what the exception says: it may quote a body, a token, a person."""

    def log_exception(
        self, exc_info: tuple[type, BaseException, TracebackType] | tuple[None, None, None] | BaseException
    ) -> None:
        log_crash()

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """No view here is a coroutine; Flask would ask every function of every request whether it is one."""
        return func


def create_app(context: ApiContext) -> Flask:
    """Everything under /api/v1 needs a token; what is open says why (`api.access`)."""
    app = StockgateApp("backend.api", static_folder=None, template_folder="templates")
    app.config.update(
        MAX_CONTENT_LENGTH=BODY_LIMIT,
        MAX_FORM_MEMORY_SIZE=BODY_LIMIT,
        PROPAGATE_EXCEPTIONS=False,
        TRAP_HTTP_EXCEPTIONS=False,
        **openapi.settings(context.version),
    )
    app.extensions[EXTENSION] = context
    _around_requests(app, https=context.public_url.startswith("https://"))
    register_converters(app)
    api = openapi.make_api(app)
    for module in (deal, basket, order, documents, settings, operations, oauth, hooks, service):
        api.register_blueprint(module.blueprint)
    register_errors(app)
    return app


def _around_requests(app: Flask, *, https: bool) -> None:
    """After-functions run last first: CORS headers are there when `vary` looks."""
    context: ApiContext = app.extensions[EXTENSION]
    for before in (metrics.start, request_log.begin, cors.preflight):
        app.before_request(before)
    access.register_access(app, context)
    app.before_request(json_body.require_json)
    app.after_request(metrics.finish)

    def finish(response: Response) -> AnyResponse:
        return headers.harden(cors.vary(response), https=https)

    app.after_request(finish)
    cors.register_cors(app, context.platform_suffixes, context.sandbox_hosts)
