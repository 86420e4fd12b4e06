"""The people and programs that sign in, with just the rights each needs."""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path

from proteus import Model

from sandbox.tryton.seeding.world import World, only

_GROUPS = {
    "stockgate": [
        "Sales", "Stock", "Stock Force Assignment", "Party Administration", "Accounting", "Purchase",
        "Sale Stock Quantity", "Account Credit Limit",
    ],
    "stockgate_limited": ["Stock"],
    "sklad": ["Sales", "Stock", "Stock Force Assignment", "Accounting", "Purchase", "Account Credit Limit"],
}
_NAMES = {
    "stockgate": "Stockgate (amoCRM)",
    "stockgate_limited": "Stockgate (мало прав)",
    "sklad": "Кладовщик и бухгалтер",
}


def seed_users(world: World, admin_password: str, target: Path) -> None:
    """Make the users with generated passwords and write these to ``target`` (readable by the owner only)."""
    users = {"admin": {"login": "admin", "password": admin_password}}
    russian = only("ir.lang", [("code", "=", "ru")])
    for login, names in _GROUPS.items():
        password = secrets.token_urlsafe(18)
        user = Model.get("res.user")(name=_NAMES[login], login=login, password=password, language=russian)
        user.companies.append(Model.get("company.company")(world.company.id))
        user.company = Model.get("company.company")(world.company.id)
        for name in names:
            user.groups.append(only("res.group", [("name", "=", name)]))
        user.save()
        users[login] = {"login": login, "password": password}
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump({"users": users}, file, indent=2)
