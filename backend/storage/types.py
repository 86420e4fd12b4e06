"""Column types that keep figures and moments exactly, in SQLite and in PostgreSQL alike."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Integer
from sqlalchemy.types import TypeDecorator

from backend.storage.codec import decode, encode
from backend.storage.errors import DoesNotFit

LARGEST = 2**63 - 1

BigKey = BigInteger().with_variant(Integer, "sqlite")
"""An automatic key: SQLite numbers rows by itself in an INTEGER PRIMARY KEY only."""


class Scaled(TypeDecorator[Decimal]):
    """A Decimal as a whole number of its smallest step. Raises DoesNotFit for what would be rounded or overflow.

    `places` decimals are kept; read back with at least `shown` of them.
    """

    impl = BigInteger
    cache_ok = True

    def __init__(self, places: int, shown: int = 0) -> None:
        super().__init__()
        self.places = places
        self.shown = shown

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        if value is None:
            return None
        if not value.is_finite() or abs(value) >= Decimal(LARGEST).scaleb(-self.places):
            raise DoesNotFit(value=str(value), places=self.places)
        steps = int(value.scaleb(self.places))
        if Decimal(steps).scaleb(-self.places) != value:
            raise DoesNotFit(value=str(value), places=self.places)
        return steps

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        if value is None:
            return None
        exact = Decimal(int(value)).scaleb(-self.places).normalize()
        _, _, exponent = exact.as_tuple()
        if isinstance(exponent, int) and exponent > -self.shown:
            return exact.quantize(Decimal(1).scaleb(-self.shown))
        return exact


def quantity() -> Scaled:
    """Base units to a millionth."""
    return Scaled(6)


def money() -> Scaled:
    """Main currency units to a hundredth of a kopeck."""
    return Scaled(4, shown=2)


class Moment(TypeDecorator[datetime]):
    """An aware moment, in UTC both ways. A naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Snapshot(TypeDecorator[Any]):
    """A value of ours as JSON; `kind` is its class or annotation."""

    impl = JSON(none_as_null=True)
    cache_ok = True

    def __init__(self, kind: Any) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        return None if value is None else encode(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return None if value is None else decode(self.kind, value)


JsonObject = Mapping[str, object]
"""What is JSON already: journal data, operation payloads."""
