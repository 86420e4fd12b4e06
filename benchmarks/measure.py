"""Percentiles and goals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


def percentile(samples: Sequence[float], percent: float) -> float:
    """Linear between the two nearest samples. Raises ValueError without samples, or outside 0…100."""
    if not samples:
        raise ValueError("no samples")
    if not 0 <= percent <= 100:
        raise ValueError("a percentile lies between 0 and 100")
    ordered = sorted(samples)
    place = (len(ordered) - 1) * percent / 100
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def median(samples: Sequence[float]) -> float:
    return percentile(samples, 50)


class Of(StrEnum):
    """What a goal speaks of."""

    MEASURED = "measured"
    RATIO = "ratio"


@dataclass(frozen=True, slots=True)
class Goal:
    """`most` or `least` of the measured figure or of its ratio to the baseline; exactly one of the two."""

    of: Of
    most: float | None = None
    least: float | None = None

    def __post_init__(self) -> None:
        if (self.most is None) == (self.least is None):
            raise ValueError("a goal has one bound")

    def met(self, value: float) -> bool:
        """A figure that is no number meets nothing."""
        if self.most is not None:
            return value <= self.most
        return self.least is not None and value >= self.least


@dataclass(frozen=True, slots=True)
class Result:
    """One row of the table. `ratio` is measured ÷ baseline. Without a goal it is for information."""

    name: str
    measured: float
    unit: str
    goal: Goal | None = None
    baseline: float | None = None
    against: str = ""
    details: dict[str, object] | None = None

    def __post_init__(self) -> None:
        if self.goal is not None and self.goal.of is Of.RATIO and self.ratio is None:
            raise ValueError("a goal of the ratio needs a baseline")

    @property
    def ratio(self) -> float | None:
        return self.measured / self.baseline if self.baseline else None

    @property
    def ok(self) -> bool | None:
        """None without a goal."""
        if self.goal is None:
            return None
        value = self.measured if self.goal.of is Of.MEASURED else self.ratio
        return value is not None and self.goal.met(value)
