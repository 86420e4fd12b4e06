"""Operations and alerts: what is asked, what is told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields, post_load, validate, validates_schema
from webargs.fields import DelimitedList

from backend.api.schemas.answers import free, many, maybe, number, one, shape, text, yes
from backend.api.schemas.fields import Strict, Text, told
from backend.ports.store import OperationSearch, OperationState
from backend.services.operations.show import MOST

LONGEST_WHY = 500
_NUMBER = validate.Range(min=1, max=2**53 - 1)
_STATES = [str(state) for state in OperationState]


class OperationsQuery(Strict):
    """What is left out does not matter."""

    state = DelimitedList(fields.String(validate=validate.OneOf(_STATES)), metadata=told("Any of these, by commas."))
    kind = DelimitedList(
        fields.String(validate=validate.Regexp(r"^[a-z_.]{1,64}$")),
        validate=validate.Length(max=20),
        metadata=told("Any of these, by commas: `order.place,crm.note`."),
    )
    deal_id = fields.Integer(validate=_NUMBER)
    text = Text(longest=200, metadata=told("In the error's code or detail."))
    before = fields.Integer(validate=_NUMBER, metadata=told("`next` of the page before."))
    limit = fields.Integer(load_default=50, validate=validate.Range(min=1, max=MOST))

    @post_load
    def _made(self, data: dict[str, Any], **_: Any) -> OperationSearch:
        states = [OperationState(one) for one in data.pop("state", ())]
        return OperationSearch(states=states, kinds=data.pop("kind", ()), **data)


class DismissalRequest(Strict):
    why = Text(required=True, shortest=1, longest=LONGEST_WHY, metadata=told("Kept in the journal with the operation."))

    @validates_schema
    def _said(self, data: Mapping[str, Any], **_: Any) -> None:
        if not data["why"].strip():
            raise ValidationError("Say why.", "why")


Failure = shape("OperationFailure", code=text(), detail=text("For developers."))
Dismissed = shape("Dismissed", by=number(null=True), why=text())
_PARTS: Mapping[str, Any] = {
    "id": text,
    "account_id": number,
    "kind": lambda: text("What is to be done: `order.place`, `crm.note`, …"),
    "lane": lambda: text("`erp` or `crm`; those of one deal and lane run in order."),
    "state": lambda: text(", ".join(_STATES)),
    "deal_id": lambda: number(null=True),
    "attempts": number,
    "unsure": yes,
    "created_at": maybe,
    "due_at": maybe,
    "ended_at": maybe,
    "error": lambda: one(Failure, null=True),
    "dismissed": lambda: one(Dismissed, null=True),
    "can_retry": yes,
    "can_dismiss": yes,
}
Listed = shape("OperationListed", **{name: made() for name, made in _PARTS.items()})
Operations = shape("Operations", operations=many(Listed), next=maybe("What `before` must be for the next page."))
Entry = shape("OperationEntry", at=maybe(), kind=text(), actor=number(null=True), data=free())
OperationShown = shape(
    "Operation",
    **{name: made() for name, made in _PARTS.items()},
    payload=free(),
    journal=many(Entry),
)
AlertShown = shape(
    "Alert", account_id=number(), kind=text(), key=text(), since=text(), last=text(), times=number(), data=free()
)
Alerts = shape("Alerts", alerts=many(AlertShown))
