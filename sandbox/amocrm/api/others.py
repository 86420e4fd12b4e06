"""Widgets, events, tags, subscriptions."""

from __future__ import annotations

from flask import Blueprint, Response, request

from ..core.errors import not_found
from ..core.store import Doc
from ..core.world import world
from ..crm.rights import require_admin
from ..web.installs import install, uninstall
from ..web.packages import package_of
from .wire import actor, body, filter_ids, filter_values, hal, href, in_range, nothing, page

routes = Blueprint("others", __name__)


@routes.get("/widgets")
def widgets() -> Response:
    rows = [i for i in world().store.all("integration") if i.get("widget_code")]
    return page("widgets", rows, _show_widget)


@routes.get("/widgets/<code>")
def widget(code: str) -> Response:
    return hal(_show_widget(_integration(code)))


@routes.post("/widgets/<code>")
def install_widget(code: str) -> Response:
    require_admin(actor())
    given = body()
    row = given[0] if isinstance(given, list) and given else given
    return hal(_show_widget(install(world(), _integration(code), row.get("settings", row), actor().user_id)))


@routes.delete("/widgets/<code>")
def uninstall_widget(code: str) -> Response:
    require_admin(actor())
    uninstall(world(), _integration(code))
    return nothing()


@routes.get("/events")
def events() -> Response:
    ids, kinds, entities = filter_ids("entity_id"), filter_values("type"), filter_values("entity")
    rows = [
        e
        for e in reversed(world().store.all("event"))
        if (ids is None or e["entity_id"] in ids)
        and (not kinds or e["type"] in kinds or _any_field(e, kinds))
        and (not entities or e["entity_type"] in entities)
        and in_range(e["created_at"], "created_at")
    ]
    return page("events", rows, _show_event, most=100)


@routes.get("/<any(leads, contacts, companies):kind>/tags")
def tags(kind: str) -> Response:
    wanted = request.args.get("query", "").lower()
    rows = [t for t in world().store.all("tag") if wanted in t["name"].lower()]
    return page("tags", rows, lambda t: t)


@routes.get("/leads/<int:lead_id>/subscriptions")
def subscriptions(lead_id: int) -> Response:
    lead = world().store.get("lead", lead_id)
    if not lead:
        raise not_found()
    return page("subscriptions", [{"subscriber_id": lead["responsible_user_id"], "type": "user"}], lambda s: s)


def _integration(code: str) -> Doc:
    for row in world().store.all("integration"):
        if row.get("widget_code") == code:
            return row
    raise not_found("Widget not found")


def _show_widget(integration: Doc) -> Doc:
    package, code = package_of(integration), integration["widget_code"]
    template = [
        {
            "key": key,
            "name": package.text(spec.get("name", key)),
            "type": spec["type"],
            "is_required": bool(spec.get("required")),
        }
        for key, spec in package.manifest.get("settings", {}).items()
    ]
    who = actor().integration
    own = who is not None and who["id"] == integration["id"]
    return {
        "id": integration["widget_id"],
        "code": code,
        "version": package.version,
        "rating": "0",
        "settings_template": template,
        "is_lead_source": False,
        "is_work_with_dp": "dp" in package.manifest,
        "is_crm_template": False,
        "client_uuid": integration["id"],
        "is_active_in_account": integration["installed"],
        "pipeline_id": None,
        "settings": integration["settings"] if own else None,
        "_links": href(f"widgets/{code}"),
    }


def _show_event(event: Doc) -> Doc:
    plural = {"lead": "leads", "contact": "contacts", "company": "companies"}.get(event["entity_type"], "tasks")
    entity = {"id": event["entity_id"], "_links": href(f"{plural}/{event['entity_id']}")}
    shown = {**event, "account_id": world().account["id"], "_links": href(f"events/{event['id']}")}
    return shown | {"_embedded": {"entity": entity}}


def _any_field(event: Doc, kinds: list[str]) -> bool:
    return "custom_field_value_changed" in kinds and event["type"].startswith("custom_field_")
