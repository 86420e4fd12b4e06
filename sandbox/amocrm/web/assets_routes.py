"""Widget files under /upl/CODE/widget, libraries under /vendor."""

from __future__ import annotations

import mimetypes
from pathlib import Path

from flask import Blueprint, Response, request, send_from_directory
from werkzeug.exceptions import NotFound

from ..core.world import world
from .packages import Package, package_of

routes = Blueprint("assets", __name__)
MODULES = Path(__file__).resolve().parents[1] / "node_modules"
VENDOR = {
    "require.js": "requirejs/require.js",
    "jquery.js": "jquery/dist/jquery.js",
    "underscore.js": "underscore/underscore.js",
    "backbone.js": "backbone/backbone.js",
    "moment.js": "moment/moment.js",
    "moment-ru.js": "moment/locale/ru.js",
    "moment-timezone.js": "moment-timezone/builds/moment-timezone-with-data.js",
    "twig.js": "twig/twig.js",
}


@routes.get("/upl/<code>/widget/<path:name>")
def widget_file(code: str, name: str) -> Response:
    for integration in world().store.all("integration"):
        if integration.get("widget_code") == code:
            return _file(package_of(integration), name)
    raise NotFound


def _file(package: Package, name: str) -> Response:
    """A file by its name, or a script named without its ending, as AMD loaders do."""
    full = name if name in package.files else f"{name}.js"
    if full not in package.files:
        raise NotFound
    answer = Response(package.files[full], content_type=mimetypes.guess_type(full)[0] or "application/octet-stream")
    answer.set_etag(package.digest)
    answer.headers["Cache-Control"] = "no-cache"
    answer.make_conditional(request.environ)
    return answer


@routes.get("/vendor/<name>")
def vendor(name: str) -> Response:
    if name not in VENDOR:
        raise NotFound
    return send_from_directory(MODULES, VENDOR[name], max_age=3600)
