"""Tryton's tax arithmetic. The whole agrees with the real server in the contract suite; here are its corners."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.erp.tryton.taxes import Tax, TaxableLine, TaxRounding, TaxTable
from backend.ports.erp import ErpRefused

DAY = date(2026, 11, 21)
KOPECK = Decimal("0.01")


def tax(
    number: int, rate: str, *, start: date | None = None, end: date | None = None, updates: bool = False, at: int = 0
) -> Tax:
    return Tax(number, "percentage", Decimal(rate), Decimal(0), at, (), start, end, updates, 10 + number)


def table(*taxes: Tax, how: TaxRounding = TaxRounding.DOCUMENT) -> TaxTable:
    return TaxTable({each.id: each for each in taxes}, how, KOPECK, DAY)


def line(price: str, quantity: str, *taxes: int) -> TaxableLine:
    return TaxableLine(taxes or (1,), Decimal(price), Decimal(quantity))


VAT22, VAT10 = tax(1, "0.22"), tax(2, "0.10")


def test_a_document_rounds_once_and_a_line_each_time() -> None:
    lines = [line("0.11", "1")] * 3  # 0.0242 each
    assert table(VAT22).total(lines) == Decimal("0.07")
    assert table(VAT22, how=TaxRounding.LINE).total(lines) == Decimal("0.06")


def test_halves_go_to_the_even_kopeck() -> None:
    assert table().round(Decimal("0.125")) == Decimal("0.12")
    assert table().round(Decimal("0.135")) == Decimal("0.14")


def test_taxes_of_different_rates_are_rounded_apart() -> None:
    lines = [line("0.11", "1", 1), line("0.11", "1", 2)]
    assert table(VAT22, VAT10).total(lines) == Decimal("0.02") + Decimal("0.01")


def test_a_rate_that_is_over_does_not_count() -> None:
    old, new = tax(1, "0.20", end=date(2025, 12, 31)), tax(2, "0.22", start=date(2026, 1, 1))
    assert table(old, new).total([line("100", "1", 1, 2)]) == Decimal("22.00")
    assert table(old, new).percent([1, 2]) == Decimal(22)


def test_a_duty_that_raises_the_price_is_taxed_too() -> None:
    duty, vat = tax(1, "0.10", updates=True, at=1), tax(2, "0.22", at=2)
    assert table(duty, vat).total([line("100", "1", 1, 2)]) == Decimal("10.00") + Decimal("24.20")


def test_children_stand_for_their_group() -> None:
    group = Tax(1, "none", Decimal(0), Decimal(0), 0, (2,), None, None, False, None)
    assert table(group, tax(2, "0.22")).percent([1]) == Decimal(22)


def test_without_tax_is_not_nought_percent() -> None:
    assert table(tax(1, "0")).percent([1]) == Decimal(0)
    assert table().percent([]) is None


def test_a_tax_nobody_may_read_is_refused() -> None:
    with pytest.raises(ErpRefused):
        table().total([line("1", "1", 9)])


money = st.decimals(min_value=0, max_value=100_000, places=4)
amounts = st.decimals(min_value=0, max_value=1_000, places=1)


@given(st.lists(st.tuples(money, amounts, st.sampled_from([(1,), (2,), (1, 2), ()])), max_size=8))
def test_rounding_never_drifts_a_kopeck_a_tax(rows: Sequence[tuple[Decimal, Decimal, tuple[int, ...]]]) -> None:
    lines = [TaxableLine(taxes, price, quantity) for price, quantity, taxes in rows]
    rates = {1: Decimal("0.22"), 2: Decimal("0.1")}
    each_tax = [each.unit_price * each.quantity * rates[one] for each in lines for one in each.taxes]
    exact = sum(each_tax, Decimal(0))
    total = table(VAT22, VAT10).total(lines)
    assert total == total.quantize(KOPECK)
    assert abs(total - exact) <= KOPECK / 2 * max(len({each.taxes for each in lines}), 1)


@given(st.decimals(min_value="0.01", max_value=100_000, places=2))
def test_taking_vat_out_and_adding_it_gives_the_price_back(gross: Decimal) -> None:
    net = table(VAT22).without([1], gross)
    assert abs(net * Decimal("1.22") - gross) < Decimal("0.00001")
