"""A proof that fails must not look like one that holds: exit status, JSON, table, control."""

from __future__ import annotations

import json

import click
import pytest
from click.testing import CliRunner, Result

from backend.cli import main
from backend.proofs.command import Impossible, Provable, Terms, command
from backend.proofs.registry import PROVABLE
from backend.proofs.report import Proof, Side

KEPT = Side("guarded", kept=True, figures={"submits": 100000, "p99_ms": 4.25})
BROKEN = Side("guarded", kept=False, figures={"submits": 100000}, faults=["two of [one]"])
CONTROL = Side("unguarded", kept=False, figures={"submits": 20}, control=True, faults=["oversold, as meant"])
BLIND = Side("unguarded", kept=True, figures={"submits": 20}, control=True)


def ask(sides: list[Side], *words: str) -> Result:
    def run(terms: Terms) -> Proof:
        terms.say("half way")
        return Proof("thing", "nothing is lost", terms.seed, terms.quick, sides, {"size": terms.options["size"]})

    provable = Provable("thing", "nothing is lost", run, [click.Option(["--size"], type=int, default=5)])
    return CliRunner().invoke(command(provable), words)


@pytest.mark.parametrize(
    ("sides", "status"),
    [([KEPT], 0), ([KEPT, CONTROL], 0), ([BROKEN, CONTROL], 1), ([KEPT, BLIND], 1), ([], 1)],
    ids=["kept", "with its control", "broken", "a control that shows nothing", "nothing was run"],
)
def test_the_exit_status_says_whether_it_holds(sides: list[Side], status: int) -> None:
    for words in ([], ["--json"]):
        assert ask(sides, *words).exit_code == status


def test_the_seed_is_told_and_kept() -> None:
    drawn = ask([KEPT], "--json")
    told = json.loads(drawn.stdout)["seed"]
    assert f"seed {told}" in drawn.stderr
    assert json.loads(ask([KEPT], "--json", "--seed", "7").stdout)["seed"] == 7
    assert "seed: 7" in ask([KEPT], "--seed", "7").stdout


def test_machines_get_every_figure_and_nothing_else() -> None:
    answer = json.loads(ask([KEPT, CONTROL], "--json", "--quick", "--size", "9").stdout)
    assert (answer["proof"], answer["ok"], answer["quick"], answer["facts"]["size"]) == ("thing", True, True, 9)
    assert answer["sides"][0]["figures"] == {"submits": 100000, "p99_ms": 4.25}
    assert answer["sides"][1] == {
        "name": "unguarded",
        "control": True,
        "kept": False,
        "ok": True,
        "figures": {"submits": 20},
        "faults": ["oversold, as meant"],
    }


def test_people_see_the_sides_side_by_side_and_what_was_wrong() -> None:
    shown = ask([BROKEN, BLIND]).stdout
    for told in ("100,000", "two of [one]", "broken", "WRONG", "DOES NOT HOLD", "(control)"):
        assert told in shown
    shown = ask([KEPT, CONTROL]).stdout
    assert "4.2" in shown
    assert "as meant" not in shown
    assert "the promise holds" in shown


def test_what_cannot_be_run_is_neither_proved_nor_disproved() -> None:
    def run(terms: Terms) -> Proof:
        raise Impossible("no PostgreSQL answers")

    result = CliRunner().invoke(command(Provable("thing", "nothing is lost", run)))
    assert result.exit_code == 2
    assert "no PostgreSQL answers" in result.stderr


def test_every_proof_is_a_command_with_the_common_options() -> None:
    group = main.commands["prove"]
    assert isinstance(group, click.Group)
    assert set(group.commands) == {one.name for one in PROVABLE}
    for each in group.commands.values():
        assert {"--json", "--quick", "--seed"} <= {word for option in each.params for word in option.opts}
