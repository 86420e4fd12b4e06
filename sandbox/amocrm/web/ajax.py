"""The page's own requests (session cookie): socket, widgets, integrations, files. Not an API for others."""

from __future__ import annotations

import json
import time
from typing import Any

import requests
from flask import Blueprint, Response, g, request

from ..api.gate import session_user
from ..core.errors import ApiProblem, forbidden, not_found, unauthorized
from ..core.store import Doc
from ..core.world import world
from ..crm.actor import Actor
from ..crm.leads import delete_lead
from ..oauth.tokens import long_lived, new_code, revoke_all
from .installs import install, register, uninstall
from .packages import package_of
from .zipcheck import BadArchive, check_archive

routes = Blueprint("ajax", __name__, url_prefix="/ajax")
PROXY_TIMEOUT = 20.0


@routes.before_request
def enter() -> None:
    user = session_user(world())
    if user is None:
        raise unauthorized()
    g.actor = Actor(user)


@routes.get("/socket")
def socket() -> Response:
    return _json(world().bus.since(request.args.get("since", None, int)))


@routes.post("/widgets/<code>/save")
def save_widget(code: str) -> Response:
    _admin()
    given: Any = request.get_json()
    row = _by_code(code)
    if given.get("active") == "N":
        return _shown(uninstall(world(), row))
    missing = _missing(row, given.get("fields") or {})
    if missing:
        raise ApiProblem(400, "Bad Request", f"Field {missing} is required")
    fields = _custom_only_json(row, given.get("fields") or {})
    return _shown(install(world(), row, fields, g.actor.user_id))


@routes.get("/integrations")
def integrations() -> Response:
    hidden = () if g.actor.is_admin else ("client_secret",)
    rows = [{k: v for k, v in i.items() if k not in hidden} for i in world().store.all("integration")]
    return _json({"integrations": rows})


@routes.post("/integrations")
def create_integration() -> Response:
    _admin()
    given: Any = request.get_json()
    if not given.get("name") or len(given["name"]) > 255:
        raise ApiProblem(400, "Bad Request", "Name is required, 255 characters at most")
    if not str(given.get("redirect_uri", "")).startswith(("https://", "http://127.0.0.1", "http://localhost")):
        raise ApiProblem(400, "Bad Request", "Redirect URI must begin with https://")
    keys = ("name", "description", "redirect_uri", "uninstall_hook_url", "scopes")
    return _shown(register(world(), {k: given[k] for k in keys if k in given}))


@routes.post("/integrations/<client_id>/widget")
def upload_widget(client_id: str) -> Response:
    _admin()
    row = _integration(client_id)
    data = request.files["widget"].read() if "widget" in request.files else request.get_data()
    try:
        check_archive(data)
    except BadArchive as bad:
        raise ApiProblem(400, "Bad Request", "; ".join(bad.reasons), extra={"reasons": bad.reasons}) from None
    folder = world().data_dir / "widgets"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{client_id}.zip"
    path.write_bytes(data)
    return _shown(
        register(world(), {"client_id": client_id, "widget_zip": str(path), "redirect_uri": row["redirect_uri"]})
    )


@routes.post("/integrations/<client_id>/code")
def twenty_minute_code(client_id: str) -> Response:
    _admin()
    row = world().store.put("integration", {**_integration(client_id), "installed": True})
    return _json({"code": new_code(world(), row, g.actor.user_id)})


@routes.post("/integrations/<client_id>/long_lived")
def long_lived_token(client_id: str) -> Response:
    _admin()
    row = world().store.put("integration", {**_integration(client_id), "installed": True})
    days = int((request.get_json(silent=True) or {}).get("days", 365))
    return _json({"access_token": long_lived(world(), row, g.actor.user_id, days)})


@routes.post("/integrations/<client_id>/revoke")
def revoke(client_id: str) -> Response:
    _admin()
    revoke_all(world(), _integration(client_id)["id"])
    return _json({})


@routes.post("/integrations/<client_id>/uninstall")
def uninstall_integration(client_id: str) -> Response:
    _admin()
    return _shown(uninstall(world(), _integration(client_id)))


@routes.post("/crm_post")
def crm_post() -> Response:
    """The legacy proxy: server to server, form-encoded."""
    given: Any = request.get_json()
    try:
        answer = requests.post(given["url"], data=given.get("data") or {}, timeout=PROXY_TIMEOUT)
    except requests.RequestException:
        return Response(b"", 502)
    return Response(answer.content, answer.status_code, content_type=answer.headers.get("Content-Type"))


@routes.get("/leads/<int:lead_id>/files")
def lead_files(lead_id: int) -> Response:
    rows = []
    for attached in world().store.all("attached"):
        file = world().store.get("file", attached["file_uuid"])
        if attached["lead_id"] == lead_id and file:
            rows.append(_file(file))
    return _json({"files": rows})


@routes.get("/files/<uuid>")
def file(uuid: str) -> Response:
    found = world().store.get("file", uuid)
    if not found:
        raise not_found()
    return _json(_file(found))


@routes.post("/leads/<int:lead_id>/delete")
def delete(lead_id: int) -> Response:
    lead = world().store.get("lead", lead_id)
    if not lead:
        raise not_found()
    _admin()
    delete_lead(world(), lead, g.actor)
    return _json({})


@routes.post("/dp_triggers")
def add_trigger() -> Response:
    """Put a widget's pipeline trigger on a stage."""
    _admin()
    given: Any = request.get_json()
    url = package_of(_by_code(given["code"])).manifest["dp"]["webhook_url"]
    row = {"id": world().store.next_id("dp_trigger", 1), "url": given.get("url") or url, "created_at": time.time()}
    return _json(world().store.put("dp_trigger", {**given, **row}))


def _file(row: Doc) -> Doc:
    extension = row["metadata"]["extension"]
    name = f"{row['name']}.{extension}" if extension else row["name"]
    link = f"{world().drive_url}/download/{world().account['id']}/{row['uuid']}/{row['versions'][-1]['version_uuid']}"
    return {
        "uuid": row["uuid"],
        "name": name,
        "size": row["versions"][-1]["size"],
        "href": f"{link}/{name}",
        "versions": len(row["versions"]),
    }


def _admin() -> None:
    if not g.actor.is_admin:
        raise forbidden("Доступно только администратору аккаунта")


def _by_code(code: str) -> Doc:
    for row in world().store.all("integration"):
        if row.get("widget_code") == code:
            return row
    raise not_found("Widget not found")


def _integration(client_id: str) -> Doc:
    found = world().store.get("integration", client_id)
    if not found:
        raise not_found("Integration not found")
    return found


def _missing(row: Doc, fields: Doc) -> str | None:
    specs = package_of(row).manifest.get("settings") or {}
    together = {**row["settings"], **fields}
    return next((k for k, s in specs.items() if s.get("required") and together.get(k) in (None, "")), None)


def _custom_only_json(row: Doc, fields: Doc) -> Doc:
    """A custom field keeps a JSON string or a number; anything else is dropped."""
    specs, kept = package_of(row).manifest.get("settings") or {}, {}
    for key, value in fields.items():
        if specs.get(key, {}).get("type") == "custom":
            try:
                json.loads(value)
            except (TypeError, ValueError):
                continue
        kept[key] = value
    return kept


def _shown(row: Doc) -> Response:
    return _json({k: v for k, v in row.items() if k != "widget_zip"})


def _json(body: Any) -> Response:
    return Response(json.dumps(body, ensure_ascii=False), content_type="application/json")
