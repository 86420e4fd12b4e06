"""Taxes of a basket, computed step by step as Tryton's TaxableMixin does, so that totals agree to the kopeck."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from enum import StrEnum
from itertools import cycle, groupby

from backend.erp.tryton.client import Row
from backend.ports.erp import ErpRefused

ZERO = Decimal(0)
SIX = Decimal("0.000001")
Key = tuple[int | None, int]


class TaxRounding(StrEnum):
    """`account.configuration.tax_rounding`."""

    LINE = "line"
    DOCUMENT = "document"


@dataclass(frozen=True, slots=True)
class Tax:
    """A tax of the company. `rate` a fraction (0.22)."""

    id: int
    type: str
    rate: Decimal
    amount: Decimal
    sequence: int | None
    childs: tuple[int, ...]
    start: date | None
    end: date | None
    updates_price: bool
    account: int | None

    @classmethod
    def from_row(cls, row: Row) -> Tax:
        return cls(
            id=row["id"],
            type=row["type"],
            rate=row["rate"] or ZERO,
            amount=row["amount"] or ZERO,
            sequence=row["sequence"],
            childs=tuple(row["childs"] or ()),
            start=row["start_date"],
            end=row["end_date"],
            updates_price=bool(row["update_unit_price"]),
            account=row["invoice_account"],
        )

    def valid_on(self, day: date) -> bool:
        return (self.start or date.min) <= day <= (self.end or date.max)


@dataclass(frozen=True, slots=True)
class TaxableLine:
    """`unit_price` without tax, for one of the units `quantity` counts."""

    taxes: tuple[int, ...]
    unit_price: Decimal
    quantity: Decimal


class TaxTable:
    """The company's taxes with its way of rounding. `rounding`: the currency's smallest part."""

    def __init__(self, taxes: Mapping[int, Tax], how: TaxRounding, rounding: Decimal, day: date) -> None:
        self._taxes = taxes
        self._how = how
        self._rounding = rounding
        self._day = day

    def round(self, amount: Decimal) -> Decimal:
        """To the currency, half to even, as Tryton rounds."""
        return (amount / self._rounding).quantize(Decimal(1), rounding=ROUND_HALF_EVEN) * self._rounding

    def total(self, lines: Sequence[TaxableLine]) -> Decimal:
        """The tax of a document of these lines."""
        groups: dict[tuple[tuple[int, ...], bool], list[TaxableLine]] = {}
        for line in lines:
            groups.setdefault((line.taxes, line.unit_price * line.quantity >= 0), []).append(line)
        return sum((self._group_total(group) for group in groups.values()), ZERO)

    def percent(self, taxes: Sequence[int]) -> Decimal | None:
        """The rate in percent of percentage taxes on a price; None = no tax at all («без НДС»)."""
        found = self._of_unit(taxes, Decimal(100))
        return sum(found.values(), ZERO).normalize() + ZERO if found else None

    def without(self, taxes: Sequence[int], gross: Decimal) -> Decimal:
        """A price with percentage taxes as it is without them, to six decimals."""
        percent = self.percent(taxes) or ZERO
        return (gross / (1 + percent / 100)).quantize(SIX)

    def _group_total(self, lines: Sequence[TaxableLine]) -> Decimal:
        together: dict[Key, Decimal] = {}
        for line in lines:
            amounts = {key: each * line.quantity for key, each in self._of_unit(line.taxes, line.unit_price).items()}
            if self._how is TaxRounding.LINE:
                amounts = self._settle(amounts)
            for key, amount in amounts.items():
                together[key] = together.get(key, ZERO) + amount
        if self._how is TaxRounding.DOCUMENT:
            together = self._settle(together)
        return sum(together.values(), ZERO)

    def _of_unit(self, taxes: Sequence[int], price: Decimal) -> dict[Key, Decimal]:
        amounts: dict[Key, Decimal] = {}
        for tax, amount in self._unit_taxes(taxes, price):
            key = (tax.account, tax.id)
            amounts[key] = amounts.get(key, ZERO) + amount
        return amounts

    def _unit_taxes(self, tax_ids: Sequence[int], price: Decimal) -> list[tuple[Tax, Decimal]]:
        """Taxes of one unit; taxes that update the price do so for those of a later sequence."""
        result: list[tuple[Tax, Decimal]] = []
        for _, group in groupby(self._sorted(tax_ids), key=lambda tax: tax.sequence):
            variation = ZERO
            for tax in group:
                if not tax.valid_on(self._day):
                    continue
                values = self._own(tax, price) + self._unit_taxes(tax.childs, price)
                variation += sum((amount for _, amount in values), ZERO) if tax.updates_price else ZERO
                result.extend(values)
            price += variation
        return result

    def _own(self, tax: Tax, price: Decimal) -> list[tuple[Tax, Decimal]]:
        if tax.type == "percentage":
            return [(tax, price * tax.rate)]
        return [(tax, tax.amount)] if tax.type == "fixed" else []

    def _sorted(self, tax_ids: Sequence[int]) -> list[Tax]:
        missing = [tax for tax in tax_ids if tax not in self._taxes]
        if missing:
            raise ErpRefused("a product's tax cannot be read", message="")
        found = [self._taxes[tax] for tax in tax_ids]
        return sorted(found, key=lambda tax: (tax.sequence is not None, tax.sequence or 0, tax.id))

    def _settle(self, amounts: Mapping[Key, Decimal]) -> dict[Key, Decimal]:
        """Round each tax and give back what rounding took together."""
        rounded = {key: self.round(amount) for key, amount in amounts.items()}
        remainder = self.round(sum(rounded.values(), ZERO) - sum(amounts.values(), ZERO))
        if abs(remainder) < self._rounding or not any(rounded.values()):
            return rounded
        offset = self._rounding.copy_sign(remainder)
        for key in cycle(list(rounded)):
            if rounded[key]:
                rounded[key] -= offset
                remainder -= offset
                if abs(remainder) < self._rounding:
                    break
        return rounded
