"""The proof: both databases, with the guard and without it, side by side."""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path

import click

from backend.proofs.command import Provable, Terms
from backend.proofs.databases import fresh_postgres, fresh_sqlite, postgres_server
from backend.proofs.oversell.crowd import Crowd, Sale, run
from backend.proofs.report import Proof, Side

Open = Callable[[], AbstractContextManager[str]]

PROMISE = "The sum promised never exceeds what is available."
FULL, QUICK = 100_000, 500
FEWER_WITHOUT_GUARD = 20
"""The control needs a fraction of the submits: it fails within the first hundred."""


def prove(terms: Terms) -> Proof:
    """Raises Impossible without a PostgreSQL."""
    crowd = Crowd(int(str(terms.options["submits"] or (QUICK if terms.quick else FULL))))
    wanted = terms.options["postgres"]
    sides = []
    with tempfile.TemporaryDirectory(prefix="stockgate-oversell-") as folder, _databases(wanted, Path(folder)) as urls:
        for guarded in (True, False):
            size = crowd if guarded else replace(crowd, submits=max(crowd.submits // FEWER_WITHOUT_GUARD, 300))
            for name, urls_of in urls.items():
                terms.say(f"{name}, guard {'on' if guarded else 'off'}: {size.submits:,} submits")
                with urls_of() as url:
                    place = Path(folder) / f"{name}-{guarded}".lower()
                    sides.append(_side(name, run(size, url, place, guarded=guarded, seed=terms.seed), guarded=guarded))
    facts = {
        "sellers": f"{crowd.sellers} in {crowd.processes} processes of {crowd.threads} threads",
        "goods": f"{crowd.products} products, {crowd.pieces} pieces each, shipped and stocked up without end",
    }
    return Proof("oversell", PROMISE, terms.seed, terms.quick, sides, facts)


@contextmanager
def _databases(wanted: object, folder: Path) -> Iterator[Mapping[str, Open]]:
    with postgres_server(folder, str(wanted) if wanted else None) as conninfo:
        yield {
            "PostgreSQL": lambda: fresh_postgres(conninfo),
            "SQLite": lambda: nullcontext(fresh_sqlite(folder)),
        }


def _side(name: str, sale: Sale, *, guarded: bool) -> Side:
    ranked = statistics.quantiles(sale.took, n=100)
    figures = {
        "submits": len(sale.took),
        "accepted": sale.accepted,
        "refused": sale.refused,
        "oversold": sale.verdict.oversold,
        "worst_pieces_beyond": int(sale.verdict.worst),
        "faults_found_by_the_judge": sale.verdict.count,
        "events_judged": sale.verdict.events,
        "submits_per_second": round(len(sale.took) / sale.seconds, 1),
        "p50_ms": round(ranked[49] * 1000, 1),
        "p99_ms": round(ranked[98] * 1000, 1),
        "database_busy": sale.busy,
    }
    guard = "guard" if guarded else "no guard"
    return Side(f"{name}, {guard}", sale.verdict.ok, figures, control=not guarded, faults=sale.verdict.faults[:5])


PROVABLE = Provable(
    "oversell",
    PROMISE,
    prove,
    [
        click.Option(["--postgres"], metavar="URL", help="Where to make databases; else 127.0.0.1, else its own."),
        click.Option(["--submits"], type=click.IntRange(min=300), help=f"On each database; {FULL:,} by default."),
    ],
)
