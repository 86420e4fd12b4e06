"""Answers as the documentation tells them. Nothing is dumped through these: use cases give the bytes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from marshmallow import INCLUDE, Schema, fields

from backend.api.schemas.fields import told


def text(description: str = "", *, null: bool = False) -> fields.String:
    return fields.String(required=True, allow_none=null, metadata=told(description) if description else {})


def maybe(description: str = "") -> fields.String:
    return text(description, null=True)


def number(*, null: bool = False) -> fields.Integer:
    return fields.Integer(required=True, allow_none=null)


def yes() -> fields.Boolean:
    return fields.Boolean(required=True)


def one(schema: type[Schema], *, null: bool = False) -> fields.Nested:
    return fields.Nested(schema, required=True, allow_none=null)


def many(schema: type[Schema], *, null: bool = False) -> fields.List[Any]:
    return fields.List(fields.Nested(schema), required=True, allow_none=null)


def free(*, null: bool = False) -> fields.Dict:
    """An object whose names depend on its code."""
    return fields.Dict(required=True, allow_none=null)


class _Open(Schema):
    class Meta:
        unknown = INCLUDE


def shape(name: str, /, **parts: fields.Field[Any]) -> type[Schema]:
    """An object of an answer. Readers must bear with fields they do not know: more may be told later."""
    return _Open.from_dict(dict(parts), name=name)


Problem = shape(
    "Problem",
    type=text(),
    title=text(),
    status=number(),
    code=text("Stable; keys the words `errors.<code>`."),
    params=free(),
    request_id=text(),
)
Trouble = shape("Trouble", code=text(), params=free())
Named = shape("Named", id=text(), name=text())
Person = shape("Person", id=number(), name=text())
Unit = shape("Unit", id=text(), name=text(), factor=text("Base units in one of it."), step=text("Smallest part."))
Session = shape(
    "Session",
    account=one(shape("SessionAccount", id=number(), name=text(), state=text(), timezone=text(), currency=text())),
    user=one(shape("SessionUser", id=number(), name=text(), role=text("manager, supervisor, administrator"))),
    connected=yes(),
    configured=yes(),
)
Revision = shape("Revision", revision=text(), pending=yes())
DocumentUrl = shape("DocumentUrl", url=text(), expires_at=text("ISO 8601, UTC."))
Delivery = shape("Delivery", date=maybe(), quantity=text(), reference=text(), counts=yes(), overdue=yes())
WarehouseDetails = shape(
    "WarehouseDetails",
    id=text(),
    name=text(),
    on_hand=text(),
    reserved=text(),
    incoming=many(Delivery),
    holds=text("Accepted here, not yet visible in the ERP."),
    available=text(),
    shippable_now=text(),
    by=maybe("The day availability is told for."),
)
Component = shape("Component", name=text(), sku=text(), quantity=text(), available=text())
_DETAILS: dict[str, Callable[[], fields.Field[Any]]] = {
    "line_id": text,
    "unit": text,
    "kit": yes,
    "components": lambda: many(Component),
    "warehouses": lambda: many(WarehouseDetails),
}
LineInWarehouses = shape("LineInWarehouses", **{name: made() for name, made in _DETAILS.items()})
LineDetails = shape("LineDetails", **{name: made() for name, made in _DETAILS.items()}, taken_at=text())
AllDetails = shape("AllDetails", lines=many(LineInWarehouses), taken_at=text())
Price = shape(
    "Price",
    unit=text("For one unit, with VAT."),
    list=text("Before the discount."),
    discount_percent=maybe(),
    amount=text("Of the line, with VAT."),
    vat_rate=maybe(),
)
Products = shape(
    "Products",
    items=many(
        shape(
            "ProductFound",
            product_id=text(),
            name=text(),
            sku=text(),
            unit=one(Unit),
            units=many(Unit),
            available=text(),
            shippable_now=text(),
            price=one(Price, null=True),
            in_deal=yes(),
        )
    ),
    taken_at=maybe(),
)
