"""Subscriptions to webhooks."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, Response, request

from ..core.errors import ApiProblem, FieldErrors, invalid, not_found, not_supported
from ..core.store import Doc
from ..core.world import world
from ..crm.rights import require_admin
from .wire import actor, body, hal, href, nothing, page

routes = Blueprint("webhooks", __name__)
ACTIONS = ("add", "update", "delete", "restore", "responsible", "note")
EVENTS = {f"{a}_{e}" for a in ACTIONS for e in ("lead", "contact", "company", "customer")} | {
    "status_lead", "add_task", "update_task", "delete_task", "responsible_task", "add_talk", "update_talk",
    "add_chat_template_review", "add_catalog", "update_catalog", "delete_catalog",
}  # fmt: skip
MOST = 100


@routes.get("/webhooks")
def webhooks() -> Response:
    require_admin(actor())
    wanted = request.args.get("filter[destination]")
    rows = [w for w in world().store.all("webhook") if not wanted or w["destination"] == wanted]
    return page("webhooks", rows, show_webhook)


@routes.post("/webhooks")
def subscribe() -> Response:
    require_admin(actor())
    given = body()
    try:
        _check(given)
    except FieldErrors as errors:
        validation = [{"request_id": "0", "errors": errors.errors}]
        raise ApiProblem(400, "Bad Request", "Request validation failed", validation=validation) from None
    state = world()
    now = state.clock.timestamp()
    with state.store.lock:
        old = next((w for w in state.store.all("webhook") if w["destination"] == given["destination"]), None)
        row = {
            "id": old["id"] if old else state.store.next_id("webhook", 839656),
            "destination": given["destination"],
            "created_at": old["created_at"] if old else now,
            "updated_at": now,
            "created_by": actor().user_id,
            "sort": given.get("sort", 10),
            "disabled": False,
            "settings": list(dict.fromkeys(given["settings"])),
            "integration_id": (actor().integration or {}).get("id"),
        }
        state.store.put("webhook", row)
    return hal(show_webhook(row), 201)


@routes.delete("/webhooks")
def unsubscribe() -> Response:
    require_admin(actor())
    given = body()
    for row in world().store.all("webhook"):
        if row["destination"] == given.get("destination"):
            world().store.delete("webhook", row["id"])
            return nothing()
    raise not_found("Webhook not found")


def show_webhook(row: Doc) -> Doc:
    """A subscription as the API writes it."""
    shown = {k: v for k, v in row.items() if k not in ("integration_id", "invalid")}
    return shown | {"account_id": world().account["id"], "_links": href("webhooks")}


def _check(given: Doc) -> None:
    parts = urlsplit(str(given.get("destination") or ""))
    if parts.scheme not in ("http", "https") or not parts.hostname or not parts.hostname.isascii():
        raise invalid("InvalidUrl", "destination", "This value is not a valid URL.")
    settings = given.get("settings")
    if not isinstance(settings, list) or not settings:
        raise invalid("FieldMissing", "settings", "This field is missing.")
    for number, code in enumerate(settings):
        if code not in EVENTS:
            raise not_supported(f"settings.{number}")
    known = any(w["destination"] == given["destination"] for w in world().store.all("webhook"))
    if not known and len(world().store.all("webhook")) >= MOST:
        raise invalid("LimitExceeded", "destination", "Webhooks limit exceeded.")
