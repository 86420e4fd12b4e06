"""Columns keep figures exactly or not at all."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import postgresql, sqlite

from backend.storage.errors import DoesNotFit
from backend.storage.types import LARGEST, Moment, Scaled, money, quantity

LITE, PG = sqlite.dialect(), postgresql.dialect()


@given(st.integers(-LARGEST + 1, LARGEST - 1))
def test_every_step_survives(steps: int) -> None:
    figure = Decimal(steps).scaleb(-6)
    column = quantity()
    assert column.process_result_value(column.process_bind_param(figure, LITE), LITE) == figure


@given(st.decimals(allow_nan=True, allow_infinity=True))
def test_a_figure_is_kept_exactly_or_refused(figure: Decimal) -> None:
    column = quantity()
    try:
        kept = column.process_bind_param(figure, PG)
    except DoesNotFit:
        return
    assert isinstance(kept, int)
    assert abs(kept) <= LARGEST
    assert column.process_result_value(kept, PG) == figure


@pytest.mark.parametrize("figure", ["0.0000001", "NaN", "Infinity", "9223372036854.775808", "1e30"])
def test_what_would_be_rounded_or_overflow_is_refused(figure: str) -> None:
    with pytest.raises(DoesNotFit):
        quantity().process_bind_param(Decimal(figure), LITE)


def test_figures_come_back_in_their_usual_dress() -> None:
    assert str(quantity().process_result_value(10_000_000, LITE)) == "10"
    assert str(quantity().process_result_value(2_500_000, LITE)) == "2.5"
    assert str(quantity().process_result_value(0, LITE)) == "0"
    assert str(money().process_result_value(1_000_000, LITE)) == "100.00"
    assert str(money().process_result_value(12_345, LITE)) == "1.2345"
    assert str(Scaled(6).process_result_value(Decimal(3_000_000), PG)) == "3"


def test_moments_are_utc_both_ways() -> None:
    moscow = datetime(2026, 11, 21, 12, 0, tzinfo=timezone(timedelta(hours=3)))
    for dialect in (LITE, PG):
        kept = Moment().process_bind_param(moscow, dialect)
        assert kept is not None
        back = Moment().process_result_value(kept, dialect)
        assert back == moscow
        assert back.tzinfo is UTC


def test_a_naive_moment_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        Moment().process_bind_param(datetime(2026, 11, 21), LITE)  # noqa: DTZ001
