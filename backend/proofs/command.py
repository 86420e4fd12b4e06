"""How a proof is asked for: the options all of them have, the answer, the exit status."""

from __future__ import annotations

import os
import platform
import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import click
from rich.console import Console

from backend.proofs.report import Proof, as_json, show

Say = Callable[[str], None]


class Impossible(click.ClickException):
    """The proof could not be run here (no PostgreSQL, say). Exit status 2: nothing is proved and nothing disproved."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class Terms:
    """What was asked: `quick` for CI, `seed` for everything random, `options` of this proof by name; `say` tells on
    standard error how far it is."""

    quick: bool
    seed: int
    options: Mapping[str, object] = field(default_factory=dict)
    say: Say = lambda _line: None


@dataclass(frozen=True, slots=True)
class Provable:
    """One promise that can be proved: `stockgate prove <name>`. `run` raises Impossible where it cannot be run."""

    name: str
    promise: str
    run: Callable[[Terms], Proof]
    options: Sequence[click.Option] = ()


def command(provable: Provable) -> click.Command:
    """The command: exit status 0 when the promise holds, 1 when it does not, 2 when it could not be run."""

    def callback(*, as_json_text: bool, quick: bool, seed: int | None, **options: object) -> None:
        notes, begun = Console(stderr=True, highlight=False), time.monotonic()
        chosen = random.SystemRandom().randrange(2**31) if seed is None else seed

        def say(line: str) -> None:
            notes.print(f"{time.monotonic() - begun:6.1f} s  {line}", markup=False)

        say(f"prove {provable.name}, seed {chosen}")
        proof = provable.run(Terms(quick, chosen, options, say))
        proof = replace(proof, facts={**proof.facts, **_machine(), "took_s": round(time.monotonic() - begun, 1)})
        if as_json_text:
            click.echo(as_json(proof))
        else:
            show(proof, Console(width=None if notes.is_terminal else 160))
        if not proof.ok:
            raise SystemExit(1)

    common = [
        click.Option(["--json", "as_json_text"], is_flag=True, help="The figures as JSON on standard output."),
        click.Option(["--quick"], is_flag=True, help="Fewer repetitions, for CI."),
        click.Option(["--seed"], type=int, default=None, help="Repeat a run's random choices; printed each time."),
    ]
    return click.Command(provable.name, params=[*common, *provable.options], callback=callback, help=provable.promise)


def _machine() -> Mapping[str, object]:
    home = f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"
    return {
        "machine": f"{os.cpu_count()} cores, {home}",
        "load_average": " ".join(f"{one:.1f}" for one in os.getloadavg()),
    }
