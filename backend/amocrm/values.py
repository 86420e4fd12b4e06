"""Custom field values as amoCRM writes them, and numbers as it wants them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from backend.amocrm.answers import Json
from backend.domain.errors import Invalid
from backend.ports.crm import CrmGarbled


def filled_fields(entity: Json) -> list[Json]:
    """The filled fields of an entity; `custom_fields_values` is null when there are none."""
    fields = entity.get("custom_fields_values")
    return [f for f in fields if isinstance(f, dict)] if isinstance(fields, list) else []


def rows(field: Json) -> list[Json]:
    """The values of one field, each with its `value` and maybe an enum."""
    values = field.get("values")
    return [v for v in values if isinstance(v, dict)] if isinstance(values, list) else []


def by_code(entity: Json, code: str) -> list[Json]:
    """Values of the field with this code."""
    return [row for f in filled_fields(entity) if f.get("field_code") == code for row in rows(f)]


def by_id(entity: Json, field_id: int | None) -> list[Json]:
    """Values of the field with this id; none for None."""
    return [row for f in filled_fields(entity) if f.get("field_id") == field_id for row in rows(f)]


def by_type(entity: Json, kind: str) -> list[Json]:
    """Values of all fields of a type."""
    return [row for f in filled_fields(entity) if f.get("field_type") == kind for row in rows(f)]


def enum_of(row: Json) -> str:
    """The kind of a phone or e-mail; written `enum_code`, in some answers `enum`."""
    found = row.get("enum_code") or row.get("enum")
    return found if isinstance(found, str) else ""


def texts(values: Iterable[Json]) -> list[str]:
    """The values as people typed them, empty ones left out."""
    return [text for text in (as_text(row.get("value")) for row in values) if text]


def first_text(values: Iterable[Json]) -> str:
    """The first value that is not empty, or ''."""
    return next(iter(texts(values)), "")


def as_text(value: object) -> str:
    """A scalar as text: numbers may come as strings and strings as numbers (INN)."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, Decimal):
        return plain(value)
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def exact(value: object) -> Decimal | None:
    """A JSON number or its text as Decimal, None where it is neither."""
    try:
        number = Decimal(value if isinstance(value, int | Decimal) else str(value).strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def whole(entity: Json, key: str) -> int:
    """A number every entity has. Raises CrmGarbled where it has none."""
    value = entity.get(key)
    if isinstance(value, bool) or not isinstance(value, int):
        raise CrmGarbled(f"{key} is not a number")
    return value


def moment(entity: Json, key: str) -> datetime:
    """A unix time as aware UTC."""
    return datetime.fromtimestamp(whole(entity, key), UTC)


def plain(number: Decimal) -> str:
    """Digits without exponent and without needless zeros."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def json_number(number: Decimal) -> Any:
    """The JSON number that reads back as exactly this Decimal. Raises Invalid where a double cannot carry it."""
    if number == number.to_integral_value():
        return int(number)
    carried = float(number)
    if Decimal(repr(carried)) != number:
        raise Invalid("more digits than amoCRM can keep", value=str(number))
    return carried
