"""Account, users, roles."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Blueprint, Response

from ..core.errors import not_found
from ..core.store import Doc
from ..core.world import world
from ..crm.catalogs import products_catalog
from ..crm.rights import require_admin, rights_of
from .wire import actor, filter_ids, hal, href, page, with_parts

routes = Blueprint("account", __name__)
TASK_TYPES = (
    {"id": 1, "name": "Связаться", "color": None, "icon_id": None, "code": "FOLLOW_UP"},
    {"id": 2, "name": "Встреча", "color": None, "icon_id": None, "code": "MEETING"},
)


@routes.get("/account")
def account() -> Response:
    state, parts = world(), with_parts()
    row = state.account
    shown: Doc = {
        "id": row["id"],
        "name": row["name"],
        "subdomain": row["subdomain"],
        "current_user_id": actor().user_id,
        "country": row["country"],
        "customers_mode": "disabled",
        "is_unsorted_on": True,
        "is_loss_reason_enabled": True,
        "is_helpbot_enabled": False,
        "is_technical_account": False,
        "contact_name_display_order": 1,
        "currency": row["currency"],
        "currency_symbol": row["currency_symbol"],
        "created_at": row["created_at"],
        "created_by": 0,
        "updated_at": row["created_at"],
        "updated_by": 0,
    }
    if "is_api_filter_enabled" in parts:
        shown["is_api_filter_enabled"] = False
    if "drive_url" in parts:
        shown["drive_url"] = state.drive_url
    if "version" in parts:
        shown["version"] = 15
    if "invoices_settings" in parts:
        invoices = next((c["id"] for c in state.store.all("catalog") if c["type"] == "invoices"), None)
        shown["invoices_settings"] = {"lang": row["language"], "invoices_catalog_id": invoices}
    embedded = _embedded(parts)
    return hal(shown | {"_links": href("account")} | ({"_embedded": embedded} if embedded else {}))


@routes.get("/users")
def users() -> Response:
    require_admin(actor())
    ids = filter_ids()
    rows = [u for u in world().store.all("user") if ids is None or u["id"] in ids]
    return page("users", rows, show_user, total=True)


@routes.get("/users/<int:user_id>")
def user(user_id: int) -> Response:
    require_admin(actor())
    found = world().store.get("user", user_id)
    if not found:
        raise not_found()
    return hal(show_user(found))


@routes.get("/roles")
def roles() -> Response:
    require_admin(actor())
    return page("roles", world().store.all("role"), _show_role, total=True)


@routes.get("/roles/<int:role_id>")
def role(role_id: int) -> Response:
    require_admin(actor())
    found = world().store.get("role", role_id)
    if not found:
        raise not_found()
    return hal(_show_role(found))


def show_user(user: Doc) -> Doc:
    """A user as the API writes them."""
    state, parts = world(), with_parts()
    shown: Doc = {k: user.get(k) for k in ("id", "name", "email", "lang")}
    shown |= {"rights": rights_of(state, user), "_links": href(f"users/{user['id']}")}
    embedded: Doc = {}
    if "role" in parts:
        found = state.store.get("role", user.get("role_id"))
        embedded["roles"] = [{"id": found["id"], "name": found["name"]}] if found else []
    if "group" in parts:
        group = state.store.get("group", user.get("group_id") or 0)
        embedded["groups"] = [{"id": group["id"], "name": group["name"]}] if group else []
    if "phone_number" in parts:
        shown["phone_number"] = user.get("phone")
    return shown | ({"_embedded": embedded} if embedded else {})


def _show_role(role: Doc) -> Doc:
    shown = {k: role.get(k) for k in ("id", "name", "rights")} | {"_links": href(f"roles/{role['id']}")}
    if "users" in with_parts():
        ids = [u["id"] for u in world().store.all("user") if u.get("role_id") == role["id"]]
        shown["_embedded"] = {"users": ids}
    return shown


def _embedded(parts: set[str]) -> Doc:
    state = world()
    embedded: Doc = {}
    if "users_groups" in parts:
        groups = state.store.all("group")
        embedded["users_groups"] = [{"id": g["id"], "name": g["name"], "uuid": None} for g in groups]
    if "task_types" in parts:
        embedded["task_types"] = list(TASK_TYPES)
    if "datetime_settings" in parts:
        zone = state.account["timezone"]
        offset = datetime.fromtimestamp(state.clock.now(), ZoneInfo(zone)).strftime("%z")
        embedded["datetime_settings"] = {
            "date_pattern": "d.m.Y H:i",
            "short_date_pattern": "d.m.Y",
            "short_time_pattern": "H:i",
            "date_formant": "d.m.Y",
            "time_format": "H:i:s",
            "timezone": zone,
            "timezone_offset": f"{offset[:3]}:{offset[3:]}",
        }
    return embedded


def products_catalog_id() -> int | None:
    """For the page's `account.products`."""
    found = products_catalog(world())
    return found["id"] if found else None
