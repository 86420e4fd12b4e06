"""What a proof found, as a table for people and as JSON for machines."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rich.console import Console
from rich.markup import escape
from rich.table import Table

Figure = int | float | str


@dataclass(frozen=True, slots=True)
class Side:
    """One run beside others: a database, a crash point, a control. `kept`: whether the promise was kept in it.

    `control`: a negative control, run with the protection off; there the promise must be broken, else the proof shows
    nothing. `figures` in the order they are printed, named in snake_case with their unit (`p99_ms`). `faults`: what was
    found to be wrong, a few of them.
    """

    name: str
    kept: bool
    figures: Mapping[str, Figure]
    control: bool = False
    faults: Sequence[str] = ()

    @property
    def expected(self) -> bool:
        """It ended as it must."""
        return self.kept is not self.control


@dataclass(frozen=True, slots=True)
class Proof:
    """A promise and every run made to test it. `facts`: how it came about (machine, versions, sizes), JSON-ready."""

    name: str
    promise: str
    seed: int
    quick: bool
    sides: Sequence[Side]
    facts: Mapping[str, object] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """It holds: something was run, and every side ended as it must."""
        return bool(self.sides) and all(side.expected for side in self.sides)


def as_json(proof: Proof) -> str:
    """Everything that the table shows, and `ok`."""
    sides = [
        {
            "name": side.name,
            "control": side.control,
            "kept": side.kept,
            "ok": side.expected,
            "figures": dict(side.figures),
            "faults": list(side.faults),
        }
        for side in proof.sides
    ]
    whole = {
        "proof": proof.name,
        "promise": proof.promise,
        "ok": proof.ok,
        "seed": proof.seed,
        "quick": proof.quick,
        "facts": dict(proof.facts),
        "sides": sides,
    }
    return json.dumps(whole, ensure_ascii=False, indent=1)


def show(proof: Proof, console: Console) -> None:
    """Sides side by side, a figure a row; below them what was wrong, and the seed."""
    table = Table(title=f"prove {proof.name}: {proof.promise}", title_justify="left")
    table.add_column("")
    for side in proof.sides:
        table.add_column(escape(side.name) + ("\n(control)" if side.control else ""), justify="right")
    for name in dict.fromkeys(name for side in proof.sides for name in side.figures):
        table.add_row(name.replace("_", " "), *(_text(side.figures.get(name, "")) for side in proof.sides))
    table.add_row("promise", *("kept" if side.kept else "broken" for side in proof.sides), end_section=True)
    table.add_row("", *("[green]as it must[/green]" if side.expected else "[red]WRONG[/red]" for side in proof.sides))
    console.print(table)
    for side in proof.sides:
        if not side.control or not side.expected:
            for fault in side.faults:
                console.print(f"{side.name}: {fault}", style="red", markup=False, highlight=False)
    for fact, value in proof.facts.items():
        console.print(f"{fact}: {value}", style="dim", markup=False, highlight=False)
    console.print(f"seed: {proof.seed}", markup=False, highlight=False)
    console.print(f"the promise {'holds' if proof.ok else 'DOES NOT HOLD'}", markup=False, highlight=False)


def _text(value: Figure) -> str:
    if isinstance(value, str):
        return escape(value)
    return f"{value:,}" if isinstance(value, int) else f"{value:,.1f}"
