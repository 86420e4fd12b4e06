"""A live check while the stock of all open deals is refreshed in the background, beside the same check without it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

import requests

from backend.bootstrap import container
from backend.config import load_config
from backend.ports.store import KeptPicture
from backend.ports.tokens import Priority
from backend.services.stock_check import check_state
from backend.services.take_picture import goods_of
from benchmarks.live import WARM_UPS, check
from benchmarks.measure import Goal, Of, Result, median, percentile
from benchmarks.office import Office
from benchmarks.town import environment
from sandbox.demo.town import ROOT

MOST_RATIO = 1.5
PICTURES, LINES_EACH = 300, 10
FIRST_COPY = 90_000_000
IN_A_ROW = 5
"""Checks before the refresh is stopped or set going again, so that a busy moment of the machine meets both."""


@dataclass(frozen=True, slots=True)
class Samples:
    """Seconds of checks without and during the refresh, and what that did."""

    idle: list[float]
    busy: list[float]
    refreshed: Counter[str]


def measure(office: Office, deals: dict[int, int], rounds: int, say: Callable[[str], None]) -> list[Result]:
    """`deals`: number of lines → deal; the shortest is checked, of the longest the other deals are made."""
    shortest, longest = min(deals), max(deals)
    say(f"{PICTURES} more deals with a kept picture")
    _copy_pictures(office, deals[longest])
    say(f"live check of {shortest} lines during a full refresh")
    with requests.Session() as session, _refresher(office) as tell:
        for _ in range(WARM_UPS):
            check(office, session, deals[shortest], shortest)
        taken = _alternate(lambda: check(office, session, deals[shortest], shortest), tell, rounds)
    return [result(shortest, taken)]


def result(lines: int, taken: Samples) -> Result:
    """Raises RuntimeError where nothing was refreshed: the comparison would be of nothing."""
    if not taken.refreshed["turns"] or taken.refreshed["failed"]:
        raise RuntimeError(f"the refresh did not run: {dict(taken.refreshed)}")
    idle, busy = [1000 * one for one in taken.idle], [1000 * one for one in taken.busy]
    return Result(
        f"live check during a full refresh, {lines} lines, p95",
        percentile(busy, 95),
        "ms",
        Goal(Of.RATIO, most=MOST_RATIO),
        percentile(idle, 95),
        "without a refresh",
        {
            "repetitions": len(busy),
            "p50_ms": median(busy),
            "idle_p50_ms": median(idle),
            "pictures": PICTURES,
            **taken.refreshed,
        },
    )


def _alternate(one_check: Callable[[], float], tell: Callable[[str], Counter[str]], rounds: int) -> Samples:
    taken = Samples([], [], Counter())
    for _ in range(0, rounds, IN_A_ROW):
        taken.idle.extend(one_check() for _ in range(IN_A_ROW))
        tell("go")
        taken.busy.extend(one_check() for _ in range(IN_A_ROW))
        taken.refreshed.update(tell("stop"))
    return taken


@contextmanager
def _refresher(office: Office) -> Iterator[Callable[[str], Counter[str]]]:
    """A process beside the town's own, as the clock is one. Ends with its input."""
    command = [sys.executable, "-m", "benchmarks.refresher"]
    variables = {**os.environ, **office.town.environment}
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, env=variables, text=True
    ) as process:

        def tell(word: str) -> Counter[str]:
            if process.stdin is None or process.stdout is None:
                raise RuntimeError("no pipes")
            print(word, file=process.stdin, flush=True)
            return Counter(json.loads(process.stdout.readline())) if word == "stop" else Counter()

        try:
            yield tell
        finally:
            if process.stdin is not None:
                process.stdin.close()


def _copy_pictures(office: Office, deal_id: int) -> None:
    """Pictures of other deals from the lines of a real one, as if people had looked at each."""
    with environment(office.town.environment), container(load_config(), priority=Priority.PERSON) as parts:
        now = parts.clock.now()
        with parts.store.write() as unit:
            (kept,) = unit.pictures.read(office.account_id, [deal_id])
            for copy in copies(kept, PICTURES, LINES_EACH):
                unit.pictures.keep(copy)
                check_ = copy.check
                state = check_state(unit, check_.account_id, check_.deal_id, check_.basket, now)
                unit.pictures.tell(check_.account_id, check_.deal_id, state)


def copies(kept: KeptPicture, count: int, lines: int) -> Sequence[KeptPicture]:
    """So many pictures of so many lines each, beginning at another line each time. Their digests are no real ones: the
    first refresh writes each, the next find them unchanged."""
    found = []
    for number in range(count):
        chosen = [kept.parts.lines[(number + place) % len(kept.parts.lines)] for place in range(lines)]
        check_ = replace(kept.check, deal_id=FIRST_COPY + number, digest="copied")
        parts = replace(kept.parts, deal=replace(kept.parts.deal, id=FIRST_COPY + number), lines=chosen)
        found.append(replace(kept, check=check_, goods=goods_of(chosen), parts=parts))
    return found
