"""Sums in words, money, quantities and dates of the forms."""

from __future__ import annotations

import random
import unittest
from datetime import date
from decimal import Decimal

from trytond_ru_forms.forms import text

from tests.numerals import read


def _sums() -> list[Decimal]:
    """Every border of Russian grammar, and two thousand sums of every size."""
    chance = random.Random(20260121)
    borders = [*range(130), 999, 1000, 1001, 1002, 1005, 1011, 2000, 11000, 21000, 111111, 10**6, 2 * 10**6, 10**9]
    drawn = [chance.randrange(10 ** chance.randrange(1, 12)) for _ in range(2000)]
    return [Decimal(roubles) + Decimal(chance.randrange(100)) / 100 for roubles in borders + drawn]


class SumInWords(unittest.TestCase):
    """The sum in words says the very sum, in right grammar."""

    def test_reads_back(self) -> None:
        for value in _sums():
            words, _, rest = text.sum_in_words(value).partition(" руб")
            kopecks = Decimal(rest.split()[1])
            assert Decimal(read(words)) + kopecks / 100 == value

    def test_noun_agrees_with_the_last_numeral(self) -> None:
        ends = {"один": "рубль", "два": "рубля", "три": "рубля", "четыре": "рубля"}
        for value in _sums():
            *words, noun, _, _ = text.sum_in_words(value).lower().split()
            assert noun == ends.get(words[-1], "рублей")

    def test_thousands_are_feminine(self) -> None:
        assert text.sum_in_words(Decimal("1001.01")) == "Одна тысяча один рубль 01 копейка"
        assert text.sum_in_words(Decimal("2002.22")) == "Две тысячи два рубля 22 копейки"

    def test_zero_and_kopecks_alone(self) -> None:
        assert text.sum_in_words(Decimal(0)) == "Ноль рублей 00 копеек"
        assert text.sum_in_words(Decimal("0.11")) == "Ноль рублей 11 копеек"

    def test_negative_is_refused(self) -> None:
        with self.assertRaises(ValueError):  # noqa: PT027 - pytest is not in Tryton's environment
            text.sum_in_words(Decimal("-0.01"))


class Figures(unittest.TestCase):
    """How figures and days are written."""

    def test_money(self) -> None:
        assert text.money(Decimal("1234567.5")) == "1\xa0234\xa0567,50"
        assert text.money(Decimal("0.005")) == "0,01"

    def test_quantity_keeps_only_what_counts(self) -> None:
        for given, shown in (("10.0", "10"), ("120.50", "120,5"), ("1000", "1\u00a0000"), ("0.1", "0,1")):
            assert text.quantity(Decimal(given)) == shown

    def test_dates(self) -> None:
        assert text.long_date(date(2026, 5, 1)) == "1\xa0мая 2026\xa0г."
        assert text.short_date(date(2026, 5, 1)) == "01.05.2026"
