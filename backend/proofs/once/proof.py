"""`stockgate prove once`."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from random import Random

import click

from backend.proofs.command import Provable, Terms
from backend.proofs.databases import fresh_postgres, fresh_sqlite, postgres_server
from backend.proofs.once.matrix import Result, Share, jobs, run_all, sample, whole
from backend.proofs.once.stories import LOSSES, STORIES
from backend.proofs.quiet import be_quiet
from backend.proofs.report import Proof, Side

PROMISE = "wherever a process is killed and whatever answer is lost, each accepted order is in the ERP exactly once"
IN_MEMORY = Path("/dev/shm")  # noqa: S108 (a file there costs no disk; anywhere else will do too)


def prove(terms: Terms) -> Proof:
    """The whole matrix on SQLite, a sample of it on PostgreSQL, and a sample with the ERP's look-up by key off."""
    be_quiet()
    random = Random(terms.seed)  # noqa: S311 (which cases are drawn)
    few = terms.quick
    plans: list[tuple[str, Sequence[Share], bool]] = [
        ("SQLite", sample(random, losses=3, crashes=3) if few else whole(), False),
        ("PostgreSQL", sample(random, losses=1, crashes=2) if few else sample(random, losses=6, crashes=12), False),
        (
            "no look-up by key",
            sample(random, losses=2, crashes=1) if few else sample(random, losses=5, crashes=5),
            True,
        ),
    ]
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=IN_MEMORY if IN_MEMORY.is_dir() else None)))
        sides = []
        for name, shares, forgetful in plans:
            terms.say(f"{name}: {len(shares)} stories with their losses")
            urls = _databases(name, folder, terms, stack)
            sides.append(_side(name, terms, urls, shares, forgetful=forgetful))
    facts = {"stories": len(STORIES), "losses": len(LOSSES), "processes": 1 if terms.quick else jobs()}
    return Proof("once", PROMISE, terms.seed, terms.quick, sides, facts)


def _databases(name: str, folder: Path, terms: Terms, stack: ExitStack) -> Sequence[str]:
    processes = 1 if terms.quick else jobs()
    if name != "PostgreSQL":
        return [fresh_sqlite(folder) for _ in range(processes)]
    wanted = terms.options.get("postgres")
    conninfo = stack.enter_context(postgres_server(folder, str(wanted) if wanted else None))
    return [stack.enter_context(fresh_postgres(conninfo)) for _ in range(processes)]


def _side(name: str, terms: Terms, urls: Sequence[str], shares: Sequence[Share], *, forgetful: bool) -> Side:
    begun, found = time.monotonic(), Result()
    for number, one in enumerate(run_all(urls, shares, forgetful=forgetful), start=1):
        found += one
        if number % 10 == 0:
            terms.say(f"{name}: {number} of {len(shares)}, {found.cases:,} cases, {found.faulty} faulty")
    took = time.monotonic() - begun
    figures = {
        "cases": found.cases,
        "of_them_killed": found.crashes,
        "kinds_of_boundary": len(found.boundaries),
        "faulty_cases": found.faulty,
        "seconds": round(took, 1),
        "cases_per_second": round(found.cases / took, 1),
    }
    return Side(name, kept=not found.faulty, figures=figures, control=forgetful, faults=found.faults)


PROVABLE = Provable(
    "once",
    PROMISE,
    prove,
    [click.Option(["--postgres"], default=None, help="A PostgreSQL (URL or conninfo) on which databases may be made.")],
)
