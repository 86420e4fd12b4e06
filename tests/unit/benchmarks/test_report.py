"""The table, the JSON, the exit status."""

from __future__ import annotations

import io
import json
from pathlib import Path

from rich.console import Console

from benchmarks.measure import Goal, Of, Result
from benchmarks.report import exit_status, show, write

GOOD = Result("fast", 104.2, "ms", Goal(Of.RATIO, most=1.3), 100.0, "26 bare calls", {"repetitions": 30})
BAD = Result("slow", 900, "/s", Goal(Of.MEASURED, least=1000), 2000, "empty view")
TOLD = Result("told", 61.5, "kB")


def _shown(*results: Result) -> str:
    out = io.StringIO()
    show(results, {"load average": "0.3 before"}, Console(file=out, width=140))
    return out.getvalue()


def test_status_is_0_when_every_goal_is_met() -> None:
    assert exit_status([GOOD, TOLD]) == 0


def test_status_is_1_when_one_goal_is_missed() -> None:
    assert exit_status([GOOD, BAD, TOLD]) == 1


def test_status_is_1_when_nothing_was_measured() -> None:
    assert exit_status([]) == 1


def test_a_row_shows_figure_baseline_ratio_goal_and_mark() -> None:
    shown = _shown(GOOD)
    for word in ("fast", "104 ms", "100 ms", "26 bare calls", "1.04", "ratio ≤ 1.3", "ok"):
        assert word in shown
    assert "not ok" not in shown


def test_a_miss_is_marked() -> None:
    shown = _shown(BAD)
    assert "not ok" in shown
    assert "≥ 1 000 /s" in shown


def test_a_figure_without_goal_has_no_mark() -> None:
    shown = _shown(TOLD)
    assert "61.5 kB" in shown
    assert "ok" not in shown


def test_the_load_of_the_machine_is_told() -> None:
    assert "load average: 0.3 before" in _shown(GOOD)


def test_the_file_holds_everything(tmp_path: Path) -> None:
    target = tmp_path / "new" / "bench.json"
    write([GOOD, BAD], {"when": "now"}, target)
    found = json.loads(target.read_text())
    assert found["ok"] is False
    assert found["facts"] == {"when": "now"}
    assert [row["ok"] for row in found["results"]] == [True, False]
    assert found["results"][0]["details"] == {"repetitions": 30}
    assert found["results"][0]["ratio"] == GOOD.ratio
