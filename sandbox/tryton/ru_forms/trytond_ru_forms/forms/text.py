"""Numbers, dates and sums as Russian documents write them."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from num2words import num2words

KOPECK = Decimal("0.01")
DASH = "—"
_NBSP = "\u00a0"
_MONTHS = (
    "января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября",
    "декабря",
)
_ROUBLE = ("рубль", "рубля", "рублей")
_KOPECKS = ("копейка", "копейки", "копеек")


def money(value: Decimal) -> str:
    """``1234.5`` as ``1 234,50`` with no-break spaces."""
    return f"{value.quantize(KOPECK, ROUND_HALF_UP):,.2f}".replace(",", _NBSP).replace(".", ",")


def quantity(value: Decimal) -> str:
    """Without needless zeros: ``120,5``, ``10``, ``1 000``."""
    text = f"{value.normalize():,f}"
    return text.replace(",", _NBSP).replace(".", ",")


def short_date(day: date) -> str:
    """``22.11.2026``."""
    return f"{day:%d.%m.%Y}"


def long_date(day: date) -> str:
    """``22 ноября 2026 г.``."""
    return f"{day.day}{_NBSP}{_MONTHS[day.month - 1]} {day.year}{_NBSP}г."


def plural(number: int, forms: tuple[str, str, str]) -> str:
    """The form of a noun after a number: 1 рубль, 2 рубля, 5 рублей, 11 рублей."""
    tens, units = number % 100, number % 10
    if 11 <= tens <= 14:
        return forms[2]
    if units == 1:
        return forms[0]
    return forms[1] if 2 <= units <= 4 else forms[2]


def sum_in_words(value: Decimal) -> str:
    """``Двадцать три тысячи четыреста рублей 00 копеек``; kopecks stay in figures."""
    exact = value.quantize(KOPECK, ROUND_HALF_UP)
    if exact < 0:
        raise ValueError("a sum in words is never negative")
    roubles, kopecks = divmod(int(exact * 100), 100)
    words = num2words(roubles, lang="ru")
    text = f"{words} {plural(roubles, _ROUBLE)} {kopecks:02d} {plural(kopecks, _KOPECKS)}"
    return text[0].upper() + text[1:]


def number_in_words(number: int) -> str:
    """``три``: how many lines, places and sheets there are."""
    return str(num2words(number, lang="ru"))
