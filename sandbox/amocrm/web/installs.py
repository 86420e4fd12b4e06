"""Integrations: registered, installed with the call to the redirect URI, switched off with the uninstall hook."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import string
import threading
import uuid
from pathlib import Path
from typing import Any

import requests

from ..core.store import Doc
from ..core.world import World
from ..oauth.tokens import new_code, revoke_all

INSTALL_TIMEOUT = 3.0


def register(world: World, given: Doc) -> Doc:
    """An integration from its file or the dialog; known by client_id, its state is kept."""
    client_id = given.get("client_id") or str(uuid.uuid4())
    old = world.store.get("integration", client_id) or {}
    zip_path = given.get("widget_zip")
    integration = {
        "name": "Integration",
        "description": "",
        "client_secret": secrets.token_urlsafe(48),
        "redirect_uri": "",
        "uninstall_hook_url": "",
        "scopes": ["crm"],
        "is_public": False,
        "installed": False,
        "settings": {},
        "widget_code": None,
        "widget_id": None,
        **old,
        **{k: v for k, v in given.items() if k not in ("client_id", "widget_zip")},
        "id": client_id,
        "widget_zip": str(Path(zip_path).resolve()) if zip_path else old.get("widget_zip"),
    }
    if integration["widget_zip"] and not integration["widget_code"]:
        alphabet = string.ascii_lowercase + string.digits
        integration["widget_code"] = "amo_" + "".join(secrets.choice(alphabet) for _ in range(20))
    if not integration["widget_id"]:
        integration["widget_id"] = world.store.next_id("widget", 972051)
    return world.store.put("integration", integration)


def install(world: World, integration: Doc, settings: Any, user_id: int) -> Doc:
    """Keep the settings; on the first time also grant access with a server-side GET to the redirect URI."""
    fresh = {**integration, "installed": True}
    if isinstance(settings, dict):
        fresh["settings"] = {**integration["settings"], **settings}
    world.store.put("integration", fresh)
    if not integration["installed"] and fresh["redirect_uri"]:
        _send_code(world, fresh, user_id)
    world.bus.publish(f"system:state:{world.account['id']}", {"widget": fresh["widget_code"], "active": "Y"})
    return fresh


def uninstall(world: World, integration: Doc) -> Doc:
    """Switch off: tokens die, webhooks of the integration go, the uninstall hook is called."""
    fresh = world.store.put("integration", {**integration, "installed": False})
    revoke_all(world, integration["id"])
    for row in world.store.all("webhook"):
        if row.get("integration_id") == integration["id"]:
            world.store.delete("webhook", row["id"])
    if integration["uninstall_hook_url"] and integration["installed"]:
        account_id = world.account["id"]
        message = f"{integration['id']}|{account_id}".encode()
        signature = hmac.new(integration["client_secret"].encode(), message, hashlib.sha256).hexdigest()
        params = {"account_id": account_id, "client_uuid": integration["id"], "signature": signature}
        _get_later(world, "uninstall", integration["uninstall_hook_url"], params)
    world.bus.publish(f"system:state:{world.account['id']}", {"widget": fresh["widget_code"], "active": "N"})
    return fresh


def _send_code(world: World, integration: Doc, user_id: int) -> None:
    params = {
        "code": new_code(world, integration, user_id),
        "referer": world.host,
        "platform": "1",
        "client_id": integration["id"],
        "from_widget": "1",
    }
    _get_later(world, "install", integration["redirect_uri"], params)


def _get_later(world: World, kind: str, url: str, params: Doc) -> None:
    threading.Thread(target=_get, args=(world, kind, url, params), name=kind, daemon=True).start()


def _get(world: World, kind: str, url: str, params: Doc) -> None:
    try:
        answer = requests.get(url, params=params, timeout=INSTALL_TIMEOUT, allow_redirects=False)
        status = answer.status_code
    except requests.Timeout:
        status = 499
    except requests.RequestException:
        status = 0
    world.install_log.append({"at": world.clock.now(), "kind": kind, "url": url, "status": status})
