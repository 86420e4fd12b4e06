"""An account's rules: what counts, what a shortage does, who may decide."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum


class ShortageRule(StrEnum):
    """What an order beyond stock meets: `block` = never, `ask` = only with a supervisor's approval (R6)."""

    BLOCK = "block"
    ASK = "ask"


@dataclass(frozen=True, slots=True)
class Supervisor:
    """A CRM user who may approve; `limit` on the order's total with VAT, account currency, None = no limit."""

    user_id: int
    limit: Decimal | None = None


@dataclass(frozen=True, slots=True)
class ProtectedStage:
    """A stage a deal may enter only with a passed check (R8)."""

    pipeline_id: int
    stage_id: int


@dataclass(frozen=True, slots=True)
class Rules:
    """Defaults are the product's: deliveries within two weeks count, overdue and undated ones do not.

    `horizon_days`: a line without a wanted date may wait that long for a delivery. `warehouse_ids` empty = all.
    `drift`: base units by which availability of a line may have got worse before an approval is void (R7).
    """

    warehouse_ids: tuple[str, ...] = ()
    default_warehouse_id: str | None = None
    price_type_id: str | None = None
    supervisors: tuple[Supervisor, ...] = ()
    shortage: ShortageRule = ShortageRule.ASK
    over_credit: ShortageRule = ShortageRule.ASK
    horizon_days: int = 14
    count_overdue: bool = False
    count_undated: bool = False
    approval_hours: int = 24
    drift: Decimal = Decimal(0)
    protected_stages: tuple[ProtectedStage, ...] = ()
    margin_viewers: tuple[int, ...] = field(default_factory=tuple)

    def supervisor(self, user_id: int) -> Supervisor | None:
        return next((one for one in self.supervisors if one.user_id == user_id), None)
