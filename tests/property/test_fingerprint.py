"""A fingerprint is the same for the same agreement and for no other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from backend.domain.basket import DraftLine
from backend.domain.fingerprint import basket_fingerprint
from backend.domain.lines import LinePicture, PartPicture
from backend.domain.picture import BasketLine, assess
from backend.domain.quantity import Unit
from tests.property.strategies import PRODUCTS, baskets
from tests.unit.domain.world import MSK, TODAY, book_of, goods, stock

SOME, NONE = (book_of({(one.id, MSK): stock(many, 3, (9, 5)) for one in PRODUCTS}) for many in (30, 0))
WHO = ("17", "7707083893", "773601001", "", "")


def _first(pictures: list[LinePicture], line: LinePicture) -> list[LinePicture]:
    return [line, *pictures[1:]]


def _of_line(pictures: list[LinePicture], **changes: object) -> list[LinePicture]:
    return _first(pictures, replace(pictures[0], line=replace(pictures[0].line, **changes)))  # type: ignore[arg-type]


def _of_part(pictures: list[LinePicture], **changes: object) -> list[LinePicture]:
    first = pictures[0].parts[0]
    part: PartPicture = replace(first, part=replace(first.part, **changes))  # type: ignore[arg-type]
    return _first(pictures, replace(pictures[0], parts=[part, *pictures[0].parts[1:]]))


CHANGES: dict[str, Callable[[list[LinePicture]], list[LinePicture]]] = {
    "line": lambda all_: _of_line(all_, line_id="other"),
    "product": lambda all_: _of_line(all_, product=replace(all_[0].line.product, id="other")),  # type: ignore[type-var]
    "gone product": lambda all_: _of_line(all_, product=None),
    "quantity": lambda all_: _of_line(all_, quantity=all_[0].line.quantity + Decimal("0.001")),
    "unit": lambda all_: _of_line(
        all_,
        draft=DraftLine("box"),
        product=replace(goods("A", Unit("box", "кор")), id=all_[0].line.product.id),  # type: ignore[union-attr]
    ),
    "warehouse": lambda all_: _of_part(all_, warehouse_id="other"),
    "part's quantity": lambda all_: _of_part(all_, quantity=all_[0].parts[0].part.quantity + 1),
    "wanted day": lambda all_: _of_part(all_, wanted_on=TODAY + timedelta(days=99)),
    "fewer parts": lambda all_: _first(all_, replace(all_[0], parts=all_[0].parts[1:])),
    "fewer lines": lambda all_: all_[1:],
}


def _amounts(pictures: list[LinePicture]) -> dict[str, str]:
    return {one.line.line_id: f"{number}.00" for number, one in enumerate(pictures)}


@given(st.data(), baskets())
def test_the_order_of_lines_and_the_stock_do_not_matter(data: st.DataObject, basket: list[BasketLine]) -> None:
    pictures = list(assess(basket, SOME.untouched(), MSK))
    amounts = _amounts(pictures)
    other_stock = assess(data.draw(st.permutations(basket)), NONE.untouched(), MSK)
    before = basket_fingerprint(pictures, amounts=amounts, customer=WHO, total="100 RUB")
    assert basket_fingerprint(other_stock, amounts=amounts, customer=WHO, total="100 RUB") == before


@given(baskets())
def test_the_way_a_number_is_written_does_not_matter(basket: list[BasketLine]) -> None:
    longer = [
        replace(one, quantity=Decimal(f"{one.quantity:f}" + ".00" * ("." not in str(one.quantity)))) for one in basket
    ]
    one, two = (assess(each, SOME.untouched(), MSK) for each in (basket, longer))
    assert basket_fingerprint(one, amounts={}, customer=WHO, total="0") == basket_fingerprint(
        two, amounts={}, customer=WHO, total="0"
    )


@given(st.sampled_from(sorted(CHANGES)), baskets())
def test_any_change_of_the_basket_changes_it(change: str, basket: list[BasketLine]) -> None:
    pictures = list(assess(basket, SOME.untouched(), MSK))
    amounts = _amounts(pictures)
    before = basket_fingerprint(pictures, amounts=amounts, customer=WHO, total="100 RUB")
    after = basket_fingerprint(CHANGES[change](pictures), amounts=amounts, customer=WHO, total="100 RUB")
    assert before != after


@given(baskets(), st.integers(0, len(WHO) - 1))
def test_any_change_of_price_customer_or_total_changes_it(basket: list[BasketLine], place: int) -> None:
    pictures = list(assess(basket, SOME.untouched(), MSK))
    amounts = _amounts(pictures)
    before = basket_fingerprint(pictures, amounts=amounts, customer=WHO, total="100 RUB")
    dearer = amounts | {pictures[0].line.line_id: "0.01"}
    other = [*WHO[:place], WHO[place] + "1", *WHO[place + 1 :]]
    assert before not in {
        basket_fingerprint(pictures, amounts=dearer, customer=WHO, total="100 RUB"),
        basket_fingerprint(pictures, amounts=amounts, customer=other, total="100 RUB"),
        basket_fingerprint(pictures, amounts=amounts, customer=WHO, total="100 EUR"),
    }


def test_a_requisite_in_another_place_is_another_customer() -> None:
    one, two = ("1", "", "", "", ""), ("", "1", "", "", "")
    assert basket_fingerprint([], amounts={}, customer=one, total="") != basket_fingerprint(
        [], amounts={}, customer=two, total=""
    )
