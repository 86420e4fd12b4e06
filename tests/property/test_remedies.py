"""Whatever the basket, an offered remedy keeps its word."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import event, given, settings

from backend.domain.picture import BasketLine, StockBook, assess
from backend.domain.quantity import is_whole
from backend.domain.remedies import RemedyKind, remedies
from tests.property.strategies import WAREHOUSES, baskets, books, scarce
from tests.unit.domain.world import MSK, applied

ZERO = Decimal(0)


@settings(max_examples=80)
@given(books(scarce()), baskets())
def test_a_remedy_ends_the_lines_shortage_and_hurts_no_other(book: StockBook, basket: list[BasketLine]) -> None:
    before = assess(basket, book, MSK)
    for remedy in remedies(before, book, WAREHOUSES):
        event(str(remedy.kind))
        for was, now in zip(before, assess(applied(basket, remedy), book.untouched(), MSK), strict=True):
            if was.line.line_id == remedy.line_id:
                assert was.shortage > ZERO
                assert now.shortage == ZERO
            else:
                assert now.shortage <= was.shortage


@given(books(scarce()), baskets())
def test_a_remedy_keeps_the_quantity_unless_it_says_otherwise(book: StockBook, basket: list[BasketLine]) -> None:
    lines = {one.line_id: one for one in basket}
    for remedy in remedies(assess(basket, book, MSK), book, WAREHOUSES):
        line = next(
            one for one in assess(applied(basket, remedy), book.untouched(), MSK) if one.line.line_id == remedy.line_id
        )
        assert line.line.unit is not None
        assert all(is_whole(one.part.quantity, line.line.unit) for one in line.parts)
        assert len(line.parts) == len(remedy.draft.parts), "the split that was offered is the one that is used"
        if remedy.kind is RemedyKind.AVAILABLE_ONLY:
            assert remedy.crm_quantity is not None
            assert ZERO < remedy.crm_quantity < lines[remedy.line_id].quantity
        else:
            assert remedy.crm_quantity is None


@given(books(scarce()), baskets())
def test_offers_are_the_same_for_the_same_picture_and_leave_the_book_alone(
    book: StockBook, basket: list[BasketLine]
) -> None:
    before = assess(basket, book, MSK)
    first = remedies(before, book, WAREHOUSES)
    assert remedies(before, book, WAREHOUSES) == first
    assert len({one.id for one in first}) == len(first)
