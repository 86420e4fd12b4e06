"""Widget files under /upl/CODE/widget, libraries under /vendor."""

from __future__ import annotations

import mimetypes
from pathlib import Path

from flask import Blueprint, Response, abort, request, send_from_directory

from ..core.world import world
from .packages import package_of

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
            files = package_of(integration)
            data = files.files.get(name)
            if data is None:
                data, name = files.files.get(f"{name}.js"), f"{name}.js"
            if data is None:
                abort(404)
            kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
            answer = Response(data, content_type=kind)
            answer.set_etag(files.digest)
            answer.headers["Cache-Control"] = "no-cache"
            return answer.make_conditional(request.environ)
    abort(404)


@routes.get("/vendor/<name>")
def vendor(name: str) -> Response:
    if name not in VENDOR:
        abort(404)
    return send_from_directory(MODULES, VENDOR[name], max_age=3600)
