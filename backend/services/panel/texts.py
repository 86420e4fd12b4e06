"""How values look on the wire."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from backend.domain.money import Money
from backend.domain.quantity import Unit, plain, shown
from backend.domain.stock import Movement

Json = dict[str, object]


def moment(at: datetime | None) -> str | None:
    """ISO 8601 in UTC with a Z, to the second."""
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z") if at else None


def day(on: date | None) -> str | None:
    return on.isoformat() if on else None


def money(sum_: Money | Decimal | None) -> str | None:
    """Two decimals at least, more where the price has them."""
    if sum_ is None:
        return None
    amount = sum_.amount if isinstance(sum_, Money) else sum_
    exact = plain(amount)
    return exact if len(exact.partition(".")[2]) > 2 else f"{amount:.2f}"


def told_in(base: Decimal, unit: Unit) -> str:
    """Base units in `unit`; a third of a pack is shown, never promised."""
    return plain(shown(base, unit))


def unit_json(unit: Unit) -> Json:
    return {"id": unit.id, "name": unit.name, "factor": plain(unit.factor), "step": plain(unit.step)}


def movement_json(movement: Movement | None) -> Json | None:
    """A delivery in base units."""
    if movement is None:
        return None
    return {"date": day(movement.due), "quantity": plain(movement.quantity)}
