"""A refresh that really runs beside the checks, over pictures as people leave them."""

from __future__ import annotations

import io
import json
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from benchmarks.refresh import Samples, copies, result
from benchmarks.refresher import Refresher, serve
from tests.support.house import FILLABLE, SHORT, open_house
from tests.support.pictures import a_picture

RAN = Counter(turns=2, calls=6, products=200, changed=300, failed=0)


def test_pictures_of_many_deals_from_the_lines_of_one() -> None:
    made = copies(a_picture(), 4, 2)
    assert len({one.check.deal_id for one in made}) == 4
    assert [[line.line_id for line in one.parts.lines] for one in made] == [
        ["9001", "9002"], ["9002", "9003"], ["9003", "9001"], ["9001", "9002"],
    ]  # fmt: skip
    assert [list(one.goods) for one in made] == [["14", "16"], ["14", "16"], ["14"], ["14", "16"]]
    assert all(one.parts.deal.id == one.check.deal_id for one in made)


def test_the_row_compares_the_worst_of_both() -> None:
    row = result(10, Samples([0.1] * 19 + [0.2], [0.15] * 20, RAN))
    assert row.unit == "ms"
    assert row.measured == pytest.approx(150)
    assert row.baseline == pytest.approx(105)
    assert row.ok is True
    assert result(10, Samples([0.1], [0.1501], RAN)).ok is False
    assert row.details is not None
    assert row.details["turns"] == 2


@pytest.mark.parametrize("ran", [Counter(), Counter(turns=0, calls=9), RAN + Counter(failed=1)])
def test_no_figure_where_nothing_was_refreshed(ran: Counter[str]) -> None:
    with pytest.raises(RuntimeError):
        result(10, Samples([0.1], [0.1], ran))


def test_it_refreshes_while_it_is_told_to(tmp_path: Path) -> None:
    with open_house(tmp_path) as house:
        house.live(FILLABLE)
        house.live(SHORT)
        house.clock.advance(timedelta(minutes=4))
        asked = threading.Event()
        house.erp.script.after("read_stock", asked.set)
        out = io.StringIO()

        def orders() -> Iterator[str]:
            yield "go\n"
            assert asked.wait(60)
            yield "stop\n"

        serve(Refresher(house.services), orders(), out)
        done = json.loads(out.getvalue())
    assert (done["calls"], done["products"], done["failed"]) == (1, 3, 0)
