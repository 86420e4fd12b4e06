"""The decision: allow, ask or block, with every reason and its figures (R6)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from backend.domain.money import Money
from backend.domain.picture import LinePicture, LineState
from backend.domain.quantity import plain, shown
from backend.domain.rules import Rules, ShortageRule


class Outcome(StrEnum):
    ALLOW = "allow"
    ASK = "ask"
    BLOCK = "block"


_SEVERITY = {Outcome.ALLOW: 0, Outcome.ASK: 1, Outcome.BLOCK: 2}


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason. `code` keys the words `reasons.<code>`; `params` JSON-ready figures for them; `outcome` what it alone
    would lead to."""

    code: str
    outcome: Outcome
    line_id: str | None = None
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Decision:
    """The worst of its reasons; allow where there is none."""

    reasons: Sequence[Reason]

    @property
    def outcome(self) -> Outcome:
        return max((one.outcome for one in self.reasons), key=_SEVERITY.__getitem__, default=Outcome.ALLOW)

    @property
    def mendable(self) -> bool:
        """False where something must be mended by a person before anybody could even approve."""
        return all(one.outcome is not Outcome.BLOCK for one in self.reasons)


@dataclass(frozen=True, slots=True)
class Credit:
    """What the customer may still owe. None = the ERP sets no limit or does not tell."""

    limit: Money | None
    debt: Money | None
    overdue: Money | None

    @property
    def free(self) -> Money | None:
        return self.limit - self.debt if self.limit is not None and self.debt is not None else None


def decide(
    lines: Sequence[LinePicture],
    *,
    customer_problems: Iterable[Reason],
    unpriced: Iterable[str],
    credit: Credit | None,
    total: Money | None,
    rules: Rules,
) -> Decision:
    """All reasons of a basket, lines first in their order, then prices, customer, money."""
    reasons = [] if lines else [Reason("empty_basket", Outcome.BLOCK)]
    reasons += [reason for line in lines for reason in _line_reasons(line, rules)]
    names = {line.line.line_id: line.line.name for line in lines}
    reasons += [Reason("unpriced", Outcome.BLOCK, one, {"name": names.get(one, "")}) for one in unpriced]
    reasons += customer_problems
    reasons += _credit_reasons(credit, total, rules)
    return Decision(reasons)


_BROKEN = {
    LineState.UNKNOWN_PRODUCT: "unknown_product",
    LineState.INDIVISIBLE: "indivisible",
    LineState.NOT_POSITIVE: "not_positive",
    LineState.UNCHECKED: "stock_unknown",
}


def _line_reasons(picture: LinePicture, rules: Rules) -> Iterable[Reason]:
    line = picture.line
    code = _BROKEN.get(picture.state)
    if code is not None:
        unit = line.unit
        yield Reason(
            code,
            Outcome.BLOCK,
            line.line_id,
            {
                "name": line.name,
                "sku": line.sku,
                "quantity": plain(line.quantity),
                "unit": unit.name if unit else "",
                "step": plain(unit.step) if unit else "",
            },
        )
    elif line.product is not None and not line.product.active:
        yield Reason("product_archived", Outcome.BLOCK, line.line_id, {"name": line.name, "sku": line.sku})
    elif picture.state is LineState.SHORT and line.unit is not None:
        covered = shown(picture.covered, line.unit)
        yield Reason(
            "shortage",
            _rule(rules.shortage),
            line.line_id,
            {
                "name": line.name,
                "unit": line.unit.name,
                "requested": plain(line.quantity),
                "available": plain(covered),
                "missing": plain(line.quantity - covered),
            },
        )


def _credit_reasons(credit: Credit | None, total: Money | None, rules: Rules) -> Iterable[Reason]:
    if credit is None or credit.free is None or total is None or total.currency != credit.free.currency:
        return
    if credit.free < total:
        over = total - credit.free
        yield Reason(
            "over_credit",
            _rule(rules.over_credit),
            params={"free": str(credit.free.amount), "total": str(total.amount), "over": str(over.amount)},
        )


def _rule(rule: ShortageRule) -> Outcome:
    return Outcome.ASK if rule is ShortageRule.ASK else Outcome.BLOCK
