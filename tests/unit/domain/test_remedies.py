"""What is offered for a shortage, and that each offer keeps its word."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from backend.domain.basket import DraftLine, DraftPart
from backend.domain.picture import BasketLine, LineState, assess
from backend.domain.quantity import Unit
from backend.domain.remedies import Remedy, RemedyGone, RemedyKind, choose, remedies
from backend.domain.stock import Movement
from tests.unit.domain.world import (
    MSK,
    PIECE,
    SPB,
    TODAY,
    D,
    Rows,
    applied,
    book_of,
    day,
    goods,
    kit,
    line,
    seen,
    stock,
)

PANEL = goods("PANEL-24")
ROWS = {("panel-24", MSK): stock(9, 3, (40, 21)), ("panel-24", SPB): stock(5)}


def offered(lines: Sequence[BasketLine], rows: Rows) -> Sequence[Remedy]:
    book = book_of(rows)
    return remedies(assess(lines, book, MSK), book, [MSK, SPB])


def kinds(found: Sequence[Remedy]) -> list[RemedyKind]:
    return [one.kind for one in found]


def test_the_panels_of_the_first_story() -> None:
    """Wanted 10, available 6, 40 come in three weeks, 5 in the other warehouse."""
    elsewhere, now, later, less = offered([line("1", PANEL, 10)], ROWS)
    assert (elsewhere.kind, elsewhere.quantity, elsewhere.warehouse_id) == (RemedyKind.OTHER_WAREHOUSE, D(4), SPB)
    assert elsewhere.draft == DraftLine(None, (DraftPart(MSK, D(6)), DraftPart(SPB, D(4))), D(10))
    assert (now.kind, now.quantity, now.later, now.day) == (RemedyKind.PART_NOW, D(6), D(4), day(21))
    assert now.draft.parts == (DraftPart(MSK, D(6), TODAY), DraftPart(MSK, D(4), day(21)))
    assert (later.kind, later.quantity, later.day) == (RemedyKind.LATER_DATE, D(10), day(21))
    assert later.draft == DraftLine(None, (DraftPart(MSK, None, day(21)),))
    assert (less.kind, less.quantity, less.crm_quantity) == (RemedyKind.AVAILABLE_ONLY, D(6), D(6))


def test_every_offer_ends_the_shortage() -> None:
    lines = [line("1", PANEL, 10)]
    for remedy in offered(lines, ROWS):
        (panel,) = seen(applied(lines, remedy), ROWS)
        assert panel.shortage == D(0), remedy


def test_nothing_is_offered_where_nothing_is_short() -> None:
    assert offered([line("1", PANEL, 6), line("2", None, 1), line("3", PANEL, 0)], ROWS) == []


def test_nothing_is_offered_where_nothing_helps() -> None:
    assert offered([line("1", PANEL, 10)], {}) == []


def test_another_warehouse_must_have_all_that_is_missing() -> None:
    rows = {("panel-24", MSK): stock(6), ("panel-24", SPB): stock(3)}
    assert kinds(offered([line("1", PANEL, 10)], rows)) == [RemedyKind.AVAILABLE_ONLY]


def test_packs_stay_whole_wherever_they_come_from() -> None:
    rows = {("panel-24", MSK): stock(25, 0, (20, 20)), ("panel-24", SPB): stock(10)}
    elsewhere, now, _, less = offered([line("1", PANEL, 3, unit="pack")], rows)
    assert [one.quantity for one in elsewhere.draft.parts] == [D(20), D(10)]
    assert (now.quantity, now.later) == (D(20), D(10))
    assert (less.crm_quantity, less.quantity) == (D(2), D(20))


def test_a_third_of_a_pack_is_never_offered() -> None:
    triple = goods("CLIP", PIECE, Unit("x3", "уп", factor=D(3)))
    (less,) = offered([line("1", triple, 5, unit="x3")], {("clip", MSK): stock(10)})
    assert (less.crm_quantity, less.quantity) == (D(3), D(9))


def test_the_later_day_is_one_on_which_the_formula_agrees() -> None:
    """The projection is never below 5, since the promise of day 30 comes after the delivery of day 25.

    The formula gives way to every promise at once, so today does not help and day 25 does.
    """
    rows = {("panel-24", MSK): stock(10, 8, (20, 25), promised=[Movement(D(8), day(30))])}
    (panel,) = seen([line("1", PANEL, 5)], rows)
    assert (panel.state, panel.promise_date) == (LineState.SHORT, TODAY)
    later = next(one for one in offered([line("1", PANEL, 5)], rows) if one.kind is RemedyKind.LATER_DATE)
    assert later.day == day(25)


def test_a_later_day_counts_what_other_lines_take_before_it() -> None:
    lines = [line("1", PANEL, 10), line("2", PANEL, 38, DraftPart(MSK, None, day(15)))]
    rows = {("panel-24", MSK): stock(9, 3, (40, 21), (10, 28))}
    later = [one for one in offered(lines, rows) if one.kind is RemedyKind.LATER_DATE]
    assert [(one.line_id, one.day) for one in later] == [("1", day(28)), ("2", day(28))]


def test_two_lines_of_one_product_do_not_get_the_same_goods_offered() -> None:
    lines = [line("1", PANEL, 6), line("2", PANEL, 4), line("3", PANEL, 5)]
    found = [one for one in offered(lines, ROWS) if one.kind is RemedyKind.OTHER_WAREHOUSE]
    assert [one.line_id for one in found] == ["2", "3"]
    after = seen(applied(lines, found[0]), ROWS)
    assert [one.shortage for one in after] == [D(0), D(0), D(5)]
    book = book_of(ROWS)
    again = remedies(assess(applied(lines, found[0]), book, MSK), book, [MSK, SPB])
    assert RemedyKind.OTHER_WAREHOUSE not in kinds(again), "one piece is left there, five are missing"


def test_goods_that_another_line_needs_there_are_not_offered() -> None:
    lines = [line("1", PANEL, 10), line("2", PANEL, 3, DraftPart(SPB))]
    assert RemedyKind.OTHER_WAREHOUSE not in kinds(offered(lines, ROWS)), (
        "four of five taken would leave line 2 with one"
    )
    lines = [line("1", PANEL, 10), line("2", PANEL, 1, DraftPart(SPB))]
    assert RemedyKind.OTHER_WAREHOUSE in kinds(offered(lines, ROWS))


def test_a_kit_is_taken_from_elsewhere_with_all_its_components() -> None:
    set_ = kit("SET", lamp=2, box=1)
    rows = {
        ("lamp", MSK): stock(4),
        ("box", MSK): stock(9),
        ("lamp", SPB): stock(6, 0),
        ("box", SPB): stock(0, 0, (3, 5)),
    }
    elsewhere, less = offered([line("1", set_, 5)], rows)
    assert (elsewhere.kind, elsewhere.quantity) == (RemedyKind.OTHER_WAREHOUSE, D(3))
    assert (less.kind, less.crm_quantity) == (RemedyKind.AVAILABLE_ONLY, D(2))


def test_a_kit_gives_way_to_a_loose_component() -> None:
    """The kit's later day is the day both it and the loose lamps are there."""
    lines = [line("1", kit("SET", lamp=2), 5), line("2", goods("LAMP"), 3)]
    rows = {("lamp", MSK): stock(8, 0, (4, 18), (3, 20))}
    later = {one.line_id: one.day for one in offered(lines, rows) if one.kind is RemedyKind.LATER_DATE}
    assert later["1"] == day(20)


