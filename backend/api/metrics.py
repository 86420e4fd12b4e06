"""Figures for Prometheus: durations by route, decisions by outcome, errors of the outside by code (in `errors`).

Several processes share them through the directory named by PROMETHEUS_MULTIPROC_DIR, set before Python starts.
"""

from __future__ import annotations

import os
import re
import time

from flask import Response, g, request
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

DURATION = Histogram(
    "stockgate_request_seconds",
    "Time to answer by route template",
    ["method", "route", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
DECISIONS = Counter(
    "stockgate_decisions_total",
    "Answers to orders, requests, verdicts, and the queue",
    ["action", "outcome"],
)

DECIDING = {
    "order.place": "order",
    "order.retry": "order",
    "order.queue": "queue",
    "order.ask": "request",
    "order.decide": "verdict",
}


CHECKS = Histogram(
    "stockgate_check_seconds",
    "Time of a live look at a deal, by the panel's state or the problem's code",
    ["outcome"],
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 1.5, 2.5, 5, 10, 30),
)
_PANEL_STATE = re.compile(rb'"state":\s*"(\w+)"')


def start() -> None:
    g.started = time.perf_counter()


def finish(response: Response) -> Response:
    """The route's template, never its ids: they would make a series each."""
    route = str(request.url_rule.rule) if request.url_rule else "unknown"
    seconds = time.perf_counter() - g.get("started", time.perf_counter())
    DURATION.labels(request.method, route, str(response.status_code)).observe(seconds)
    if request.endpoint == "deal.panel" and request.args.get("figures", "live") == "live":
        CHECKS.labels(_checked(response)).observe(seconds)
    action = DECIDING.get(request.endpoint or "")
    if action is not None:
        DECISIONS.labels(action, outcome(response)).inc()
    return response


def _checked(response: Response) -> str:
    """The panel's state stands at its beginning; the panel is not read for it."""
    found = _PANEL_STATE.search(response.get_data()[:200]) if response.status_code == 200 else None
    return found[1].decode() if found else outcome(response)


def outcome(response: Response) -> str:
    """`done`, or the code of the problem."""
    if response.status_code < 400:
        return "done"
    told = response.get_json(silent=True)
    return str(told.get("code", "unknown")) if isinstance(told, dict) else "unknown"


def exposition() -> Response:
    """All processes' figures together, where they share a directory."""
    registry = REGISTRY
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
