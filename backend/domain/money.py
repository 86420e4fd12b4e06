"""Exact money. Amounts are Decimals in the currency's main unit (roubles), already rounded to its minor unit."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from backend.domain.errors import Invalid


class CurrencyMismatch(Invalid):
    """Two sums in different currencies were put together. Data: left, right (codes)."""

    code = "currency_mismatch"


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """A sum: `amount` (exact, roubles not kopecks) in `currency` (ISO 4217, upper case)."""

    amount: Decimal
    currency: str = "RUB"

    def __add__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.amount + other.amount, self.currency)

    def __sub__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.amount - other.amount, self.currency)

    def __lt__(self, other: Money) -> bool:
        self._same(other)
        return self.amount < other.amount

    def __le__(self, other: Money) -> bool:
        self._same(other)
        return self.amount <= other.amount

    def rounded(self, places: int = 2) -> Money:
        """To the minor unit, half up, as Russian accounting does."""
        return Money(round_half_up(self.amount, places), self.currency)

    def _same(self, other: Money) -> None:
        if self.currency != other.currency:
            raise CurrencyMismatch(left=self.currency, right=other.currency)


def round_half_up(amount: Decimal, places: int = 2) -> Decimal:
    """`amount` to `places` decimals, half away from zero."""
    return amount.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
