"""Figures for operators: how much there is of what should not pile up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Pile:
    """How many, and since when the oldest; None where there is none."""

    count: int
    oldest: datetime | None


class FigureRepository(Protocol):
    def holds(self, *, now: datetime) -> Pile:
        """Holds that count against a reading taken now: the ERP does not show their reserve yet."""
        ...

    def hooks(self) -> Pile:
        """Webhooks that came and were not acted on yet."""
        ...
