"""The formula and its dates, by hand-checked figures."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from backend.domain.availability import Horizon, Projection
from backend.domain.rules import Rules
from backend.domain.stock import Movement, WarehouseStock
from tests.unit.domain.world import TODAY, D, day, stock

SOCKET = stock(60, 15)
DRILL = stock(4, 1, (10, 7))
PANEL = stock(9, 3, (40, 21))


def view(of: WarehouseStock, held: int | str = 0, **rules: bool) -> Projection:
    return Projection(of, D(held), Horizon(TODAY, **rules))


@pytest.mark.parametrize(
    ("of", "held", "later", "available"),
    [
        (SOCKET, 0, 0, "45"),
        (SOCKET, 5, 0, "40"),
        (DRILL, 0, 6, "3"),
        (DRILL, 0, 7, "13"),
        (PANEL, 0, 14, "6"),
        (PANEL, 0, 21, "46"),
        (stock(2, 5), 0, 14, "-3"),
        (stock(-2, 0, (5, 1)), 0, 1, "3"),
        (stock("0.5", "0.2", ("1.25", 1)), "0.05", 1, "1.5"),
    ],
)
def test_on_hand_less_reserved_plus_what_comes_by_then_less_our_holds(
    of: WarehouseStock, held: int, later: int, available: str
) -> None:
    assert view(of, held).available(day(later)) == D(available)


@pytest.mark.parametrize(
    ("of", "held", "now"),
    [
        (SOCKET, 0, "45"),
        (DRILL, 0, "3"),
        (stock(2, 5, (100, 0)), 0, "0"),
        (stock(-4), 0, "0"),
        (stock(4, -2), 0, "4"),
        (stock(3), 5, "0"),
    ],
)
def test_shippable_now_leaves_out_deliveries_and_is_never_below_zero_nor_above_on_hand(
    of: WarehouseStock, held: int, now: str
) -> None:
    assert view(of, held).shippable_now == D(now)


@pytest.mark.parametrize(
    ("rules", "overdue", "undated"),
    [
        ({}, "0", "0"),
        ({"count_overdue": True}, "7", "0"),
        ({"count_undated": True}, "0", "5"),
    ],
)
def test_overdue_and_undated_deliveries_count_only_by_rule(rules: dict[str, bool], overdue: str, undated: str) -> None:
    assert view(stock(0, 0, (7, -1)), **rules).available(day(14)) == D(overdue)
    assert view(stock(0, 0, (5, None)), **rules).available(day(14)) == D(undated)


@pytest.mark.parametrize(
    ("of", "quantity", "promised"),
    [
        (SOCKET, "10", 0),
        (SOCKET, "46", None),
        (DRILL, "6", 7),
        (DRILL, "13", 7),
        (DRILL, "14", None),
        (PANEL, "10", 21),
        (stock(0, 0, (5, 3), (5, 9)), "7", 9),
        (stock(0, 0, (5, 0)), "5", 0),
        (stock(0, 0, (5, -2)), "5", None),
        (stock(0, 0, (5, None)), "5", None),
    ],
)
def test_promise_date_is_the_first_day_it_is_all_there(of: WarehouseStock, quantity: str, promised: int | None) -> None:
    assert view(of).promise_date(D(quantity)) == (None if promised is None else day(promised))


def test_promise_date_waits_until_a_later_promise_is_made_good() -> None:
    dip = stock(10, 8, (20, 40), promised=[Movement(D(8), day(30))])
    assert view(dip).promise_date(D(2)) == TODAY
    assert view(dip).promise_date(D(5)) == day(40), "between day 30 and 40 only 2 are left"


def test_promises_without_a_date_and_past_ones_are_due_at_once() -> None:
    rest = stock(10, 8, (20, 5), promised=[Movement(D(3), day(9)), Movement(D(1), day(-4))])
    assert view(rest).promise_date(D(5)) == TODAY, "8 reserved, of which 3 only on day 9: 5 are free, then 25, then 22"
    assert view(rest).promise_date(D(6)) == day(5)


def test_an_overdue_delivery_that_counts_is_expected_today() -> None:
    assert view(stock(0, 0, (7, -1)), count_overdue=True).promise_date(D(7)) == TODAY


@pytest.mark.parametrize(("wanted", "until"), [(None, day(14)), (day(3), day(3)), (day(30), day(30)), (day(-5), TODAY)])
def test_a_line_is_looked_at_for_its_own_day_else_for_the_horizon(wanted: date | None, until: date) -> None:
    assert Horizon(TODAY).until(wanted) == until


def test_a_wanted_day_that_has_passed_means_today_and_counts_what_comes_today() -> None:
    horizon = Horizon(TODAY)
    assert view(stock(0, 0, (5, 0))).available(horizon.until(day(-1))) == D(5)


def test_horizon_follows_the_accounts_rules() -> None:
    rules = Rules(horizon_days=3, count_overdue=True, count_undated=True)
    assert Horizon.of(rules, TODAY) == Horizon(TODAY, 3, count_overdue=True, count_undated=True)


def test_next_incoming_is_the_nearest_dated_one_still_to_come() -> None:
    coming = view(stock(0, 0, (1, -3), (2, None), (3, 9), (4, 5))).next_incoming()
    assert coming == Movement(D(4), day(5))
    assert view(SOCKET).next_incoming() is None


def test_what_is_promised_lowers_what_is_left() -> None:
    assert view(SOCKET).after(Decimal(40)).available(TODAY) == D(5)
