"""*Retry* on an order that could not be placed: resume it where its outcome may be unknown, else submit it anew."""

from __future__ import annotations

from backend.domain.errors import NotFound
from backend.domain.order import OrderStatus
from backend.services.deps import Services
from backend.services.resume_order import resume_order
from backend.services.show_panel import show_now
from backend.services.submit_order import submit_order
from backend.services.take_picture import read_deal
from backend.services.undo_order import unresolved
from backend.services.viewer import Caller


def retry_order(services: Services, caller: Caller, deal_id: int) -> bytes:
    """The panel after it.

    Raises NotFound where nothing failed, Conflict while the failure is still being written down, and what
    `submit_order` raises.
    """
    read_deal(services, caller.account_id, deal_id, as_user=caller.user_id)
    now = services.clock.now()
    with services.store.write() as unit:
        unit.deals.touch(caller.account_id, deal_id)
        order = unit.orders.latest_of_deal(caller.account_id, deal_id)
        if order is None or order.status is not OrderStatus.FAILED:
            raise NotFound(what="failed_order")
        resume = unresolved(order)
        if resume is not None:
            resume_order(unit, order, resume, actor=caller.user_id, now=now)
    if resume is not None:
        return show_now(services, caller, deal_id)
    return submit_order(services, caller, deal_id, order.fingerprint)
