"""*Put into the queue* and *Take out of the queue* (R13)."""

from __future__ import annotations

import uuid

from backend.domain.errors import Conflict, Retryable
from backend.domain.order import LIVE
from backend.ports.store import JournalEntry, Operation, UnitOfWork
from backend.services.deps import Services
from backend.services.keep_picture import last_figures
from backend.services.panel.kept import was_seen
from backend.services.panel.texts import Json
from backend.services.people import person_name
from backend.services.queue.offer import QUEUED, Offer, offer_of
from backend.services.queue.seen import quantities, seen_in
from backend.services.say_in_deal import say
from backend.services.show_panel import show_now
from backend.services.stock_check import basket_of
from backend.services.take_picture import read_deal, require_seen
from backend.services.viewer import Caller
from backend.services.write_order import NotInQueue, PictureChanged


class QueueNotAllowed(Conflict):
    """Nothing is known of this order, something in it must be mended first, or a supervisor is asked already.

    Data: why (`unknown`, `mend`, `asked`).
    """

    code = "queue_not_allowed"


class QueueBasketChanged(Conflict):
    """The deal is not what the last figures were made of: nobody knows what would be ordered."""

    code = "queue_basket_changed"


def queue_order(services: Services, caller: Caller, deal_id: int, fingerprint: str) -> bytes:
    """The panel, now `queued`. `fingerprint` of the last known figures (the panel's `queue.fingerprint`).

    One order a deal waits: pressing again answers with the one that does, and a living order wins.
    Raises QueueNotAllowed, QueueBasketChanged, PictureChanged (the last known figures are others by now), and what
    the CRM says of somebody who may not see the deal.
    """
    figures = last_figures(services, caller.account_id, deal_id)
    _require_same_basket(services, caller, deal_id, figures)
    with services.store.read() as unit:
        approval = unit.approvals.latest_of_deal(caller.account_id, deal_id)
    offer = offer_of(figures, approval, services.clock.now())
    if offer is None or figures is None or offer.why is not None:
        raise QueueNotAllowed(why="unknown" if offer is None else offer.why)
    if offer.fingerprint != fingerprint:
        raise PictureChanged
    name = person_name(services, caller.account_id, caller.user_id)
    with services.store.write() as unit:
        _add(services, unit, caller, deal_id, offer, seen_in(figures), name)
    return show_now(services, caller, deal_id)


def _require_same_basket(services: Services, caller: Caller, deal_id: int, figures: Json | None) -> None:
    """A CRM that does not answer either is no reason to refuse somebody it let in lately: it is all checked later."""
    try:
        deal = read_deal(services, caller.account_id, deal_id, as_user=caller.user_id)
    except Retryable:
        if not was_seen(services.cache, caller.account_id, deal_id, caller.user_id):
            raise
        return
    if figures is not None and dict(basket_of(deal.lines)) != dict(quantities(seen_in(figures))):
        raise QueueBasketChanged


def _add(
    services: Services, unit: UnitOfWork, caller: Caller, deal_id: int, offer: Offer, seen: Json, name: str
) -> None:
    """The deal is touched first: of two presses, or a press and an order, the second sees the first."""
    now = services.clock.now()
    unit.deals.touch(caller.account_id, deal_id)
    order = unit.orders.latest_of_deal(caller.account_id, deal_id)
    if order is not None and order.status in LIVE:
        return
    if unit.operations.open_of_deal(caller.account_id, deal_id, QUEUED) is not None:
        return
    operation_id = unit.operations.add(
        caller.account_id,
        kind="order.submit",
        key=f"submit:{uuid.uuid4().hex}",
        payload={"user_id": caller.user_id, "fingerprint": offer.fingerprint, "seen": seen},
        deal_id=deal_id,
        due_at=now,
    )
    data = {"operation": operation_id, "fingerprint": offer.fingerprint}
    unit.journal.add(JournalEntry(caller.account_id, now, "order.queued", caller.user_id, deal_id, data))
    account = unit.accounts.get(caller.account_id)
    if account is not None:
        say(unit, account, deal_id, "queue.added", key=f"queued:{operation_id}", now=now, who=name)


def take_out_of_queue(services: Services, caller: Caller, deal_id: int) -> bytes:
    """The panel after it. Whoever may see the deal may take its order out. Raises NotInQueue."""
    require_seen(services, caller.account_id, deal_id, as_user=caller.user_id)
    name = person_name(services, caller.account_id, caller.user_id)
    with services.store.write() as unit:
        unit.deals.touch(caller.account_id, deal_id)
        waiting = unit.operations.open_of_deal(caller.account_id, deal_id, QUEUED)
        if waiting is None:
            raise NotInQueue
        take_out(unit, waiting, by=caller.user_id, why="taken_out", name=name, services=services)
    return show_now(services, caller, deal_id)


def take_out(unit: UnitOfWork, waiting: Operation, *, by: int, why: str, name: str, services: Services) -> None:
    """End the waiting, whatever its operation is doing: what has not accepted the order by now will not. The journal
    and the deal's feed say who did it."""
    now = services.clock.now()
    unit.operations.take_back(waiting.id, by=by, why=why, now=now)
    data = {"operation": waiting.id, "why": why}
    unit.journal.add(JournalEntry(waiting.account_id, now, "order.unqueued", by, waiting.deal_id, data))
    account = unit.accounts.get(waiting.account_id)
    if account is not None and waiting.deal_id is not None:
        say(unit, account, waiting.deal_id, "queue.taken_out", key=f"unqueued:{waiting.id}", now=now, who=name)
