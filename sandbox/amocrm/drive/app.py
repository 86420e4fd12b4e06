"""The drive's web application."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from flask import Flask, Response, g, request

from ..api.answers import blocked_html, too_many
from ..api.gate import token_actor
from ..core.errors import ApiProblem, not_found, unauthorized
from ..core.limits import Verdict
from ..core.store import Doc
from ..core.world import World, world
from ..oauth.tokens import read_access
from .files import MAX_PART, find_file, open_session, read_bytes, receive, show_file


def create_drive(world_: World) -> Flask:
    """The application of one world's drive."""
    app = Flask("sandbox.amocrm.drive")
    app.extensions["world"] = world_
    app.config["MAX_CONTENT_LENGTH"] = None
    app.add_url_rule("/v1.0/sessions", view_func=new_session, methods=["POST"])
    app.add_url_rule("/v1.0/sessions/upload/<token>", view_func=upload, methods=["POST"])
    app.add_url_rule("/v1.0/files", view_func=listed)
    app.add_url_rule("/v1.0/files/<uuid>", view_func=one)
    app.add_url_rule("/v1.0/files/<uuid>", view_func=change, methods=["PATCH"])
    app.add_url_rule("/v1.0/files", view_func=delete, methods=["DELETE"])
    app.add_url_rule("/v1.0/files/<uuid>/versions", view_func=versions)
    app.add_url_rule("/download/<int:account_id>/<uuid>/<version>/<name>", view_func=download)
    app.before_request(enter)
    app.after_request(note_actor)
    app.register_error_handler(ApiProblem, answer_problem)
    return app


def enter() -> Response | None:
    """Bearer with the scope `files`; upload links and downloads carry their own right."""
    if request.path.startswith(("/download/", "/v1.0/sessions/upload/")):
        return None
    header = request.headers.get("Authorization", "")
    if not header.startswith("Bearer "):
        raise unauthorized()
    row = read_access(world(), header.removeprefix("Bearer ").strip())
    g.integration_id = row["client_id"]
    verdict = world().limiter.check(row["client_id"])
    if verdict is Verdict.BLOCKED:
        return blocked_html()
    if verdict is Verdict.TOO_MANY:
        return too_many(world().limiter.rules)
    g.actor = token_actor(world(), row)
    if "files" not in g.actor.scopes:
        raise ApiProblem(403, "Forbidden", "Scope files is required")
    return None


def new_session() -> Response:
    return _json(open_session(world(), _body(), g.actor.user_id))


def upload(token: str) -> Response:
    data = request.get_data(cache=False)
    if len(data) > MAX_PART:
        raise ApiProblem(413, "Request Entity Too Large", "Part is larger than max_part_size")
    return _json(receive(world(), token, data))


def listed() -> Response:
    rows = [f for f in world().store.all("file") if not f["is_trashed"]]
    wanted = [u for key, us in request.args.lists() if key.startswith("filter[uuid]") for u in us]
    rows = [f for f in rows if not wanted or f["uuid"] in wanted]
    if not rows:
        return Response(b"", 204)
    return _json({"_embedded": {"files": [show_file(world(), f) for f in rows]}})


def one(uuid: str) -> Response:
    return _json(show_file(world(), find_file(world(), uuid)))


def change(uuid: str) -> Response:
    row, given = find_file(world(), uuid), _body()
    if given.get("name"):
        row = {**row, "name": given["name"]}
    if given.get("version_uuid"):
        chosen = [v for v in row["versions"] if v["version_uuid"] == given["version_uuid"]]
        if not chosen:
            raise not_found("Version not found")
        rest = [v for v in row["versions"] if v not in chosen]
        row = {**row, "versions": [*rest, *chosen]}
    world().store.put("file", {**row, "updated_at": world().clock.timestamp()}, uuid)
    return _json(show_file(world(), find_file(world(), uuid)))


def delete() -> Response:
    if "files_delete" not in g.actor.scopes:
        raise ApiProblem(403, "Forbidden", "Scope files_delete is required")
    for item in request.get_json(force=True):
        row = find_file(world(), item.get("uuid"))
        world().store.put("file", {**row, "is_trashed": True}, row["uuid"])
    return Response(b"", 204)


def versions(uuid: str) -> Response:
    row = find_file(world(), uuid)
    rows = [show_file(world(), row, v) for v in reversed(row["versions"])]
    return _json({"_embedded": {"versions": rows}})


def download(account_id: int, uuid: str, version: str, name: str) -> Response:
    row = find_file(world(), uuid)
    if account_id != world().account["id"] or version not in [v["version_uuid"] for v in row["versions"]]:
        raise not_found()
    answer = Response(read_bytes(world(), version), content_type=row["metadata"]["mime_type"])
    answer.headers["Content-Disposition"] = f"inline; filename*=UTF-8''{quote(name)}"
    return answer


def note_actor(response: Response) -> Response:
    """For the request log."""
    request.environ["amo.integration"] = g.get("integration_id")
    return response


def answer_problem(problem: ApiProblem) -> Response:
    """problem+json."""
    return Response(json.dumps(problem.body()), problem.status, content_type="application/problem+json")


def _body() -> Doc:
    given: Any = request.get_json(force=True, silent=True)
    if not isinstance(given, dict):
        raise ApiProblem(400, "Bad Request", "Request body is not valid JSON")
    return given


def _json(body: Doc) -> Response:
    return Response(json.dumps(body, ensure_ascii=False), content_type="application/json")
