"""The formula: what one product in one warehouse can be promised, by when (R1, R6)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from backend.domain.quantity import ZERO
from backend.domain.rules import Rules
from backend.domain.stock import Movement, WarehouseStock


@dataclass(frozen=True, slots=True)
class Horizon:
    """Which deliveries count. `today` in the company's calendar."""

    today: date
    days: int = 14
    count_overdue: bool = False
    count_undated: bool = False

    @classmethod
    def of(cls, rules: Rules, today: date) -> Horizon:
        return cls(today, rules.horizon_days, rules.count_overdue, rules.count_undated)

    def until(self, wanted_on: date | None) -> date:
        """The date a line is looked at for: its own (a day that has passed means today), else the account's horizon."""
        return max(wanted_on, self.today) if wanted_on else self.today + timedelta(days=self.days)

    def counts(self, delivery: Movement, by: date) -> bool:
        """Does this delivery count towards what is available by that date?"""
        if delivery.due is None:
            return self.count_undated
        if delivery.due < self.today:
            return self.count_overdue
        return delivery.due <= by


@dataclass(frozen=True, slots=True)
class Projection:
    """One product in one warehouse as far as it can be promised. Base units.

    `held`: our holds that the reading does not show yet, and whatever was promised before in the same basket.
    """

    stock: WarehouseStock
    held: Decimal
    horizon: Horizon

    def available(self, by: date) -> Decimal:
        """on hand − reserved + incoming due by that date − our holds. Negative where more is promised than there is."""
        incoming = sum((one.quantity for one in self.stock.incoming if self.horizon.counts(one, by)), ZERO)
        return self.stock.on_hand - self.stock.reserved + incoming - self.held

    @property
    def shippable_now(self) -> Decimal:
        """The same without incoming; never below zero, never above on hand."""
        free = self.stock.on_hand - self.stock.reserved - self.held
        return max(ZERO, min(free, self.stock.on_hand))

    def promise_date(self, quantity: Decimal) -> date | None:
        """The first date from which the projected balance never again falls below `quantity`; None = no known date.

        Looks at every dated delivery, however far; undated ones give no date. Each promise counts by its own date, so
        this day may come before the one from which `available`, which gives way to all promises at once, reaches
        `quantity`.
        """
        promised: date | None = None
        for day, balance in self._balances():
            if balance < quantity:
                promised = None
            elif promised is None:
                promised = day
        return promised

    def after(self, quantity: Decimal) -> Projection:
        """What is left once `quantity` more is promised."""
        return replace(self, held=self.held + quantity)

    def next_incoming(self) -> Movement | None:
        """The nearest dated delivery that is not overdue."""
        dated = [one for one in self.stock.incoming if one.due is not None and one.due >= self.horizon.today]
        return min(dated, key=lambda one: one.due or date.max, default=None)

    def _balances(self) -> Iterator[tuple[date, Decimal]]:
        """The balance at the end of today and of every later day on which it changes."""
        changes: dict[date, Decimal] = {self.horizon.today: self.stock.on_hand - self.held}
        for delivery in self.stock.incoming:
            if delivery.due is None or (delivery.due < self.horizon.today and not self.horizon.count_overdue):
                continue
            day = max(delivery.due, self.horizon.today)
            changes[day] = changes.get(day, ZERO) + delivery.quantity
        for promise in self._promises():
            day = max(promise.due or self.horizon.today, self.horizon.today)
            changes[day] = changes.get(day, ZERO) - promise.quantity
        balance = ZERO
        for day in sorted(changes):
            balance += changes[day]
            yield day, balance

    def _promises(self) -> tuple[Movement, ...]:
        """`promised`, plus whatever of `reserved` the ERP does not date, due at once."""
        undated = self.stock.reserved - sum((one.quantity for one in self.stock.promised), ZERO)
        return (*self.stock.promised, Movement(undated, None)) if undated > ZERO else self.stock.promised
