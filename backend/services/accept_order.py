"""Accept an order that was looked at just now: a person's press, or one that waited in the queue, by the same way."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from decimal import Decimal

from backend.domain.approval import GRANTED, Approval, ApprovalState
from backend.domain.errors import Conflict
from backend.domain.policy import Outcome
from backend.domain.quantity import ZERO, plain
from backend.ports.erp import PriceQuote
from backend.ports.store import HoldShort
from backend.services.deps import Services
from backend.services.order_from_picture import holds_for, order_from
from backend.services.panel.figures import reason_json
from backend.services.take_picture import Picture, cut_down
from backend.services.viewer import Caller
from backend.services.void_approval import void_if_changed
from backend.services.write_order import write_order


class NotAllowed(Conflict):
    """The rules do not let it pass.

    Data: reasons.
    """

    code = "not_allowed"


class StockTaken(Conflict):
    """Somebody else's order took the goods in this moment (R9).

    Data: lines with the free quantity.
    """

    code = "stock_taken"


def accept_order(services: Services, caller: Caller, picture: Picture, *, queued: str | None = None) -> None:
    """Decide on `picture` and accept the order, or leave nothing behind.

    `queued`: the operation this order waited as. It gives the order its id, so that it becomes one order however
    often it runs. An order accepted otherwise takes what waits in the queue out of it.

    Raises NotAllowed, StockTaken, PictureChanged (the approval it rests on was changed meanwhile), OrderExists,
    NotInQueue (taken out of the queue meanwhile).
    """
    fingerprint = picture.fingerprint
    standing = void_if_changed(services, picture)
    granted = standing if standing is not None and standing.state in GRANTED else None
    if granted is not None and granted.state is ApprovalState.APPROVED_PART:
        picture = cut_down(services, picture, _granted_quantities(granted))
    quote = _require_allowed(picture, granted)
    order = order_from(
        picture,
        quote,
        order_id=queued or uuid.uuid4().hex,
        fingerprint=fingerprint,
        granted=granted,
        submitted_by=caller.user_id,
        now=services.clock.now(),
        together=services.erps.of(caller.account_id).capabilities().many_warehouses_per_order,
    )
    with services.store.write() as unit:
        short = write_order(
            unit,
            order,
            holds_for(picture, order, granted),
            taken_at=picture.taken_at,
            outcome=picture.decision.outcome,
            granted=granted,
            queued=queued,
            now=services.clock.now(),
        )
    if short:
        raise StockTaken(lines=_short_lines(picture, short))


def _require_allowed(picture: Picture, granted: Approval | None) -> PriceQuote:
    """An approval covers the reasons it was asked for and nothing else."""
    covered = set(granted.reasons) if granted else set()
    left = [
        one
        for one in picture.decision.reasons
        if one.outcome is Outcome.BLOCK or (one.outcome is Outcome.ASK and one.code not in covered)
    ]
    if left or picture.quote is None:
        raise NotAllowed(reasons=[reason_json(one) for one in left])
    return picture.quote


def _granted_quantities(approval: Approval) -> Mapping[str, Decimal]:
    return {line.line_id: line.granted for line in approval.lines if line.granted is not None}


def _short_lines(picture: Picture, short: Sequence[HoldShort]) -> list[dict[str, str]]:
    """The lines that want what was short, with what is left of it (base units)."""
    free = {(one.product_id, one.warehouse_id): one.free for one in short}
    names = {line.line.line_id: line.line.name for line in picture.lines}
    hit = {
        demand.part.line_id: free[demand.product_id, demand.part.warehouse_id]
        for demand in picture.book.all_demands(picture.lines)
        if (demand.product_id, demand.part.warehouse_id) in free
    }
    return [
        {"line_id": line_id, "name": names[line_id], "free": plain(max(quantity, ZERO))}
        for line_id, quantity in hit.items()
    ]
