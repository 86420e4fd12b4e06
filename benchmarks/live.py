"""A live check of a deal beside the bare outside calls it needs."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import requests

from backend.bootstrap import container
from backend.config import load_config
from backend.ports.tokens import Priority
from backend.services.show_panel import show_live
from backend.services.viewer import Caller
from benchmarks.bare import BareClient
from benchmarks.measure import Goal, Of, Result, median, percentile
from benchmarks.office import ANNA, Office
from benchmarks.plan import Step, plan, rounds
from benchmarks.tap import recording
from benchmarks.town import environment

MOST_RATIO = 1.3
APART = 1.5
"""Seconds between our checks: the backend allows itself seven CRM requests in 1.4 s; one check needs five."""
WARM_UPS = 3
"""The kept connection stays with one web process, which reads the ERP's warehouses, units and taxes at the first."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What one deal's live check asks outside."""

    deal_id: int
    lines: int
    steps: Sequence[Step]


def record(office: Office, deals: dict[int, int]) -> list[Recorded]:
    """The requests of a check by a process that knows the ERP's warehouses, units and taxes already (they are read once
    in ten minutes). `deals`: number of lines → deal."""
    found = []
    with environment(office.town.environment), container(load_config(), priority=Priority.PERSON) as parts:
        caller = Caller(office.account_id, ANNA, is_admin=False)
        for lines, deal_id in deals.items():
            show_live(parts.services, caller, deal_id)
            time.sleep(APART)
            with recording() as sent:
                show_live(parts.services, caller, deal_id)
            found.append(Recorded(deal_id, lines, plan(sent)))
    return found


def measure(office: Office, deals: Sequence[Recorded], rounds_: int, say: Callable[[str], None]) -> list[Result]:
    """Ours, bare, ours, bare …, so that a busy moment of the machine meets both."""
    results = []
    with requests.Session() as session, BareClient() as bare:
        for one in deals:
            say(f"live check of {one.lines} lines")
            for _ in range(WARM_UPS):
                check(office, session, one.deal_id, one.lines)
            bare.run(one.steps)
            pairs = [(check(office, session, one.deal_id, one.lines), bare.run(one.steps)) for _ in range(rounds_)]
            results.append(_result(one, pairs))
    return [*results, _calls(deals)]


def check(office: Office, session: requests.Session, deal_id: int, lines: int) -> float:
    """Seconds of a whole answer over HTTP with a new token. Raises RuntimeError when it is not a live one."""
    time.sleep(APART)
    headers = office.headers(ANNA)
    begun = time.perf_counter()
    answer = session.get(
        f"{office.town.at.backend}/api/v1/deals/{deal_id}/panel?figures=live", headers=headers, timeout=60
    )
    took = time.perf_counter() - begun
    panel = answer.json()
    if answer.status_code != 200 or panel["figures"]["source"] != "live" or len(panel["lines"]) != lines:
        raise RuntimeError(f"no live answer for deal {deal_id}: {answer.status_code} {answer.text[:300]}")
    return took


def _result(one: Recorded, pairs: Sequence[tuple[float, float]]) -> Result:
    ours, bare = [1000 * mine for mine, _ in pairs], [1000 * theirs for _, theirs in pairs]
    return Result(
        f"live check, {one.lines} lines, p50",
        median(ours),
        "ms",
        Goal(Of.RATIO, most=MOST_RATIO),
        median(bare),
        f"{len(one.steps)} bare calls, {rounds(one.steps)} rounds",
        {
            "repetitions": len(pairs),
            "ours_p95_ms": percentile(ours, 95),
            "bare_p95_ms": percentile(bare, 95),
            "median_of_paired_ratios": median([mine / theirs for mine, theirs in pairs]),
            "calls": [step.kind for step in one.steps],
        },
    )


def _calls(deals: Sequence[Recorded]) -> Result:
    fewest, most = min(deals, key=lambda one: one.lines), max(deals, key=lambda one: one.lines)
    return Result(
        f"outside calls of {most.lines} lines",
        len(most.steps),
        "calls",
        Goal(Of.RATIO, most=1.0),
        len(fewest.steps),
        f"{fewest.lines} lines",
    )
