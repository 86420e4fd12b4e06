"""`stockgate prove recovery`."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import click

from backend.proofs.audit import audit
from backend.proofs.command import Impossible, Provable, Terms
from backend.proofs.databases import fresh_postgres, fresh_sqlite, postgres_server
from backend.proofs.plant import PATIENCE_TO_WARM, Plant, plant, wait_until
from backend.proofs.quiet import be_quiet
from backend.proofs.recovery.rounds import ROUNDS, NeverResumed, Resumed
from backend.proofs.report import Figure, Proof, Side

PROMISE = "after kill -9 work resumes within 30 s, and each accepted order is in the ERP exactly once"
LIMIT_SECONDS = 30.0
FULL = ("worker_killed", "redis_killed", "web_killed", "all_killed") * 3
QUICK = {"SQLite": ("web_killed", "worker_killed"), "PostgreSQL": ("connections_cut", "all_killed")}


def prove(terms: Terms) -> Proof:
    """Rounds of killing on SQLite and on PostgreSQL."""
    be_quiet()
    sides = []
    for name in ("SQLite", "PostgreSQL"):
        rounds = QUICK[name] if terms.quick else (*FULL, *(("connections_cut",) * 3 if name == "PostgreSQL" else ()))
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="sg")))
            if name == "SQLite":
                url = fresh_sqlite(folder)
            else:
                wanted = terms.options.get("postgres")
                conninfo = stack.enter_context(postgres_server(folder, str(wanted) if wanted else None))
                url = stack.enter_context(fresh_postgres(conninfo))
            sides.append(_side(name, stack.enter_context(plant(folder, url)), rounds, terms))
    return Proof("recovery", PROMISE, terms.seed, terms.quick, sides, {"limit_s": LIMIT_SECONDS})


def _side(name: str, here: Plant, rounds: Sequence[str], terms: Terms) -> Side:
    here.crew.start(first="worker", clock="clock")
    warm = here.press()
    if wait_until(lambda: here.idle(warm), PATIENCE_TO_WARM) is None:
        raise Impossible("the first order of the proof was not placed, before anything was killed")
    resumed: dict[str, list[Resumed]] = defaultdict(list)
    faults: list[str] = []
    for number, what in enumerate(rounds, start=1):
        try:
            resumed[what] += ROUNDS[what](here)
        except NeverResumed as error:
            faults.append(f"round {number}, {what}: never resumed: {error}")
            break
        worst = max(one.taken_up for one in resumed[what])
        terms.say(f"{name}: round {number} of {len(rounds)}, {what}: taken up after {worst:.1f} s at worst so far")
    everything = [one for found in resumed.values() for one in found]
    faults += [f"{one.what}: only after {one.taken_up:.1f} s" for one in everything if one.taken_up > LIMIT_SECONDS]
    books = here.books()
    faults += audit(books)
    figures: dict[str, Figure] = {
        "rounds": len(rounds),
        "operations_interrupted": len(everything),
        **{f"{what}_worst_s": round(max(one.taken_up for one in found), 1) for what, found in resumed.items()},
        "worst_to_the_end_s": round(max((one.ended for one in everything), default=0.0), 1),
        "orders_accepted": len(books.accepted),
        "orders_in_the_erp": len(books.alive),
        "holds_leaked": len(books.held),
    }
    return Side(name, kept=not faults, figures=figures, faults=faults)


PROVABLE = Provable(
    "recovery",
    PROMISE,
    prove,
    [click.Option(["--postgres"], default=None, help="A PostgreSQL (URL or conninfo) on which databases may be made.")],
)
