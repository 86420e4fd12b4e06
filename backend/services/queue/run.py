"""The operation that an order waits as: the ERP answers again, so look, and place it if it can be placed (R13).

Safe to run again after any cut: the order and the request for approval bear the operation's id; words are said once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from backend.domain.approval import Approval, ApprovalState
from backend.domain.errors import Conflict
from backend.domain.order import LIVE
from backend.domain.policy import Outcome
from backend.ports.connections import NoConnection
from backend.ports.crm import CrmDenied
from backend.ports.store import ApprovalExists, JournalEntry, Operation, OrderExists
from backend.services import payload
from backend.services.accept_order import NotAllowed, StockTaken, accept_order
from backend.services.ask_approval import NoSupervisor, NotApprovable, NothingToApprove, request_approval
from backend.services.deps import Services
from backend.services.keep_picture import keep_picture
from backend.services.panel.figures import reason_json
from backend.services.queue.outcome import Refusal, in_words, say_refusal, was_told
from backend.services.queue.seen import differences, quantity_text, seen_in
from backend.services.take_picture import DealNotFound, Picture, take_picture
from backend.services.undo_order import abandon, unresolved
from backend.services.viewer import Caller
from backend.services.words import word
from backend.services.write_order import NotInQueue, PictureChanged

LOOKS = 3
"""How often it looks anew where others were quicker between its look and its write."""


@dataclass(frozen=True, slots=True)
class _Wish:
    """What the manager put into the queue."""

    operation: Operation
    caller: Caller
    deal_id: int
    fingerprint: str
    seen: Mapping[str, object]


def run_queued_order(services: Services, operation: Operation) -> None:
    """Place it, ask for it, or say why not. Raises what the ERP and the CRM raise while they do not answer: it waits
    on then."""
    wish = _wish(operation)
    if _settled(services, wish):
        return
    try:
        refusal = _place(services, wish)
    except (NotInQueue, OrderExists):
        return
    except CrmDenied:
        refusal = Refusal("rights", codes=[CrmDenied.code])
    except NoConnection:
        refusal = Refusal("no_connection", codes=[NoConnection.code])
    except DealNotFound:
        _deal_gone(services, operation)
        return
    if refusal is not None:
        say_refusal(services, operation, refusal)


def _wish(operation: Operation) -> _Wish:
    caller = Caller(operation.account_id, payload.number(operation, "user_id"))
    seen = payload.mapping(operation, "seen")
    return _Wish(operation, caller, payload.deal_of(operation), payload.text(operation, "fingerprint"), seen)


def _settled(services: Services, wish: _Wish) -> bool:
    """An order lives, or an earlier run of this operation came to its end but not to its last line."""
    account_id = wish.caller.account_id
    with services.store.read() as unit:
        order = unit.orders.latest_of_deal(account_id, wish.deal_id)
        made = unit.orders.get(account_id, wish.operation.id) or unit.approvals.get(account_id, wish.operation.id)
    return made is not None or (order is not None and order.status in LIVE) or was_told(services, wish.operation)


def _place(services: Services, wish: _Wish) -> Refusal | None:
    """None where it is placed, or a supervisor is asked."""
    _end_unresolved(services, wish)
    taken: Refusal | None = None
    for _ in range(LOOKS):
        picture = take_picture(services, wish.caller.account_id, wish.deal_id, as_user=wish.caller.user_id)
        shown = keep_picture(services, picture)
        if picture.fingerprint != wish.fingerprint:
            told = differences(dict(wish.seen), seen_in(shown), picture.account.language)
            return Refusal("changed", told, [PictureChanged.code])
        try:
            accept_order(services, wish.caller, picture, queued=wish.operation.id)
        except NotAllowed:
            return _ask(services, wish, picture)
        except StockTaken as error:
            taken = Refusal("taken", _free(picture, error), [error.code])
        except PictureChanged:
            continue
        else:
            return None
    return taken or Refusal("stopped", codes=[PictureChanged.code])


def _end_unresolved(services: Services, wish: _Wish) -> None:
    """An earlier order whose fate in the ERP is not known must not come to life beside this one."""
    with services.store.read() as unit:
        order = unit.orders.latest_of_deal(wish.caller.account_id, wish.deal_id)
    if order is not None and unresolved(order) is not None:
        abandon(services, order, wish.caller.user_id)


def _ask(services: Services, wish: _Wish, picture: Picture) -> Refusal | None:
    """A supervisor is asked where the rules let one decide."""
    language = picture.account.language
    reasons = [reason_json(one) for one in picture.decision.reasons if one.outcome is not Outcome.ALLOW]
    codes = sorted({str(one["code"]) for one in reasons})
    currency = picture.quote.currency if picture.quote else picture.account.currency
    what = in_words(language, reasons, currency)
    approval = _same_request(services, wish)
    if approval is not None and approval.state is ApprovalState.PENDING and approval.alive(services.clock.now()):
        return None
    if approval is not None and approval.state is ApprovalState.REJECTED:
        return Refusal("rejected", what, codes)
    try:
        why = word(language, "queue.ask_reason", what=" ".join(what))
        request_approval(services, wish.caller, picture, why, queued=wish.operation.id)
    except NoSupervisor:
        return Refusal("no_supervisor", what, codes)
    except NotApprovable:
        return Refusal("blocked", what, codes)
    except (ApprovalExists, NothingToApprove) as meanwhile:
        return Refusal("stopped", what, [meanwhile.code])
    return None


def _same_request(services: Services, wish: _Wish) -> Approval | None:
    """The deal's latest request, if it is for this very order."""
    with services.store.read() as unit:
        latest = unit.approvals.latest_of_deal(wish.caller.account_id, wish.deal_id)
    return latest if latest is not None and latest.fingerprint == wish.fingerprint else None


def _free(picture: Picture, error: Conflict) -> list[str]:
    """What is left of the goods that another order took."""
    units = {one.line.line_id: one.line.product.base_unit.name for one in picture.lines if one.line.product is not None}
    lines = error.data["lines"]
    language = picture.account.language
    return [
        word(
            language,
            "queue.free",
            name=one["name"],
            free=quantity_text(language, one["free"], units.get(str(one["line_id"]), "")),
        )
        for one in (lines if isinstance(lines, list) else [])
    ]


def _deal_gone(services: Services, operation: Operation) -> None:
    """Nowhere to write a note; the journal knows."""
    data = {"operation": operation.id, "why": "deal_gone", "codes": [DealNotFound.code]}
    now = services.clock.now()
    with services.store.write() as unit:
        unit.journal.add(JournalEntry(operation.account_id, now, "order.queue_failed", None, operation.deal_id, data))
