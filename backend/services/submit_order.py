"""*Place order*: check live, then accept; the ERP is asked by an operation (R9, R10, decision 2 and 3)."""

from __future__ import annotations

from backend.domain.order import LIVE
from backend.ports.store import OrderExists
from backend.services.accept_order import NotAllowed, StockTaken, accept_order
from backend.services.deps import Services
from backend.services.show_panel import show_now, show_picture
from backend.services.take_picture import read_deal, take_picture
from backend.services.undo_order import abandon, unresolved
from backend.services.viewer import Caller
from backend.services.write_order import PictureChanged

__all__ = ["NotAllowed", "PictureChanged", "StockTaken", "submit_order"]


def submit_order(services: Services, caller: Caller, deal_id: int, fingerprint: str) -> bytes:
    """Accept the order the person saw (`fingerprint`) and return the panel, now `placing`.

    A deal that already has a living order answers with it: pressing twice makes one.

    Raises PictureChanged, NotAllowed, StockTaken and what `take_picture` raises; nothing is left behind then.
    """
    with services.store.read() as unit:
        existing = unit.orders.latest_of_deal(caller.account_id, deal_id)
    if existing is not None and existing.status in LIVE:
        read_deal(services, caller.account_id, deal_id, as_user=caller.user_id)
        return show_now(services, caller, deal_id)
    if existing is not None and unresolved(existing) is not None:
        read_deal(services, caller.account_id, deal_id, as_user=caller.user_id)
        abandon(services, existing, caller.user_id)
    picture = take_picture(services, caller.account_id, deal_id, as_user=caller.user_id)
    if picture.fingerprint != fingerprint:
        show_picture(services, caller, picture)
        raise PictureChanged
    try:
        accept_order(services, caller, picture)
    except OrderExists:
        return show_now(services, caller, deal_id)
    except StockTaken:
        show_picture(services, caller, take_picture(services, caller.account_id, deal_id, as_user=caller.user_id))
        raise
    return show_now(services, caller, deal_id)
