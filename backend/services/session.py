"""Who am I, and did anything change: the cheap questions a card asks."""

from __future__ import annotations

from backend.domain.approval import ApprovalState
from backend.domain.order import OrderStatus
from backend.services.deps import Services
from backend.services.panel.texts import Json
from backend.services.queue.offer import QUEUED
from backend.services.viewer import Caller, viewer_of


def show_session(services: Services, caller: Caller) -> Json:
    """The account, the user and how far the set-up is."""
    account = services.account(caller.account_id)
    user = next((one for one in services.crms.of(account.id).users() if one.id == caller.user_id), None)
    with services.store.read() as unit:
        rules = unit.accounts.rules(account.id)
        connected = unit.accounts.connection(account.id) is not None
        setup = unit.accounts.crm_setup(account.id)
    viewer = viewer_of(caller, rules, user)
    return {
        "account": {
            "id": account.id,
            "name": account.name,
            "state": str(account.state),
            "timezone": account.timezone,
            "currency": account.currency,
        },
        "user": {"id": caller.user_id, "name": viewer.name, "role": viewer.role},
        "connected": connected,
        "configured": connected and setup is not None and bool(rules.supervisors),
    }


def show_revision(services: Services, caller: Caller, deal_id: int) -> Json:
    """`pending`: something is under way that will change the panel soon; what waits in the queue may wait for days."""
    with services.store.read() as unit:
        revision = unit.deals.get(caller.account_id, deal_id).revision
        order = unit.orders.latest_of_deal(caller.account_id, deal_id)
        approval = unit.approvals.latest_of_deal(caller.account_id, deal_id)
        kinds = unit.operations.open_kinds(caller.account_id, deal_id)
    placing = order is not None and order.status is OrderStatus.PLACING
    asked = approval is not None and approval.state is ApprovalState.PENDING
    return {"revision": str(revision), "pending": placing or asked or any(kind != QUEUED for kind in kinds)}
