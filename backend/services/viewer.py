"""Who asks, and what they may do (R24).

Decided here, never in the browser.
"""

from __future__ import annotations

from dataclasses import dataclass

from backend.domain.errors import Forbidden
from backend.domain.rules import Rules
from backend.ports.crm import CrmUser
from backend.services.deps import Services


@dataclass(frozen=True, slots=True)
class Caller:
    """The person behind a verified token.

    `is_admin` only as far as the token says so.
    """

    account_id: int
    user_id: int
    is_admin: bool = False


@dataclass(frozen=True, slots=True)
class Viewer:
    """A caller with what the account's rules let them see and do."""

    caller: Caller
    name: str
    role: str
    sees_margin: bool
    can_decide: bool

    @property
    def user_id(self) -> int:
        return self.caller.user_id

    @property
    def account_id(self) -> int:
        return self.caller.account_id


def viewer_of(caller: Caller, rules: Rules, user: CrmUser | None) -> Viewer:
    """Supervisors come from the rules, administrators from the CRM; a supervisor always sees margins, they decide by
    them."""
    supervisor = rules.supervisor(caller.user_id) is not None
    admin = caller.is_admin or (user is not None and user.is_admin)
    role = "supervisor" if supervisor else "administrator" if admin else "manager"
    return Viewer(
        caller=caller,
        name=user.name if user else "",
        role=role,
        sees_margin=supervisor or caller.user_id in rules.margin_viewers,
        can_decide=supervisor,
    )


def require_admin(services: Services, caller: Caller) -> None:
    """Raises Forbidden (code `not_administrator`) unless the CRM itself says this user is one."""
    if caller.is_admin:
        return
    users = services.crms.of(caller.account_id).users()
    if not any(one.id == caller.user_id and one.is_admin and one.is_active for one in users):
        raise NotAdministrator


class NotAdministrator(Forbidden):
    """Only an administrator of the CRM account may do this."""

    code = "not_administrator"
