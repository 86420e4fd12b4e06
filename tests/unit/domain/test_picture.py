"""The stock picture of a basket: states, lines that share goods, kits, splits."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from backend.domain.basket import DraftLine, DraftPart
from backend.domain.picture import LineState, components_of, split
from backend.domain.quantity import Unit
from backend.domain.stock import Component, ProductKind
from tests.unit.domain.world import MSK, PACK, SPB, TODAY, D, book_of, day, goods, kit, line, seen, service, stock

SOCKET, DRILL, PANEL = goods("SOCKET-W"), goods("DRILL-750"), goods("PANEL-24")
ROWS = {
    ("socket-w", MSK): stock(60, 15),
    ("drill-750", MSK): stock(4, 1, (10, 7)),
    ("panel-24", MSK): stock(9, 3, (40, 21)),
    ("panel-24", SPB): stock(5, 0),
}


def test_enough_on_the_shelf() -> None:
    (socket,) = seen([line("1", SOCKET, 10)], ROWS)
    assert (socket.state, socket.available, socket.shippable_now) == (LineState.ENOUGH, D(45), D(45))
    assert (socket.shortage, socket.covered, socket.promise_date) == (D(0), D(10), TODAY)


def test_the_rest_comes_in_time() -> None:
    (drill,) = seen([line("1", DRILL, 6)], ROWS)
    assert (drill.state, drill.available, drill.shippable_now) == (LineState.ON_ORDER, D(13), D(3))
    assert (drill.shortage, drill.promise_date) == (D(0), day(7))
    assert drill.parts[0].next_incoming is not None
    assert drill.parts[0].next_incoming.due == day(7)


def test_a_delivery_beyond_the_horizon_gives_a_date_but_no_stock() -> None:
    (panel,) = seen([line("1", PANEL, 10)], ROWS)
    assert (panel.state, panel.available, panel.shortage) == (LineState.SHORT, D(6), D(4))
    assert (panel.shippable_now, panel.covered, panel.promise_date) == (D(6), D(6), day(21))


def test_a_line_that_may_wait_counts_the_later_delivery() -> None:
    (panel,) = seen([line("1", PANEL, 10, DraftPart(MSK, None, day(21)))], ROWS)
    assert (panel.state, panel.available, panel.promise_date) == (LineState.ON_ORDER, D(46), day(21))


def test_our_holds_are_taken_off() -> None:
    (panel,) = seen([line("1", PANEL, 6)], ROWS, {("panel-24", MSK): D(1)})
    assert (panel.state, panel.available, panel.shortage) == (LineState.SHORT, D(5), D(1))


def test_a_pack_is_counted_in_pieces() -> None:
    (socket,) = seen([line("1", SOCKET, 5, unit="pack")], ROWS)
    assert (socket.base_quantity, socket.state, socket.shortage) == (D(50), LineState.SHORT, D(5))


def test_lines_of_one_product_share_what_there_is() -> None:
    first, second = seen([line("1", SOCKET, 30), line("2", SOCKET, 20)], ROWS)
    assert (first.state, first.shortage) == (LineState.ENOUGH, D(0))
    assert (second.state, second.available, second.shortage) == (LineState.SHORT, D(15), D(5))


def test_a_line_is_never_short_of_more_than_it_wants() -> None:
    first, second = seen([line("1", SOCKET, 50), line("2", SOCKET, 3)], ROWS)
    assert (first.shortage, second.available, second.shortage) == (D(5), D(-5), D(3))


def test_whoever_needs_it_sooner_is_served_first() -> None:
    later, sooner = seen(
        [line("1", DRILL, 10, DraftPart(MSK, None, day(10))), line("2", DRILL, 3, DraftPart(MSK, None, TODAY))], ROWS
    )
    assert (sooner.state, later.state, later.available) == (LineState.ENOUGH, LineState.ON_ORDER, D(10))


def test_a_warehouse_nobody_read_has_nothing() -> None:
    (socket,) = seen([line("1", SOCKET, 1, DraftPart("closed"))], ROWS)
    assert (socket.state, socket.available) == (LineState.SHORT, D(0))


# Kits

LIGHT = {("lamp", MSK): stock(10), ("wire", MSK): stock("25", 0, (100, 5)), ("box", MSK): stock(7, 1)}


def test_a_kit_is_there_as_often_as_its_scarcest_component() -> None:
    (one,) = seen([line("1", kit("SET", lamp=2, box=1), 5)], LIGHT)
    assert (one.state, one.available, one.shippable_now) == (LineState.ENOUGH, D(5), D(5))
    assert one.parts[0].next_incoming is None


@pytest.mark.parametrize(("per", "kits"), [("2.5", 10), ("10", 2), ("1", 25), ("26", 0)])
def test_kits_are_whole(per: str, kits: int) -> None:
    (one,) = seen([line("1", kit("SET", wire=per), 1)], {("wire", MSK): stock("25.75")})
    assert one.available == D(kits)


def test_a_kit_below_zero_lacks_whole_kits_too() -> None:
    (one,) = seen([line("1", kit("SET", wire=2), 1)], {("wire", MSK): stock(0, 3)})
    assert (one.available, one.shippable_now, one.shortage) == (D(-2), D(0), D(1))


def test_a_kit_waits_for_its_last_component() -> None:
    (one,) = seen([line("1", kit("SET", lamp=1, wire=10), 6)], LIGHT)
    assert (one.state, one.available, one.promise_date) == (LineState.ON_ORDER, D(10), day(5))


def test_a_kit_has_no_date_where_a_component_has_none() -> None:
    (one,) = seen([line("1", kit("SET", box=1, wire=10), 7)], LIGHT)
    assert (one.state, one.promise_date) == (LineState.SHORT, None)


def test_kits_and_loose_goods_share_components() -> None:
    first, second, loose = seen(
        [line("1", kit("A", lamp=2), 3), line("2", kit("B", lamp=1, box=1), 3), line("3", goods("LAMP"), 2)], LIGHT
    )
    assert [first.available, second.available, loose.available] == [D(5), D(4), D(1)]
    assert [first.shortage, second.shortage, loose.shortage] == [D(0), D(0), D(1)]


def test_a_component_named_twice_is_needed_twice() -> None:
    twice = replace(kit("SET"), components=(Component("lamp", D(1)), Component("lamp", D(3)), Component("box", D(0))))
    assert list(components_of(twice)) == [Component("lamp", D(4))]
    (one,) = seen([line("1", twice, 3)], LIGHT)
    assert (one.available, one.shortage) == (D(2), D(1))


def test_a_kit_without_components_is_never_there() -> None:
    (one,) = seen([line("1", kit("EMPTY"), 1)], {})
    assert (one.state, one.available, one.promise_date) == (LineState.SHORT, D(0), None)


def test_a_service_is_always_enough_and_holds_nothing() -> None:
    work = service("WORK")
    book = book_of({})
    (one,) = seen([line("1", work, 3)], {})
    assert (one.state, one.available, one.shippable_now, one.promise_date) == (LineState.ENOUGH, D(3), D(3), TODAY)
    assert list(book.demands(one.parts[0].part, work)) == []


# Lines that cannot be looked at


def test_broken_lines_say_why_and_take_nothing() -> None:
    unknown, half, none, whole = seen(
        [line("1", None, 1), line("2", SOCKET, "1.5"), line("3", SOCKET, 0), line("4", SOCKET, 45)], ROWS
    )
    assert [one.state for one in (unknown, half, none)] == [
        LineState.UNKNOWN_PRODUCT,
        LineState.INDIVISIBLE,
        LineState.NOT_POSITIVE,
    ]
    assert all(one.base_quantity is None and not one.parts for one in (unknown, half, none))
    assert (unknown.available, unknown.promise_date) == (D(0), None)
    assert whole.state is LineState.ENOUGH


def test_what_the_erp_no_longer_knows_is_unknown_kits_with_it() -> None:
    product, set_ = seen([line("1", goods("LAMP"), 1), line("2", kit("SET", lamp=1), 1)], {}, unknown=["lamp"])
    assert product.state is set_.state is LineState.UNKNOWN_PRODUCT


def test_an_unknown_unit_falls_back_to_the_sale_unit() -> None:
    assert line("1", SOCKET, 1, unit="barrel").unit == SOCKET.base_unit
    assert line("1", None, 1).unit is None


# Splits


def test_parts_of_one_warehouse_are_not_counted_twice() -> None:
    (panel,) = seen([line("1", PANEL, 10, DraftPart(MSK, D(6), TODAY), DraftPart(MSK, D(4), day(21)))], ROWS)
    assert [one.available for one in panel.parts] == [D(6), D(40)]
    assert (panel.available, panel.shippable_now, panel.shortage) == (D(10), D(6), D(0))
    assert (panel.state, panel.promise_date) == (LineState.ON_ORDER, day(21))


def test_a_split_service_is_there_as_a_whole() -> None:
    (work,) = seen([line("1", service("WORK"), 3, DraftPart(MSK, D(1)), DraftPart(MSK, D(2)))], {})
    assert (work.state, work.available, work.shippable_now) == (LineState.ENOUGH, D(3), D(3))


def test_parts_of_two_warehouses_add_up() -> None:
    (panel,) = seen([line("1", PANEL, 10, DraftPart(MSK, D(6)), DraftPart(SPB, D(4)))], ROWS)
    assert (panel.state, panel.available, panel.shippable_now) == (LineState.ENOUGH, D(10), D(10))


def test_a_surplus_in_one_part_does_not_hide_what_another_lacks() -> None:
    (panel,) = seen([line("1", PANEL, 10, DraftPart(MSK, D(2)), DraftPart(SPB, D(8)))], ROWS)
    assert (panel.state, panel.available, panel.shortage, panel.covered) == (LineState.SHORT, D(7), D(3), D(7))


FIRST, SECOND = DraftPart(MSK, D(6), TODAY), DraftPart(SPB, D(4), day(3))


@pytest.mark.parametrize(
    ("parts", "made_for", "crm", "whole", "unit"),
    [
        ((FIRST, SECOND), 10, 12, 12, None),
        ((FIRST, SECOND), None, 10, 10, None),
        ((FIRST, SECOND), 12, 12, 12, None),
        ((FIRST, DraftPart(SPB), DraftPart("x")), 10, 10, 10, None),
        ((DraftPart(MSK, D(10)), DraftPart(SPB)), 10, 10, 10, None),
        ((DraftPart(MSK, D(-2)), DraftPart(SPB)), 10, 10, 10, None),
        ((FIRST, DraftPart(SPB)), 10, 10, 100, PACK),
        ((DraftPart(MSK, D(5)),), None, 10, 10, None),
        ((), None, 10, 10, None),
    ],
    ids=[
        "other CRM quantity",
        "not said for which",
        "does not add up",
        "two open parts",
        "nothing left",
        "a negative part",
        "unit changed to packs",
        "a single part that is too small",
        "no parts",
    ],
)
def test_a_split_that_no_longer_fits_is_one_part_again(
    parts: tuple[DraftPart, ...], made_for: int | None, crm: int, whole: int, unit: Unit | None
) -> None:
    draft = DraftLine(None, parts, None if made_for is None else D(made_for))
    ((part, quantity),) = split(draft, D(crm), D(whole), unit)
    assert (part.warehouse_id, part.quantity, quantity) == (MSK if parts else None, None, D(whole))


def test_an_open_part_takes_what_the_others_leave() -> None:
    draft = DraftLine(None, (FIRST, DraftPart(SPB)), D(10))
    assert [quantity for _, quantity in split(draft, D(10), D(10))] == [D(6), D(4)]


def test_one_part_again_keeps_a_date_only_if_all_parts_agree() -> None:
    assert DraftLine(None, (FIRST, SECOND)).as_one_part() == DraftPart(MSK)
    both = (FIRST, replace(SECOND, wanted_on=TODAY))
    assert DraftLine(None, both).as_one_part() == DraftPart(MSK, None, TODAY)


# Holds


def test_demands_name_the_limit_before_holds_and_before_the_basket() -> None:
    book = book_of(ROWS, {("drill-750", MSK): D(2)})
    set_ = kit("SET", **{"drill-750": 2, "panel-24": 1})
    pictures = seen([line("1", set_, 3)], ROWS)
    demands = list(book.demands(pictures[0].parts[0].part, set_))
    assert [(one.product_id, one.quantity, one.limit) for one in demands] == [
        ("drill-750", D(6), D(13)),
        ("panel-24", D(3), D(6)),
    ]


def test_all_demands_come_in_serving_order() -> None:
    lines = [line("1", DRILL, 3, DraftPart(MSK, None, day(9))), line("2", DRILL, 2), line("3", DRILL, 1)]
    lines[2] = replace(lines[2], draft=DraftLine(None, (DraftPart(MSK, None, TODAY),)))
    demands = book_of(ROWS).all_demands(seen(lines, ROWS))
    assert [(one.part.line_id, one.limit) for one in demands] == [("3", D(3)), ("1", D(13)), ("2", D(13))]


def test_what_goes_beyond_the_limit_is_said_of_each_component() -> None:
    """Drills: 13 less 2 held, 16 wanted: 5 too many. Panels: 6, 8 wanted: 2 too many."""
    lines = [line("1", kit("SET", **{"drill-750": 2, "panel-24": 1}), 8), line("2", SOCKET, 4)]
    held = {("drill-750", MSK): D(2)}
    demands = book_of(ROWS, held).all_demands(seen(lines, ROWS, held))
    assert [(one.product_id, one.beyond) for one in demands] == [
        ("drill-750", D(5)),
        ("panel-24", D(2)),
        ("socket-w", D(0)),
    ]


def test_what_was_below_zero_before_is_beyond_too() -> None:
    rows = {("socket-w", MSK): stock(2, 5)}
    (demand,) = book_of(rows).all_demands(seen([line("1", SOCKET, 10)], rows))
    assert (demand.limit, demand.beyond) == (D(-3), D(13))


def test_looking_fresh_forgets_what_the_basket_took() -> None:
    book = book_of(ROWS)
    product = goods("SOCKET-W")
    part = seen([line("1", product, 40)], ROWS)[0].parts[0].part
    book.take(part, product)
    assert book.projection("socket-w", MSK).available(TODAY) == D(5)
    assert book.projection("socket-w", MSK, fresh=True).available(TODAY) == D(45)
    assert book.untouched().projection("socket-w", MSK).available(TODAY) == D(45)
    assert ProductKind.GOODS is product.kind
    assert Decimal(40) == part.quantity
