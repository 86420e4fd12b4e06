"""The table, the JSON file, the exit status."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.measure import Goal, Of, Result

Say = Callable[[str], None]
OUTPUT = Path(__file__).parent / "_output" / "bench.json"


def exit_status(results: Sequence[Result]) -> int:
    """1 when a goal is missed or nothing was measured, else 0."""
    return 0 if results and all(one.ok is not False for one in results) else 1


def show(results: Sequence[Result], facts: Mapping[str, object], console: Console) -> None:
    """The table, and below it how it came about."""
    table = Table(title="Stockgate: speed beside its baseline", title_justify="left")
    for heading in ("what", "measured", "baseline", "ratio", "goal", ""):
        table.add_column(heading, justify="left" if heading in {"what", ""} else "right")
    for one in results:
        table.add_row(one.name, _figure(one.measured, one.unit), _baseline(one), _ratio(one), _goal(one), _mark(one))
    console.print(table)
    for name, fact in facts.items():
        console.print(f"[dim]{name}:[/dim] {fact}", highlight=False)


def as_json(results: Sequence[Result], facts: Mapping[str, object]) -> str:
    """What the table shows and every further figure behind it."""
    rows = [
        {
            "name": one.name,
            "measured": one.measured,
            "unit": one.unit,
            "baseline": one.baseline,
            "against": one.against,
            "ratio": one.ratio,
            "goal": _goal(one),
            "ok": one.ok,
            "details": one.details or {},
        }
        for one in results
    ]
    whole = {"ok": exit_status(results) == 0, "facts": dict(facts), "results": rows}
    return json.dumps(whole, ensure_ascii=False, indent=1)


def write(results: Sequence[Result], facts: Mapping[str, object], path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(as_json(results, facts) + "\n")


def _figure(value: float, unit: str) -> str:
    shown = f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.1f}"
    return f"{shown} {unit}".replace(",", " ")


def _baseline(one: Result) -> str:
    return "" if one.baseline is None else f"{_figure(one.baseline, one.unit)}\n[dim]{one.against}[/dim]"


def _ratio(one: Result) -> str:
    return "" if one.ratio is None else f"{one.ratio:.2f}"


def _goal(one: Result) -> str:
    return "" if one.goal is None else _words(one.goal, one.unit)


def _words(goal: Goal, unit: str) -> str:
    sign, bound = ("≤", goal.most) if goal.most is not None else ("≥", goal.least)
    if goal.of is Of.RATIO:
        return f"ratio {sign} {bound:g}"
    return f"{sign} {_figure(bound or 0.0, unit)}"


def _mark(one: Result) -> str:
    return {None: "", True: "[green]ok[/green]", False: "[red]not ok[/red]"}[one.ok]
