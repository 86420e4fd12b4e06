"""Percentiles, ratios, goals."""

from __future__ import annotations

import math
import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.measure import Goal, Of, Result, median, percentile

samples = st.lists(st.floats(0, 1e6), min_size=1, max_size=50)


def test_percentile_lies_between_the_nearest_samples() -> None:
    assert percentile([10, 20, 30, 40], 50) == 25
    assert percentile([40, 10, 30, 20], 95) == pytest.approx(38.5)
    assert percentile([7], 95) == 7


def test_percentile_ends_are_least_and_most() -> None:
    assert percentile([3, 1, 2], 0) == 1
    assert percentile([3, 1, 2], 100) == 3


@given(samples)
def test_median_is_the_one_of_the_standard_library(some: list[float]) -> None:
    assert median(some) == pytest.approx(statistics.median(some))


@given(samples, st.floats(0, 100), st.floats(0, 100))
def test_percentile_rises_and_stays_among_the_samples(some: list[float], one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert percentile(some, low) <= percentile(some, high) * (1 + 1e-9)
    assert min(some) <= percentile(some, high) * (1 + 1e-9)
    assert percentile(some, high) <= max(some) * (1 + 1e-9)


@pytest.mark.parametrize(("some", "percent"), [([], 50), ([1.0], -1), ([1.0], 101)])
def test_percentile_of_nothing_is_refused(some: list[float], percent: float) -> None:
    with pytest.raises(ValueError, match=r"samples|percentile"):
        percentile(some, percent)


def test_ratio_is_measured_by_baseline() -> None:
    assert Result("x", 130, "ms", baseline=100).ratio == pytest.approx(1.3)
    assert Result("x", 130, "ms").ratio is None


@pytest.mark.parametrize(
    ("measured", "goal", "ok"),
    [
        (130, Goal(Of.RATIO, most=1.3), True),
        (131, Goal(Of.RATIO, most=1.3), False),
        (1000, Goal(Of.MEASURED, least=1000), True),
        (999.9, Goal(Of.MEASURED, least=1000), False),
        (50, Goal(Of.MEASURED, most=50), True),
        (50.1, Goal(Of.MEASURED, most=50), False),
        (math.nan, Goal(Of.MEASURED, most=50), False),
        (math.nan, Goal(Of.MEASURED, least=50), False),
        (math.nan, Goal(Of.RATIO, most=1.3), False),
    ],
)
def test_a_goal_is_met_up_to_its_bound(measured: float, goal: Goal, ok: bool) -> None:
    assert Result("x", measured, "ms", goal, baseline=100).ok is ok


def test_without_a_goal_nothing_is_met_or_missed() -> None:
    assert Result("x", 5, "ms").ok is None


def test_a_goal_has_one_bound() -> None:
    with pytest.raises(ValueError, match="one bound"):
        Goal(Of.MEASURED)
    with pytest.raises(ValueError, match="one bound"):
        Goal(Of.MEASURED, most=1, least=1)


@pytest.mark.parametrize("baseline", [None, 0.0])
def test_a_goal_of_the_ratio_without_a_baseline_is_refused(baseline: float | None) -> None:
    """Else a measurement that went wrong would pass for one that was not asked for."""
    with pytest.raises(ValueError, match="baseline"):
        Result("x", 5, "ms", Goal(Of.RATIO, most=1), baseline=baseline)
