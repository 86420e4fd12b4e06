"""What happened in the account: the event list, the page's socket channels and the webhooks hear of it here."""

from __future__ import annotations

import secrets
from typing import Any

from ..core.store import Doc
from ..core.world import World

SINGULAR = {"leads": "lead", "contacts": "contact", "companies": "company"}


def record(
    world: World, kind: str, entity: str, entity_id: int, who: int, *, before: Any = None, after: Any = None
) -> None:
    """Add a line to GET /events and tell the open cards."""
    event = {
        "id": f"01{secrets.token_hex(12)}",
        "type": kind,
        "entity_id": entity_id,
        "entity_type": SINGULAR.get(entity, entity),
        "created_by": who,
        "created_at": world.clock.timestamp(),
        "value_after": after or [],
        "value_before": before or [],
    }
    world.store.put("event", event)
    touch(world, entity, entity_id, kind)


def touch(world: World, entity: str, entity_id: int, kind: str) -> None:
    """Tell the open cards that something of the entity has changed."""
    params = {"type": kind, "entity": entity, "entity_id": entity_id}
    world.bus.publish(f"{entity}:card:{entity_id}", params)
    world.bus.publish(f"{entity}:events", params)


def hook(world: World, code: str, root: str, action: str, item: Doc) -> None:
    """Hand an event such as `update_lead` to the webhooks that subscribed to it."""
    if world.hooks is not None:
        world.hooks.emit(code, {root: {action: [item]}})
