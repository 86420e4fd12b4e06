"""The pipeline trigger of a widget: one unsigned POST to `dp.webhook_url`, as JSON or as a form."""

from __future__ import annotations

import json

import requests

from ..core.store import Doc
from ..core.world import World
from .phpform import encode

TIMEOUT = 2.0


def send_trigger(world: World, trigger: Doc, lead: Doc) -> None:
    """Send it once; what the other side answers is only written down."""
    account = world.account
    data = {
        "event": {
            "type": 14,
            "type_code": "lead_status_changed",
            "data": {
                "id": lead["id"],
                "element_type": 2,
                "status_id": lead["status_id"],
                "pipeline_id": lead["pipeline_id"],
                "direction_of_movement": "went_to_trigger",
            },
            "time": world.clock.timestamp(),
        },
        "action": {"settings": {"widget": {"settings": trigger.get("settings", {})}}},
        "subdomain": account["subdomain"],
        "account_id": account["id"],
    }
    as_json = trigger.get("encoding", "json") == "json"
    body = json.dumps(data, ensure_ascii=False).encode() if as_json else encode(data)
    kind = "application/json" if as_json else "application/x-www-form-urlencoded"
    try:
        status = requests.post(trigger["url"], data=body, headers={"Content-Type": kind}, timeout=TIMEOUT).status_code
    except requests.RequestException:
        status = 0
    row = {"at": world.clock.now(), "code": "dp_trigger", "destination": trigger["url"], "status": status}
    world.hook_log.append(row | {"attempt": 1, "body": body.decode()})
