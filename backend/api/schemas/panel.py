"""The panel as the documentation tells it; its words are explained in docs/http-api.md."""

from __future__ import annotations

from marshmallow import fields

from backend.api.schemas.answers import (
    Named,
    Person,
    Price,
    Trouble,
    Unit,
    free,
    many,
    maybe,
    number,
    one,
    shape,
    text,
    yes,
)

Reason = shape("Reason", code=text(), line_id=maybe(), params=free())
Incoming = shape("Incoming", date=maybe(), quantity=text())
Part = shape(
    "Part",
    warehouse=one(Named),
    quantity=text(),
    wanted_on=maybe(),
    state=text(),
    available=text(),
    shippable_now=text(),
    shortage=maybe(),
    promise_date=maybe(),
)
Line = shape(
    "Line",
    line_id=text(),
    product_id=maybe(),
    name=text(),
    sku=text(),
    quantity=text(),
    unit=one(Unit, null=True),
    units=many(Unit),
    base_quantity=maybe(),
    base_unit=maybe(),
    state=text(),
    available=maybe(),
    shippable_now=maybe(),
    shortage=maybe(),
    promise_date=maybe(),
    next_incoming=one(Incoming, null=True),
    parts=many(Part),
    price=one(Price, null=True),
    reasons=many(Reason),
)
Totals = shape("Totals", net=text(), vat=text(), total=text(), currency=text(), margin_percent=maybe())
Credit = shape("Credit", limit=text(), debt=maybe(), overdue=maybe(), free=maybe())
Customer = shape(
    "Customer",
    name=text(),
    inn=maybe(),
    kpp=maybe(),
    inn_state=text(),
    match=text(),
    erp_name=maybe(),
    credit=one(Credit, null=True),
)
Decision = shape(
    "Decision", outcome=text("allow, ask, block"), fingerprint=text(), reasons=many(Reason), mendable=yes()
)
Remedy = shape("Remedy", id=text(), kind=text(), line_id=text(), params=free(), date=maybe())
ApprovalLine = shape(
    "ApprovalLine",
    line_id=text(),
    name=text(),
    unit=text(),
    requested=text(),
    available_then=text(),
    available_now=maybe(),
    granted=maybe(),
    incoming=one(Incoming, null=True),
)
Approval = shape(
    "Approval",
    id=text(),
    state=text(),
    requested_by=one(Person),
    requested_at=text(),
    deadline=text(),
    reason=text(),
    decided_by=one(Person, null=True),
    decided_at=maybe(),
    decision_reason=maybe(),
    can_decide=yes(),
    can_withdraw=yes(),
    void_reason=maybe(),
    lines=many(ApprovalLine),
    total=text(),
    currency=text(),
    margin_percent=maybe(),
)
OrderLine = shape(
    "OrderLine",
    line_id=text(),
    name=text(),
    unit=text(),
    ordered=text(),
    reserved=maybe(),
    shipped=maybe(),
    awaiting=maybe(),
    expected=maybe(),
)
Order = shape(
    "Order",
    state=text(),
    numbers=fields.List(fields.String(), required=True),
    total=text(),
    currency=text(),
    placed_at=maybe(),
    synced_at=maybe(),
    progress=free(null=True),
    paid=maybe(),
    lines=many(OrderLine, null=True),
    error=free(null=True),
    can_retry=yes(),
)
Document = shape(
    "Document",
    id=text(),
    kind=text("invoice, upd, torg12"),
    number=text(),
    issued=maybe(),
    total=maybe(),
    attached=yes(),
)
QueueOffer = shape("QueueOffer", fingerprint=text(), allowed=yes(), why=maybe("mend, asked; null where it may wait."))
Queued = shape("Queued", by=one(Person), at=text(), waits_for=text("erp, crm, connect, turn"))
Panel = shape(
    "Panel",
    revision=text(),
    state=text(),
    viewer=one(shape("PanelViewer", user_id=number(), role=text(), can_order=yes(), sees_margin=yes())),
    deal=one(shape("PanelDeal", id=number(), name=text(), currency=text(), timezone=text())),
    figures=one(shape("Figures", source=text("cached, live"), taken_at=text()), null=True),
    lines=many(Line),
    warehouses=many(Named),
    totals=one(Totals, null=True),
    customer=one(Customer, null=True),
    decision=one(Decision, null=True),
    remedies=many(Remedy),
    undo=one(shape("UndoOffer", kind=text(), params=free()), null=True),
    approval=one(Approval, null=True),
    queue=one(QueueOffer, null=True),
    queued=one(Queued, null=True),
    order=one(Order, null=True),
    documents=many(Document),
    problem=one(Trouble, null=True),
)
