"""Reading what an operation was queued with, perhaps by another version of us: fields nobody asks for are ignored, one
that is missing or is no such thing ends the operation with a reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from backend.domain.errors import Permanent
from backend.ports.store import Operation

T = TypeVar("T")


class PayloadUnreadable(Permanent):
    """Queued by another version, in a way this one does not understand. Data: field."""

    code = "operation_payload_unreadable"


def deal_of(operation: Operation) -> int:
    if operation.deal_id is None:
        raise PayloadUnreadable(operation.kind, field="deal_id")
    return operation.deal_id


def text(operation: Operation, field: str) -> str:
    return _read(operation, field, _text)


def number(operation: Operation, field: str) -> int:
    return _read(operation, field, lambda value: int(str(value)))


def decimal(operation: Operation, field: str) -> Decimal:
    return _read(operation, field, lambda value: Decimal(str(value)))


def moment(operation: Operation, field: str) -> datetime:
    return _read(operation, field, lambda value: datetime.fromisoformat(_text(value)))


def mapping(operation: Operation, field: str) -> Mapping[str, object]:
    return _read(operation, field, _mapping)


def listed(operation: Operation, field: str, read: Callable[[Mapping[str, object]], T]) -> Sequence[T]:
    """A list of mappings, each as `read` reads it (KeyError and ValueError: unreadable)."""
    return _read(operation, field, lambda value: [read(_mapping(one)) for one in sequence(value)])


def sequence(value: object) -> Sequence[object]:
    """Raises ValueError for what is no list."""
    if not isinstance(value, list | tuple):
        raise ValueError
    return value


def _read(operation: Operation, field: str, read: Callable[[object], T]) -> T:
    try:
        return read(operation.payload[field])
    except (KeyError, ValueError, InvalidOperation) as error:
        raise PayloadUnreadable(f"{operation.kind}: {type(error).__name__}", field=field) from None


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError
    return value


def _mapping(value: object) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise ValueError
    return value
