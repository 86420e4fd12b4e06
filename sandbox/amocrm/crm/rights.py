"""Levels of rights: A all, G own group, M own only, D denied."""

from __future__ import annotations

from ..core.errors import forbidden
from ..core.store import Doc
from ..core.world import World
from .actor import Actor

EVERYTHING = {"view": "A", "edit": "A", "add": "A", "delete": "A", "export": "A"}
KINDS = ("leads", "contacts", "companies", "tasks")


def rights_of(world: World, user: Doc) -> Doc:
    """The `rights` block of a user as GET /users writes it."""
    role = world.store.get("role", user.get("role_id")) or {}
    own = user.get("rights") or role.get("rights") or {}
    by_kind = {k: EVERYTHING if user.get("is_admin") else {**EVERYTHING, **own.get(k, {})} for k in KINDS}
    by_kind["tasks"] = {k: by_kind["tasks"][k] for k in ("edit", "delete")}
    return by_kind | {
        "mail_access": False,
        "catalog_access": user.get("catalog_access", True),
        "status_rights": [] if user.get("is_admin") else own.get("status_rights", []),
        "is_admin": bool(user.get("is_admin")),
        "is_free": bool(user.get("is_free")),
        "is_active": user.get("is_active", True),
        "group_id": user.get("group_id") or None,
        "role_id": user.get("role_id"),
    }


def can(world: World, actor: Actor, kind: str, action: str, entity: Doc | None = None) -> bool:
    """Whether the actor may do `action` (view, edit, add, delete) with this entity of `kind`."""
    if actor.is_admin:
        return True
    rights = rights_of(world, actor.user)
    if rights["is_free"]:
        return False
    level = _stage_level(rights, kind, action, entity) or rights[kind].get(action, "A")
    if entity is None or level in ("A", "D"):
        return level != "D"
    owner = entity.get("responsible_user_id")
    if owner == actor.user["id"]:
        return True
    mate = world.store.get("user", owner) or {}
    return level == "G" and (mate.get("group_id") or 0) == (actor.user.get("group_id") or 0)


def require(world: World, actor: Actor, kind: str, action: str, entity: Doc | None = None) -> None:
    """Raise 403 unless `can`."""
    if not can(world, actor, kind, action, entity):
        raise forbidden("Недостаточно прав для выполнения действия")


def require_admin(actor: Actor) -> None:
    """Raise 403 unless the actor is an administrator."""
    if not actor.is_admin:
        raise forbidden("Доступно только администратору аккаунта")


def _stage_level(rights: Doc, kind: str, action: str, entity: Doc | None) -> str | None:
    if kind != "leads" or entity is None:
        return None
    for row in rights["status_rights"]:
        if (row["pipeline_id"], row["status_id"]) == (entity["pipeline_id"], entity["status_id"]):
            return str(row["rights"].get(action)) if row["rights"].get(action) else None
    return None
