"""The fingerprint of one known basket (any basket: see the property tests)."""

from __future__ import annotations

from backend.domain.basket import DraftPart
from backend.domain.fingerprint import basket_fingerprint
from tests.unit.domain.world import MSK, SPB, D, day, goods, line, seen, stock

LINES = [
    line("11", goods("SOCKET-W"), 10),
    line("12", goods("PANEL-24"), 10, DraftPart(MSK, D(6)), DraftPart(SPB, D(4), day(21))),
    line("13", None, 1),
]
AGREED = {"amounts": {"11": "1701", "12": "23400"}, "customer": ["7", "7707083893", "773601001", "", ""]}


def test_it_is_short_text() -> None:
    found = basket_fingerprint(seen(LINES, {}), total="25101 RUB", **AGREED)  # type: ignore[arg-type]
    assert len(found) == 32
    assert set(found) <= set("0123456789abcdef")


def test_it_does_not_depend_on_the_order_of_lines_nor_on_stock() -> None:
    backwards = seen(LINES[::-1], {("panel-24", MSK): stock(100)})
    one, two = (basket_fingerprint(each, total="25101 RUB", **AGREED) for each in (seen(LINES, {}), backwards))  # type: ignore[arg-type]
    assert one == two
