"""`make bench`: everything is started, measured and stopped; exit status 1 when a goal is missed."""

from __future__ import annotations

import argparse
import os
import platform
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from benchmarks import cached, card, drain, live, refresh, report
from benchmarks.goods import GoodsMaker, basket
from benchmarks.measure import Result
from benchmarks.office import Office
from benchmarks.town import THREADS, WORKERS, BenchTown
from sandbox.demo.town import ROOT

LINES = (10, 100)


@dataclass(frozen=True, slots=True)
class Effort:
    """How often everything is repeated."""

    live_pairs: int
    cached_rounds: int
    cached_seconds: float
    card_openings: int
    drained: drain.Effort
    refresh_rounds: int


FULL = Effort(
    live_pairs=30,
    cached_rounds=5,
    cached_seconds=5.0,
    card_openings=20,
    drained=drain.Effort(operations=3000, rounds=3),
    refresh_rounds=60,
)
QUICK = Effort(
    live_pairs=8,
    cached_rounds=2,
    cached_seconds=3.0,
    card_openings=5,
    drained=drain.Effort(operations=1000, rounds=1),
    refresh_rounds=20,
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit status 0 when every goal is met, else 1."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer repetitions")
    parser.add_argument("--json", type=Path, default=report.OUTPUT, metavar="FILE", help="where the figures go")
    parser.add_argument("--port", type=int, default=8400, help="the first of six ports")
    parser.add_argument("--data", type=Path, default=ROOT / "var" / "bench", help="where the town keeps its state")
    options = parser.parse_args(arguments)
    console, notes = Console(), Console(stderr=True, highlight=False)
    begun = time.monotonic()

    def say(line: str) -> None:
        notes.print(f"[dim]{time.monotonic() - begun:6.1f} s[/dim]  {line}")

    effort = QUICK if options.quick else FULL
    before = os.getloadavg()
    with BenchTown(options.data, options.port, say, reset=True) as town:
        results = _measure(town, effort, say)
    results += drain.measure(effort.drained, say)
    facts = _facts(before, quick=options.quick)
    report.show(results, facts, console)
    report.write(results, facts, options.json)
    return report.exit_status(results)


def _measure(town: BenchTown, effort: Effort, say: report.Say) -> list[Result]:
    say("the account: products, installation, connection, set-up, deals")
    office = Office(town)
    office.prepare()
    goods = GoodsMaker(town.erp).products()
    deals = {lines: office.deal(f"{lines} позиций", basket(goods, lines)) for lines in LINES}
    say("what a live check asks outside")
    recorded = live.record(office, deals)
    return [
        *live.measure(office, recorded, effort.live_pairs, say),
        *refresh.measure(office, deals, effort.refresh_rounds, say),
        *cached.measure(office, deals[LINES[0]], effort.cached_rounds, effort.cached_seconds, say),
        *card.first_figures(office, deals, effort.card_openings, say),
        *card.sizes(town.data_dir / "widget" / "widget.zip"),
    ]


def _facts(before: tuple[float, float, float], *, quick: bool) -> dict[str, object]:
    after = os.getloadavg()
    return {
        "when": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "machine": f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}",
        "load average": f"{before[0]:.1f} before, {after[0]:.1f} after (load, servers and ERP share the machine)",
        "served by": f"gunicorn, {WORKERS} processes of {THREADS} threads; Tryton, one process, one thread",
        "switched off": "the rate limit of the CRM stand-in; the backend's own budget stays, checks keep its pace",
        "effort": "quick" if quick else "full",
    }


if __name__ == "__main__":
    sys.exit(main())
