"""Cached checks: how many a second, and how long one takes, beside an empty view on the same server."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.load import Load, Order, from_outside
from benchmarks.measure import Goal, Of, Result, median, percentile
from benchmarks.office import ANNA, Office
from benchmarks.town import THREADS, WORKERS
from sandbox.demo.children import Children, wait_for

LEAST_PER_SECOND = 1000.0
MOST_MILLISECONDS = 50.0
CONNECTIONS = WORKERS * THREADS
TOKENS = 12_000
EMPTY_HEAD = "GET / HTTP/1.1\r\nHost: empty"


def measure(office: Office, deal_id: int, rounds: int, seconds: float, say: Callable[[str], None]) -> list[Result]:
    """In turns: ours with a new token in each request, ours with one token, the empty view."""
    panel = office.backend("GET", f"deals/{deal_id}/panel?figures=cached", user_id=ANNA)
    if not panel["figures"] or not panel["lines"]:
        raise RuntimeError("the cached panel is empty: nothing would be measured")
    loads: dict[str, list[Load]] = {"new": [], "same": [], "empty": []}
    with _empty(office) as port:
        for number in range(rounds):
            say(f"cached checks, round {number + 1} of {rounds}")
            new = [office.tokens.token(ANNA) for _ in range(TOKENS)]
            loads["new"].append(_run(_ours(office, deal_id, new, seconds)))
            loads["same"].append(_run(_ours(office, deal_id, new[:1], seconds)))
            loads["empty"].append(_run(Order("127.0.0.1", port, EMPTY_HEAD, [], CONNECTIONS, seconds)))
    rate = {name: median([one.per_second for one in some]) for name, some in loads.items()}
    slow = {name: median([percentile(one.latencies, 95) for one in some]) for name, some in loads.items()}
    against = "empty view"
    details: dict[str, object] = {
        "connections": CONNECTIONS,
        "lines": len(panel["lines"]),
        "seconds": seconds,
        "per_second": {name: [one.per_second for one in some] for name, some in loads.items()},
        "p95_ms": {name: [percentile(one.latencies, 95) for one in some] for name, some in loads.items()},
        "p50_ms": {name: [median(one.latencies) for one in some] for name, some in loads.items()},
    }
    least, most = Goal(Of.MEASURED, least=LEAST_PER_SECOND), Goal(Of.MEASURED, most=MOST_MILLISECONDS)
    return [
        Result("cached checks, new token each", rate["new"], "/s", least, rate["empty"], against, details),
        Result("cached checks, one token", rate["same"], "/s", None, rate["empty"], against),
        Result("cached answer under that load, p95", slow["new"], "ms", most, slow["empty"], against),
    ]


def _ours(office: Office, deal_id: int, tokens: list[str], seconds: float) -> Order:
    at = urlsplit(office.town.at.backend)
    head = "\r\n".join(
        (
            f"GET /api/v1/deals/{deal_id}/panel?figures=cached HTTP/1.1",
            f"Host: {at.netloc}",
            f"Origin: {office.town.at.crm}",
            "X-Auth-Token: {token}",
        )
    )
    return Order(at.hostname or "", at.port or 80, head, tokens, CONNECTIONS, seconds)


def _run(order: Order) -> Load:
    """Raises RuntimeError when anything but a 200 came."""
    load = from_outside(order)
    if load.failures or not load.latencies:
        raise RuntimeError(f"{load.failures} of {len(load.latencies)} answers were no 200")
    return load


@contextmanager
def _empty(office: Office) -> Iterator[int]:
    """The empty view on the same gunicorn settings; its port."""
    port = office.town.at.drive_port + 1
    children = Children(office.town.data_dir / "logs", {})
    try:
        sizes = f"--worker-class gthread --workers {WORKERS} --threads {THREADS} --keep-alive 20"
        command = [*sizes.split(), "--bind", f"127.0.0.1:{port}", "benchmarks.empty:app"]
        gunicorn = Path(sys.executable).parent / "gunicorn"
        children.start("empty", [gunicorn, *command])
        wait_for(f"http://127.0.0.1:{port}/", alive=children.require_alive)
        yield port
    finally:
        children.stop()
