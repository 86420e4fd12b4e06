"""Names of people, for notes. A CRM that does not answer must not stop a decision."""

from __future__ import annotations

from backend.domain.errors import OutsideError
from backend.services.deps import Services


def person_name(services: Services, account_id: int, user_id: int) -> str:
    """The user's name in the CRM, or their number where it cannot be had now."""
    try:
        users = services.crms.of(account_id).users()
    except OutsideError:
        return f"#{user_id}"
    return next((one.name for one in users if one.id == user_id), f"#{user_id}")
