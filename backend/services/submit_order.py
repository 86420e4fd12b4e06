"""*Place order*: check live, hold the goods, accept; the ERP is asked by an operation (R9, R10, decision 2 and 3)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from backend.domain.approval import GRANTED, Approval, ApprovalState
from backend.domain.errors import Conflict
from backend.domain.order import LIVE, Order, OrderLine, OrderPart, OrderStatus
from backend.domain.picture import LinePicture, Part, PartPicture
from backend.domain.policy import Outcome
from backend.domain.quantity import ZERO, from_base, plain
from backend.ports.erp import PricedLine
from backend.ports.store import HoldShort, HoldWant, JournalEntry, OrderExists, UnitOfWork
from backend.services.approval_notes import note_and_close
from backend.services.deps import Services
from backend.services.panel.figures import reason_json
from backend.services.show_panel import show_now, show_picture
from backend.services.take_picture import Picture, cut_down, read_deal, take_picture
from backend.services.undo_order import abandon, unresolved
from backend.services.viewer import Caller
from backend.services.void_approval import void_if_changed


class PictureChanged(Conflict):
    """The basket, prices or customer are not what the person saw.

    The new panel comes with it.
    """

    code = "picture_changed"


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
    standing = void_if_changed(services, picture)
    granted = standing if standing is not None and standing.state in GRANTED else None
    if granted is not None and granted.state is ApprovalState.APPROVED_PART:
        picture = cut_down(services, picture, _granted_quantities(granted))
    _require_allowed(picture, granted)
    order = replace(_order(services, caller, picture, granted), fingerprint=fingerprint)
    try:
        short = _accept(services, picture, order, granted)
    except OrderExists:
        return show_now(services, caller, deal_id)
    if short:
        show_picture(services, caller, take_picture(services, caller.account_id, deal_id, as_user=caller.user_id))
        raise StockTaken(lines=_short_lines(picture, short))
    return show_now(services, caller, deal_id)


def _require_allowed(picture: Picture, granted: Approval | None) -> None:
    """An approval covers the reasons it was asked for and nothing else."""
    covered = set(granted.reasons) if granted else set()
    left = [
        one
        for one in picture.decision.reasons
        if one.outcome is Outcome.BLOCK or (one.outcome is Outcome.ASK and one.code not in covered)
    ]
    if left or picture.quote is None:
        raise NotAllowed(reasons=[reason_json(one) for one in left])


def _granted_quantities(approval: Approval) -> Mapping[str, Decimal]:
    return {line.line_id: line.granted for line in approval.lines if line.granted is not None}


def _order(services: Services, caller: Caller, picture: Picture, granted: Approval | None) -> Order:
    if picture.quote is None:
        raise NotAllowed(reasons=[])
    order_id = uuid.uuid4().hex
    prices = {line.key: line for line in picture.quote.lines}
    lines = [
        (part.part.warehouse_id, _line(line, part, prices[line.line.line_id], picture.today))
        for line in picture.lines
        for part in line.parts
    ]
    together = services.erps.of(caller.account_id).capabilities().many_warehouses_per_order
    warehouses = sorted({warehouse for warehouse, _ in lines})
    groups = [warehouses] if together else [[one] for one in warehouses]
    parts = [
        OrderPart(
            key=f"AMO-{picture.deal.id}-{order_id[:8]}-{number}",
            warehouse_id=group[0],
            lines=[line for warehouse, line in lines if warehouse in group],
        )
        for number, group in enumerate(groups, start=1)
    ]
    return Order(
        id=order_id,
        account_id=caller.account_id,
        deal_id=picture.deal.id,
        status=OrderStatus.PLACING,
        fingerprint=picture.fingerprint,
        customer=picture.customer.wanted,
        parts=parts,
        total=picture.quote.total.amount,
        currency=picture.quote.currency,
        price_type_id=picture.price_type_id,
        allow_shortage=any(line.shortage for line in picture.lines),
        allow_over_credit=any(one.code == "over_credit" for one in picture.decision.reasons),
        approval_id=granted.id if granted else None,
        submitted_by=caller.user_id,
        created_at=services.clock.now(),
        comment=picture.deal.name,
    )


def _line(line: LinePicture, part: PartPicture, price: PricedLine, today: date) -> OrderLine:
    basket = line.line
    if basket.product is None or basket.unit is None:
        raise NotAllowed(reasons=[])
    later = part.part.wanted_on or part.promise_date
    return OrderLine(
        key=_key(part.part),
        line_id=basket.line_id,
        product_id=basket.product.id,
        sku=basket.sku,
        name=basket.name,
        unit_id=basket.unit.id,
        unit=basket.unit.name,
        quantity=from_base(part.part.quantity, basket.unit),
        base_quantity=part.part.quantity,
        unit_price=price.unit_price.amount,
        ship_on=later if later is not None and later > today else None,
    )


def _accept(services: Services, picture: Picture, order: Order, granted: Approval | None) -> Sequence[HoldShort]:
    """One transaction: holds by a conditional write, the order, its operation, the journal. All or nothing.

    The deal is touched first: whoever else writes about it (a verdict, a withdrawal) is before us or after us.
    """
    now = services.clock.now()
    with services.store.write() as unit:
        unit.deals.touch(order.account_id, order.deal_id)
        short = unit.holds.take(order.account_id, _wants(picture, order, granted), taken_at=picture.taken_at, now=now)
        if short:
            return short
        unit.orders.add(order)
        _settle_approval(unit, order, granted, now)
        unit.operations.add(
            order.account_id,
            kind="order.place",
            key=f"place:{order.id}",
            payload={"order_id": order.id},
            deal_id=order.deal_id,
            due_at=now,
        )
        _journal(unit, order, picture)
    return ()


def _settle_approval(unit: UnitOfWork, order: Order, granted: Approval | None, now: datetime) -> None:
    """The approval the order rests on is used up; a request the order did without is taken back.

    Raises PictureChanged where the approval is no longer what it was when the order was checked.
    """
    current = unit.approvals.latest_of_deal(order.account_id, order.deal_id)
    if granted is not None:
        if current is None or (current.id, current.state) != (granted.id, granted.state) or not current.alive(now):
            raise PictureChanged
        unit.approvals.save(replace(current, state=ApprovalState.USED))
    elif current is not None and current.state is ApprovalState.PENDING:
        gone = replace(current, state=ApprovalState.WITHDRAWN)
        unit.approvals.save(gone)
        note_and_close(unit, gone, "approval.withdrawn", now)


def _journal(unit: UnitOfWork, order: Order, picture: Picture) -> None:
    data = {
        "order": order.id,
        "total": plain(order.total),
        "approval": order.approval_id,
        "outcome": str(picture.decision.outcome),
        "lines": [
            {"product": line.product_id, "quantity": plain(line.base_quantity), "warehouse": part.warehouse_id}
            for part in order.parts
            for line in part.lines
        ],
    }
    unit.journal.add(
        JournalEntry(order.account_id, order.created_at, "order.accepted", order.submitted_by, order.deal_id, data)
    )


def _wants(picture: Picture, order: Order, granted: Approval | None) -> Sequence[HoldWant]:
    """Holds in the order the basket was served.

    An approval widens a limit by exactly what was seen to be beyond it, so that goods taken by others since then
    still stop the order.
    """
    part_of = {line.key: part.key for part in order.parts for line in part.lines}
    return [
        HoldWant(
            part_key=part_of[_key(demand.part)],
            product_id=demand.product_id,
            warehouse_id=demand.part.warehouse_id,
            quantity=demand.quantity,
            limit=demand.limit + (demand.beyond if granted is not None else ZERO),
        )
        for demand in picture.book.all_demands(picture.lines)
    ]


def _key(part: Part) -> str:
    return f"{part.line_id}-{part.number}"


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
