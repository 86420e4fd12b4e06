"""Values of custom fields: checked when written, shown the way the API shows them (numbers as strings)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from ..core.errors import Detail, FieldErrors, invalid, not_supported
from ..core.store import Doc
from ..core.world import World
from .actor import Actor
from .fields import ENUM_TYPES, fields_of, find_field

TEXTS = {"text", "textarea", "url", "streetaddress"}
DATES = {"date", "date_time", "birthday"}
OBJECTS = {"legal_entity", "items", "payer", "supplier", "linked_entity", "file", "tracking_data"}


def write_values(world: World, entity: str, stored: Doc, given: Any, actor: Actor) -> Doc:
    """Stored values (field id → list) with `custom_fields_values` applied.

    Raises FieldErrors. `None` as values clears a field. A person in the page cannot write API-only fields.
    """
    if given is None:
        return stored
    if not isinstance(given, list):
        raise invalid("InvalidType", "custom_fields_values", "This value should be of type array.")
    result, errors = dict(stored), list[Detail]()
    for number, item in enumerate(given):
        path = f"custom_fields_values.{number}"
        try:
            field = find_field(world, entity, item, path)
            if field["is_api_only"] and actor.integration is None:
                raise invalid("FieldNotEditable", f"{path}.field_id", "Field can be changed through the API only.")
            result[str(field["id"])] = _write_field(field, item.get("values"), path)
        except FieldErrors as refused:
            errors += refused.errors
    if errors:
        raise FieldErrors(errors)
    return {key: rows for key, rows in result.items() if rows}


def show_values(world: World, entity: str, stored: Doc) -> list[Doc] | None:
    """`custom_fields_values` of an entity: None when nothing is filled."""
    shown = []
    for field in fields_of(world, entity):
        rows = stored.get(str(field["id"]))
        if rows:
            shown.append({
                "field_id": field["id"], "field_name": field["name"], "field_code": field["code"],
                "field_type": field["type"], "values": rows,
            })  # fmt: skip
    return shown or None


def _write_field(field: Doc, values: Any, path: str) -> list[Doc]:
    if values is None:
        return []
    if not isinstance(values, list) or not values:
        raise invalid("InvalidType", f"{path}.values", "This value should be of type array.")
    rows = [_write_value(field, row, f"{path}.values.{n}") for n, row in enumerate(values)]
    return [row for row in rows if row["value"] not in (None, "")]


def _write_value(field: Doc, row: Any, path: str) -> Doc:
    if not isinstance(row, dict):
        raise invalid("InvalidType", path, "This value should be of type array.")
    kind = field["type"]
    if kind in ENUM_TYPES:
        return _multitext(field, row, path) if kind == "multitext" else _choice(field, row, path)
    if kind != "smart_address" and (extra := set(row) - {"value"}):
        raise invalid("FieldNotExpected", f"{path}.{sorted(extra)[0]}", "This field was not expected.")
    return {**row, "value": _plain(kind, row.get("value"), f"{path}.value")}


def _plain(kind: str, value: Any, path: str) -> Any:
    if value is None:
        return None
    wanted = str if kind in TEXTS else bool if kind == "checkbox" else object
    if not isinstance(value, wanted):
        raise invalid("InvalidType", path, f"This value should be of type {'string' if wanted is str else 'bool'}.")
    if kind in ("numeric", "price", "monetary"):
        return _number(value, path)
    if kind in DATES:
        return _moment(value, path)
    return _object(kind, value, path) if kind in OBJECTS else value


def _number(value: Any, path: str) -> str:
    try:
        if isinstance(value, bool) or value == "":
            raise InvalidOperation
        number = Decimal(str(value))
    except InvalidOperation:
        raise invalid("InvalidType", path, "This value should be of type numeric.") from None
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _moment(value: Any, path: str) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    try:
        return int(datetime.fromisoformat(str(value)).timestamp())
    except ValueError:
        raise invalid("InvalidType", path, "This value should be timestamp or RFC3339 date.") from None


def _object(kind: str, value: Any, path: str) -> Doc:
    if not isinstance(value, dict):
        raise invalid("InvalidType", path, "This value should be of type object.")
    if kind == "legal_entity":
        if not value.get("name"):
            raise invalid("FieldMissing", f"{path}.name", "This field is missing.")
        return {k: str(v) if k == "vat_id" and v is not None else v for k, v in value.items()}
    return value


def _choice(field: Doc, row: Doc, path: str) -> Doc:
    for key, of in (("enum_id", "id"), ("enum_code", "code"), ("value", "value")):
        if row.get(key) in (None, ""):
            continue
        for enum in field["enums"]:
            if enum[of] == row[key]:
                return {"value": enum["value"], "enum_id": enum["id"], "enum_code": enum["code"]}
        raise not_supported(f"{path}.{key}")
    return {"value": None}


def _multitext(field: Doc, row: Doc, path: str) -> Doc:
    if not isinstance(row.get("value"), str):
        raise invalid("InvalidType", f"{path}.value", "This value should be of type string.")
    chosen = field["enums"][0]
    for key, of in (("enum_id", "id"), ("enum_code", "code")):
        if row.get(key) is not None:
            matching = [e for e in field["enums"] if e[of] == row[key]]
            if not matching:
                raise not_supported(f"{path}.{key}")
            chosen = matching[0]
            break
    return {"value": row["value"], "enum_id": chosen["id"], "enum_code": chosen["code"]}
