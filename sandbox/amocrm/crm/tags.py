"""Tags of deals, contacts and companies."""

from __future__ import annotations

from ..core.store import Doc
from ..core.world import World


def tags_after(world: World, tags: list[Doc], item: Doc) -> list[Doc]:
    """The tags once an item's `_embedded.tags`, `tags_to_add` and `tags_to_delete` are applied."""
    embedded = item.get("_embedded") or {}
    if "tags" in embedded:
        tags = [_tag(world, row) for row in embedded["tags"] or []]
    for row in item.get("tags_to_add") or []:
        tag = _tag(world, row)
        tags = [*(t for t in tags if t["id"] != tag["id"]), tag]
    for row in item.get("tags_to_delete") or []:
        tags = [t for t in tags if t["id"] != row.get("id") and t["name"] != row.get("name")]
    return tags


def _tag(world: World, row: Doc) -> Doc:
    for tag in world.store.all("tag"):
        if tag["id"] == row.get("id") or tag["name"] == row.get("name"):
            return tag
    tag = {"id": world.store.next_id("tag", 7001), "name": row.get("name") or "", "color": None}
    return world.store.put("tag", tag)
