"""Tryton's JSON: dates, decimals and bytes travel as objects with `__class__`. Numbers are read exactly."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

DAY = ("year", "month", "day")
CLOCK = ("hour", "minute", "second", "microsecond")
QUANTUM = Decimal("0.00000001")


def dumps(value: object) -> bytes:
    """`value` as Tryton reads it. Decimals become its Decimal objects (money); quantities are sent by `number`."""
    return json.dumps(value, default=_encode, ensure_ascii=False).encode()


def loads(body: bytes) -> Any:
    """Parsed JSON: every fraction a Decimal, never a float. Raises ValueError for anything that is not whole JSON."""
    return json.loads(body, object_hook=_decode, parse_float=Decimal, parse_constant=_refuse)


def number(quantity: Decimal) -> float:
    """A quantity for the wire, where Tryton keeps plain JSON numbers."""
    return float(str(quantity))


def quantity(value: Decimal | int | None) -> Decimal:
    """A quantity from the wire: what the float meant, without its binary dust (0.30000000000000004 is 0.3)."""
    if value is None:
        return Decimal(0)
    exact = Decimal(str(value)).quantize(QUANTUM).normalize()
    return exact.quantize(Decimal(1)) if exact == exact.to_integral_value() else exact


def _encode(value: object) -> Mapping[str, object]:
    if isinstance(value, Decimal):
        return {"__class__": "Decimal", "decimal": str(value)}
    if isinstance(value, datetime):
        moment = value.astimezone(UTC)
        return {"__class__": "datetime", **{name: getattr(moment, name) for name in (*DAY, *CLOCK)}}
    if isinstance(value, date):
        return {"__class__": "date", "year": value.year, "month": value.month, "day": value.day}
    if isinstance(value, bytes):
        return {"__class__": "bytes", "base64": base64.b64encode(value).decode()}
    raise TypeError(f"not for the wire: {type(value).__name__}")


def _decode(found: dict[str, Any]) -> Any:
    match found.get("__class__"):
        case "Decimal":
            return Decimal(found["decimal"])
        case "date":
            return date(found["year"], found["month"], found["day"])
        case "datetime":
            clock = [int(found.get(name, 0)) for name in CLOCK]
            return datetime(
                found["year"], found["month"], found["day"], clock[0], clock[1], clock[2], clock[3], tzinfo=UTC
            )
        case "timedelta":
            return timedelta(seconds=float(found["seconds"]))
        case "bytes":
            return base64.b64decode(found["base64"])
        case _:
            return found


def _refuse(name: str) -> Any:
    raise ValueError(f"{name} is no number")
