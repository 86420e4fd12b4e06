"""Who acts: a user in the page, or an integration with a user's token."""

from __future__ import annotations

from dataclasses import dataclass

from ..core.store import Doc


@dataclass(frozen=True)
class Actor:
    """`integration` is None for a person in the page; `full` is an administrator's token without a context user."""

    user: Doc
    integration: Doc | None = None
    full: bool = False
    scopes: tuple[str, ...] = ()

    @property
    def user_id(self) -> int:
        """Whose name goes into `updated_by`."""
        return int(self.user["id"])

    @property
    def is_admin(self) -> bool:
        """May do what only administrators may."""
        return self.full or bool(self.user.get("is_admin"))