def test_one_click_mends_every_short_part_of_a_line() -> None:
    lines = [line("1", PANEL, 20, DraftPart(MSK, D(12)), DraftPart(SPB, D(8)))]
    rows = {
        ("panel-24", MSK): stock(6, 0, (10, 20)),
        ("panel-24", SPB): stock(5, 0, (10, 25)),
        ("panel-24", "ekb"): stock(9),
    }
    book = book_of(rows)
    found = remedies(assess(lines, book, MSK), book, [MSK, SPB, "ekb"])
    assert [(one.kind, one.day, one.quantity, one.later) for one in found] == [
        (RemedyKind.OTHER_WAREHOUSE, None, D(9), D(0)),
        (RemedyKind.PART_NOW, day(25), D(11), D(9)),
        (RemedyKind.LATER_DATE, day(25), D(20), D(0)),
        (RemedyKind.AVAILABLE_ONLY, None, D(11), D(0)),
    ]
    assert found[0].draft.parts == (DraftPart(MSK, D(6)), DraftPart(SPB, D(5)), DraftPart("ekb", D(9)))
    assert found[3].draft == DraftLine(None, (DraftPart(MSK, D(6)), DraftPart(SPB, D(5))), D(11))


def test_available_only_of_parts_on_two_days_keeps_all_there_will_be() -> None:
    lines = [line("1", PANEL, 50, DraftPart(MSK, D(10), TODAY), DraftPart(MSK, D(40), day(21)))]
    less = next(one for one in offered(lines, ROWS) if one.kind is RemedyKind.AVAILABLE_ONLY)
    assert [one.quantity for one in less.draft.parts] == [D(6), D(40)]
    assert less.crm_quantity == D(46)


def test_a_warehouse_of_the_line_that_has_more_takes_over() -> None:
    lines = [line("1", PANEL, 10, DraftPart(MSK, D(8)), DraftPart(SPB, D(2)))]
    elsewhere = next(one for one in offered(lines, ROWS) if one.kind is RemedyKind.OTHER_WAREHOUSE)
    assert elsewhere.draft.parts == (DraftPart(SPB, D(4)), DraftPart(MSK, D(6)))


@pytest.mark.parametrize(
    ("quantity", "step", "nearest"), [("2.5", "1", ["2", "3"]), ("0.4", "1", ["1"]), ("1.25", "0.1", ["1.2", "1.3"])]
)
def test_what_cannot_be_split_is_brought_to_the_nearest_whole(quantity: str, step: str, nearest: list[str]) -> None:
    product = goods("CABLE", Unit("m", "м", step=D(step)))
    found = offered([line("1", product, quantity)], {})
    assert [one.crm_quantity for one in found] == [D(each) for each in nearest]
    assert [one.id for one in found] == [f"whole_units:1:{each}" for each in nearest]
    for remedy in found:
        (after,) = seen(applied([line("1", product, quantity)], remedy), {("cable", MSK): stock(10)})
        assert after.state is LineState.ENOUGH


def test_an_offer_is_chosen_by_its_id_and_may_be_gone() -> None:
    found = offered([line("1", PANEL, 10)], ROWS)
    assert len({one.id for one in found}) == len(found)
    assert choose(found, found[1].id) is found[1]
    with pytest.raises(RemedyGone) as gone:
        choose(found, "part_now:1:2020-01-01")
    assert gone.value.data == {"remedy_id": "part_now:1:2020-01-01"}


def test_the_unit_of_the_line_survives() -> None:
    rows = {("panel-24", MSK): stock(10, 0, (20, 20)), ("panel-24", SPB): stock(30)}
    assert {one.draft.unit_id for one in offered([line("1", PANEL, 3, unit="pack")], rows)} == {"pack"}
