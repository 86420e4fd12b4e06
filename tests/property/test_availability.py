"""The formula under any stock, any promises, any basket."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from hypothesis import assume, given
from hypothesis import strategies as st

from backend.domain.availability import Horizon, Projection
from backend.domain.picture import BasketLine, LinePicture, LineState, StockBook, assess, components_of
from backend.domain.stock import WarehouseStock
from tests.property.strategies import PRODUCTS, Simulated, baskets, books, days, horizons, positive, small, stocks
from tests.unit.domain.world import MSK, TODAY, day

ZERO = Decimal(0)


@given(stocks(), small, horizons, days, days)
def test_a_later_day_never_has_less(
    stock: WarehouseStock, held: Decimal, horizon: Horizon, one: date, two: date
) -> None:
    view = Projection(stock, held, horizon)
    sooner, later = sorted([one, two])
    assume(sooner >= TODAY)
    assert view.available(sooner) <= view.available(later)


@given(stocks(), small, positive, horizons, positive)
def test_more_holds_never_leave_more(
    stock: WarehouseStock, held: Decimal, more: Decimal, horizon: Horizon, quantity: Decimal
) -> None:
    less, view = Projection(stock, held + more, horizon), Projection(stock, held, horizon)
    assert less == view.after(more)
    assert less.available(day(14)) == view.available(day(14)) - more
    assert less.shippable_now <= view.shippable_now
    sooner, later = view.promise_date(quantity), less.promise_date(quantity)
    assert later is None or (sooner is not None and sooner <= later)


@given(stocks(), small, horizons)
def test_shippable_now_is_between_nothing_and_what_is_there(
    stock: WarehouseStock, held: Decimal, horizon: Horizon
) -> None:
    view = Projection(stock, held, horizon)
    assert ZERO <= view.shippable_now <= max(stock.on_hand, ZERO)
    assert view.shippable_now <= max(view.available(TODAY), ZERO)


@given(stocks(), small, horizons, positive)
def test_the_promise_date_is_what_a_day_by_day_simulation_finds(
    stock: WarehouseStock, held: Decimal, horizon: Horizon, quantity: Decimal
) -> None:
    found = Projection(stock, held, horizon).promise_date(quantity)
    assert found == Simulated(stock, held, horizon).promise_date(quantity)


@given(stocks(), small, horizons, positive, days)
def test_what_the_formula_grants_by_a_day_is_promised_by_that_day(
    stock: WarehouseStock, held: Decimal, horizon: Horizon, quantity: Decimal, by: date
) -> None:
    enough = replace(stock, on_hand=stock.on_hand + stock.reserved + held)
    view = Projection(enough, held, replace(horizon, count_undated=False))
    until = max(by, TODAY)
    granted = min(quantity, view.available(until))
    assume(granted > ZERO)
    promised = view.promise_date(granted)
    assert promised is not None
    assert promised <= until


@given(books(stocks()), baskets())
def test_no_product_is_granted_beyond_what_there_is(book: StockBook, basket: list[BasketLine]) -> None:
    """By every day on which something is wanted: what parts up to that day are granted fits what there is by then."""
    pictures = assess(basket, book, MSK)
    grants = [
        ((each.product_id, one.part.warehouse_id), book.horizon.until(one.part.wanted_on), one.covered * each.quantity)
        for line in pictures
        if line.line.product is not None
        for one in line.parts
        for each in components_of(line.line.product)
    ]
    for key, by, _ in grants:
        granted = sum((many for other, on, many in grants if other == key and on <= by), ZERO)
        assert granted <= max(book.projection(*key, fresh=True).available(by), ZERO)


@given(books(stocks()), baskets())
def test_every_figure_keeps_its_bounds(book: StockBook, basket: list[BasketLine]) -> None:
    for line in assess(basket, book, MSK):
        for one in line.parts:
            assert ZERO <= one.shortage <= one.part.quantity
            assert (one.state is LineState.SHORT) == (one.shortage > ZERO)
            if one.state is LineState.ENOUGH:
                assert one.promise_date == TODAY
        assert line.covered + line.shortage == line.base_quantity
        assert (line.state is LineState.SHORT) == (line.shortage > ZERO)


@given(books(stocks()), baskets(PRODUCTS))
def test_a_line_of_goods_never_ships_more_than_lies_there(book: StockBook, basket: list[BasketLine]) -> None:
    for line in assess(basket, book, MSK):
        there = [
            max(book.projection(line.line.product.id, warehouse, fresh=True).stock.on_hand, ZERO)  # type: ignore[union-attr]
            for warehouse in {one.part.warehouse_id for one in line.parts}
        ]
        assert line.shippable_now <= sum(there)


def _totals(pictures: Sequence[LinePicture]) -> dict[tuple[str, str], Decimal]:
    """What is short of each product in each warehouse."""
    sums: dict[tuple[str, str], Decimal] = {}
    for line in pictures:
        for one in line.parts:
            key = (line.line.product.id, one.part.warehouse_id)  # type: ignore[union-attr]
            sums[key] = sums.get(key, ZERO) + one.shortage
    return sums


@given(st.data(), books(stocks()), baskets(PRODUCTS))
def test_the_order_of_lines_does_not_change_the_totals(
    data: st.DataObject, book: StockBook, basket: list[BasketLine]
) -> None:
    shuffled = data.draw(st.permutations(basket))
    assert _totals(assess(basket, book.untouched(), MSK)) == _totals(assess(shuffled, book.untouched(), MSK))


@given(books(stocks()), baskets())
def test_the_ledger_of_holds_agrees_with_the_picture(book: StockBook, basket: list[BasketLine]) -> None:
    """All wants fit their limits, one after another, exactly where no line is short; and `beyond` is just enough."""
    pictures = assess(basket, book, MSK)
    demands = book.all_demands(pictures)
    taken: dict[tuple[str, str], Decimal] = {}
    for demand in demands:
        key = (demand.product_id, demand.part.warehouse_id)
        taken[key] = taken.get(key, book.projection(*key, fresh=True).held) + demand.quantity
        assert taken[key] <= demand.limit + demand.beyond
        assert demand.beyond in (ZERO, taken[key] - demand.limit)
    assert (not any(one.beyond for one in demands)) == all(line.shortage == ZERO for line in pictures)


@given(books(stocks()), baskets())
def test_a_split_line_never_has_more_than_it_wants(book: StockBook, basket: list[BasketLine]) -> None:
    """What one part leaves over must not hide, from an approval's evidence, that another got worse."""
    for line in assess(basket, book, MSK):
        if len(line.parts) > 1:
            assert line.available == line.covered <= (line.base_quantity or ZERO)
            assert line.shippable_now <= (line.base_quantity or ZERO)
