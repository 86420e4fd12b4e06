"""What the page knows when it opens: user, account, people, stages, widgets."""

from __future__ import annotations

from ..api.account import TASK_TYPES, products_catalog_id
from ..api.pipelines import show_pipeline
from ..core.store import Doc
from ..core.world import World
from ..crm.fields import fields_of, show_field
from .packages import package_of


def boot(world: World, user: Doc, lang: str, theme: str) -> Doc:
    """The JSON of the page's start."""
    account = world.account
    return {
        "user": _user(world, user),
        "user_rights": {"is_admin": bool(user.get("is_admin")), "is_free_user": bool(user.get("is_free"))},
        "account": _account(world, account),
        "managers": {str(u["id"]): _manager(u) for u in world.store.all("user")},
        "groups": {f"group_{g['id']}": g["name"] for g in world.store.all("group")},
        "task_types": {
            str(t["id"]): {"id": t["id"], "option": t["name"], "color": None, "icon_id": None} for t in TASK_TYPES
        },
        "users": [
            {k: u.get(k) for k in ("id", "name", "is_admin", "is_free")} | {"title": _title(world, u)}
            for u in world.store.all("user")
        ],
        "pipelines": [show_pipeline(p) for p in world.store.all("pipeline")],
        "loss_reasons": world.store.all("loss_reason"),
        "lead_fields": [show_field(world, f) for f in fields_of(world, "leads")],
        "widgets": [_widget(world, i, lang) for i in world.store.all("integration") if i.get("widget_code")],
        "lang": lang,
        "theme": theme,
        "switches": {"reuse_widget_object": bool(world.switches.get("reuse_widget_object"))},
        "now": world.clock.timestamp(),
    }


def _user(world: World, user: Doc) -> Doc:
    mates = [u["id"] for u in world.store.all("user") if u.get("group_id") == user.get("group_id")]
    return {
        "id": user["id"],
        "login": user["email"],
        "name": user["name"],
        "amojo_id": f"00000000-0000-4000-8000-{user['id']:012d}",
        "uuid": None,
        "photo": "",
        "personal_mobile": user.get("phone", ""),
        "theme": 1,
        "user_rank": "newbie",
        "group_mates_ids": mates,
        "settings": {},
        "api_key": "",
    }


def _account(world: World, account: Doc) -> Doc:
    keys = ("id", "name", "subdomain", "timezone", "currency", "currency_symbol", "country", "language")
    return {k: account[k] for k in keys} | {
        "products": {"catalog_id": products_catalog_id()},
        "cf": {},
        "domain": world.host,
    }


def _manager(user: Doc) -> Doc:
    return {
        "id": str(user["id"]),
        "title": user["name"],
        "option": user["name"],
        "active": user.get("is_active", True),
        "login": user["email"],
        "status": "A",
        "is_admin": "Y" if user.get("is_admin") else "N",
        "free_user": "Y" if user.get("is_free") else "N",
        "group": f"group_{user.get('group_id') or 0}",
        "amojo_id": f"00000000-0000-4000-8000-{user['id']:012d}",
        "amo_profile_id": None,
        "avatar": "",
        "theme": 1,
        "phone": user.get("phone", ""),
        "online": True,
    }


def _title(world: World, user: Doc) -> str:
    if user.get("is_admin"):
        return "Администратор"
    if user.get("is_free"):
        return "Бесплатный пользователь"
    role = world.store.get("role", user.get("role_id"))
    return user.get("title") or (role["name"] if role else "")


def _widget(world: World, integration: Doc, lang: str) -> Doc:
    package, code = package_of(integration), integration["widget_code"]
    widget = package.manifest["widget"]
    return {
        "id": integration["widget_id"],
        "code": code,
        "name": integration["name"],
        "short_description": package.text(widget["short_description"], lang),
        "description": package.text(widget["description"], lang),
        "path": f"/upl/{code}/widget",
        "version": package.version,
        "locations": package.manifest["locations"],
        "init_once": bool(widget.get("init_once", False)),
        "installation": bool(widget["installation"]),
        "manifest_settings": {
            key: {
                "name": package.text(s.get("name", key), lang),
                "type": s["type"],
                "required": bool(s.get("required")),
            }
            for key, s in (package.manifest.get("settings") or {}).items()
        },
        "advanced_title": package.text((package.manifest.get("advanced") or {}).get("title", ""), lang),
        "langs": package.langs(lang),
        "client_uuid": integration["id"],
        "installed": integration["installed"],
        "settings": integration["settings"],
        "support": widget.get("support", {}),
    }
