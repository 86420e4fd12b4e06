"""Dataclasses ↔ JSON, exactly. Driven by the annotations, so a snapshot read back equals what was written.

Decimal as text, dates and moments ISO 8601, enums by value, sequences and tuples as arrays (read back as tuples),
mappings by text keys. Missing fields take the dataclass's default and unknown ones are ignored: a row written by
another version is read as far as it goes.
"""

from __future__ import annotations

import types
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from backend.domain.errors import StockgateError


class NotExact(StockgateError):
    """A value has no exact JSON form (a float, bytes, a naive moment …). Data: type."""

    code = "not_exact"


def encode(value: object) -> Any:
    """The JSON form of `value`. Raises NotExact."""
    match value:
        case Enum():
            return encode(value.value)
        case None | bool() | int() | str():
            return value
        case Decimal():
            return str(value)
        case datetime() if value.tzinfo is not None:
            return value.astimezone(UTC).isoformat()
        case datetime():
            raise NotExact(type="naive datetime")
        case date():
            return value.isoformat()
        case Mapping():
            return {_key(key): encode(item) for key, item in value.items()}
        case AbstractSet():
            return sorted((encode(item) for item in value), key=repr)
        case Sequence() if not isinstance(value, bytes | bytearray | memoryview):
            return [encode(item) for item in value]
        case _ if is_dataclass(value) and not isinstance(value, type):
            return {field.name: encode(getattr(value, field.name)) for field in fields(value)}
    raise NotExact(type=type(value).__name__)


def _key(key: object) -> str:
    coded = encode(key)
    if isinstance(coded, bool) or not isinstance(coded, str | int):
        raise NotExact(type=type(key).__name__)
    return str(coded)


def decode(kind: Any, data: Any) -> Any:
    """`data` read as `kind` (a class or an annotation).

    Raises ValueError, KeyError or TypeError where it is not of that shape.
    """
    if kind in (Any, object):
        return data
    origin = get_origin(kind)
    if origin is not None:
        return _generic(origin, get_args(kind), data)
    if kind is type(None):
        return _same(data is None, None)
    if is_dataclass(kind):
        return _dataclass(kind, data)
    return _scalar(kind, data)


def _generic(origin: Any, args: tuple[Any, ...], data: Any) -> Any:
    if origin in (Union, types.UnionType):
        return _union(args, data)
    if issubclass(origin, Mapping):
        return {_from_key(args[0], key): decode(args[1], item) for key, item in data.items()}
    if origin is tuple and not (len(args) == 2 and args[1] is Ellipsis):
        return tuple(decode(kind, item) for kind, item in zip(args, data, strict=True))
    items = (decode(args[0], item) for item in data)
    return frozenset(items) if issubclass(origin, AbstractSet) else tuple(items)


def _union(args: tuple[Any, ...], data: Any) -> Any:
    """Only `X | None`: anything else could be read in two ways."""
    if data is None and type(None) in args:
        return None
    (kind,) = (arg for arg in args if arg is not type(None))
    return decode(kind, data)


def _from_key(kind: Any, key: str) -> Any:
    if kind is str:
        return key
    if kind is int or (isinstance(kind, type) and issubclass(kind, int)):
        return kind(int(key))
    return decode(kind, key)


@lru_cache(maxsize=256)
def _hints(kind: type) -> Mapping[str, Any]:
    return get_type_hints(kind)


def _dataclass(kind: Any, data: Mapping[str, Any]) -> Any:
    _same(isinstance(data, Mapping), data)
    hints = _hints(kind)
    known = {field.name for field in fields(kind) if field.init}
    return kind(**{name: decode(hints[name], item) for name, item in data.items() if name in known})


def _scalar(kind: Any, data: Any) -> Any:
    if kind is Decimal:
        return Decimal(_same(isinstance(data, str), data))
    if kind is datetime:
        return datetime.fromisoformat(data)
    if kind is date:
        return date.fromisoformat(data)
    if issubclass(kind, Enum):
        return kind(data)
    if kind in (bool, int, str):
        return _same(type(data) is kind, data)
    raise TypeError(f"no codec for {kind!r}")


def _same(holds: bool, data: Any) -> Any:
    if not holds:
        raise ValueError("the stored shape does not match the annotation")
    return data


__all__ = ["NotExact", "decode", "encode"]
