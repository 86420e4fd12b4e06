"""Nested data in the form encoding PHP reads: `leads[update][0][id]=1`, every value a string."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode


def flatten(data: Any, prefix: str = "") -> list[tuple[str, str]]:
    """Pairs of bracket key and string; None is left out, booleans become 1 and 0."""
    if isinstance(data, dict):
        return [p for key, value in data.items() for p in flatten(value, f"{prefix}[{key}]" if prefix else str(key))]
    if isinstance(data, list):
        return [p for n, value in enumerate(data) for p in flatten(value, f"{prefix}[{n}]")]
    if data is None:
        return []
    if isinstance(data, bool):
        return [(prefix, "1" if data else "0")]
    return [(prefix, str(data))]


def encode(data: dict[str, Any]) -> bytes:
    """The request body."""
    return urlencode(flatten(data)).encode()
