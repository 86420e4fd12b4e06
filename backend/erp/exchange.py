"""What is remembered of a request to an ERP: figures only, no bodies, no secrets, no personal data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request. `operation`: the adapter's name for it. `status` None = no answer. `seconds` until the last byte.
    `failure`: class name of what went wrong, '' = nothing. Sizes in bytes."""

    method: str
    host: str
    operation: str
    status: int | None
    seconds: float
    sent: int
    received: int
    failure: str = ""


ExchangeLog = Callable[[Exchange], None]


def no_log(_: Exchange) -> None:
    """For callers that keep none."""
