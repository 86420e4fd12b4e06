"""Time, injected."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """`now()` is aware and in UTC."""

    def now(self) -> datetime: ...
