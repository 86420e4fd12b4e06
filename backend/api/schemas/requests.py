"""Bodies and queries of the deal card."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from backend.api.schemas.fields import Exact, Id, Strict, Text, told

LONGEST_REASON = 1000


class PanelQuery(Strict):
    figures = fields.String(
        load_default="live",
        validate=validate.OneOf(["cached", "live"]),
        metadata=told("`cached`: at once, asks nobody; `live`: fresh readings of ERP and CRM."),
    )


class ProductsQuery(Strict):
    query = Text(
        required=True, longest=100, metadata=told("A part of the name, SKU or barcode; two characters at least.")
    )


class NewLine(Strict):
    product_id = Id(required=True)
    quantity = Exact(required=True)
    unit_id = Id(required=True)


class LineChanges(Strict):
    """Any of them; at least one. `wanted_on` null: as soon as possible."""

    quantity = Exact()
    unit_id = Id()
    warehouse_id = Id()
    wanted_on = fields.Date(allow_none=True, format="%Y-%m-%d")

    @validates_schema
    def _some(self, data: Mapping[str, Any], **_: Any) -> None:
        if not data:
            raise ValidationError("Nothing to change.")


class RemedyChoice(Strict):
    remedy_id = Text(required=True, shortest=1, longest=200)


class OrderRequest(Strict):
    fingerprint = Text(
        required=True, shortest=1, longest=128, metadata=told("`decision.fingerprint` of the panel the person saw.")
    )


class ApprovalRequest(Strict):
    reason = Text(required=True, longest=LONGEST_REASON)


class VerdictRequest(Strict):
    verdict = fields.String(required=True, validate=validate.OneOf(["approve", "approve_part", "reject"]))
    reason = Text(load_default="", longest=LONGEST_REASON)
    quantities = fields.Dict(
        keys=Id(),
        values=Exact(),
        load_default=dict,
        validate=validate.Length(max=500),
        metadata=told("Granted base units by line id, for `approve_part`; a line that is not named is granted whole."),
    )
