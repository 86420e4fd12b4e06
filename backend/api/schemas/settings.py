"""Bodies and answers of the settings page."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, post_load, validate

from backend.api.schemas.fields import MONEY, CrmId, Exact, Id, Strict, Text, YesNo
from backend.domain.rules import ProtectedStage, Rules, ShortageRule, Supervisor

LONGEST_VALUE = 2000
MOST_CHOSEN = 500
_RULES = [str(one) for one in ShortageRule]


class ConnectionRequest(Strict):
    system = Text(required=True, shortest=1, longest=40)
    values = fields.Dict(
        required=True,
        keys=Text(shortest=1, longest=60),
        values=Text(longest=LONGEST_VALUE),
        validate=validate.Length(max=40),
    )


class SupervisorBody(Strict):
    user_id = CrmId(required=True)
    limit = Exact(pattern=MONEY, load_default=None, allow_none=True)

    @post_load
    def _made(self, data: dict[str, Any], **_: Any) -> Supervisor:
        return Supervisor(**data)


class StageBody(Strict):
    pipeline_id = CrmId(required=True)
    stage_id = CrmId(required=True)

    @post_load
    def _made(self, data: dict[str, Any], **_: Any) -> ProtectedStage:
        return ProtectedStage(**data)


class RulesBody(Strict):
    """All rules of the account. `over_credit` and `drift` may be left out and are the product's defaults then."""

    warehouse_ids = fields.List(Id(), required=True, validate=validate.Length(max=MOST_CHOSEN))
    default_warehouse_id = Id(required=True, allow_none=True)
    price_type_id = Id(required=True, allow_none=True)
    supervisors = fields.List(fields.Nested(SupervisorBody), required=True, validate=validate.Length(max=MOST_CHOSEN))
    shortage = fields.String(required=True, validate=validate.OneOf(_RULES))
    over_credit = fields.String(load_default=str(Rules().over_credit), validate=validate.OneOf(_RULES))
    horizon_days = fields.Integer(required=True, strict=True, validate=validate.Range(min=0, max=365))
    count_overdue = YesNo(required=True)
    count_undated = YesNo(required=True)
    approval_hours = fields.Integer(required=True, strict=True, validate=validate.Range(min=1, max=720))
    drift = Exact(load_default=Rules().drift)
    protected_stages = fields.List(fields.Nested(StageBody), required=True, validate=validate.Length(max=MOST_CHOSEN))
    margin_viewers = fields.List(CrmId(), required=True, validate=validate.Length(max=MOST_CHOSEN))

    @post_load
    def _made(self, data: dict[str, Any], **_: Any) -> Rules:
        for name in ("warehouse_ids", "supervisors", "protected_stages", "margin_viewers"):
            data[name] = tuple(data[name])
        for name in ("shortage", "over_credit"):
            data[name] = ShortageRule(data[name])
        return Rules(**data)
