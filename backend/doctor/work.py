"""Whether work is done: the engine, workers and clock, what waits too long, what was given up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from backend.bootstrap import Container
from backend.doctor.finding import Finding, ok, unhealthy, unknown
from backend.ports.store import UnitOfWork

LATE = timedelta(minutes=1)
HOOKS_LATE = timedelta(minutes=5)


def look_at_work(parts: Container) -> Iterator[Finding]:
    """Needs a database of the right schema."""
    yield _engine(parts)
    yield from _processes(parts)
    with parts.store.read() as unit:
        now = parts.clock.now()
        yield _late(unit, now)
        yield _dead(unit)
        yield _hooks(unit, now)


def _engine(parts: Container) -> Finding:
    waiting = parts.announcer.waiting()
    if waiting is None:
        return unhealthy("broker", "the job engine's broker does not answer", "start it; operations wait meanwhile")
    return ok("broker", f"answers, {waiting} announcements wait")


def _processes(parts: Container) -> Iterator[Finding]:
    alive = parts.seen.alive()
    for kind in ("worker", "clock"):
        if alive is None:
            yield unknown(kind, "only Redis knows who is alive, and it does not answer")
        elif not alive.get(kind):
            yield unhealthy(kind, "none was seen lately", f"start `stockgate {kind}`")
        else:
            yield ok(kind, f"{alive[kind]} alive")


def _late(unit: UnitOfWork, now: datetime) -> Finding:
    backlog = unit.desk.backlog()
    count = sum(one.count for one in backlog)
    if unit.operations.runnable(now=now - LATE, limit=1):
        todo = "is a worker running, are there enough of them, does the broker answer?"
        return unhealthy("queue", f"{count} unfinished; some are due for over a minute and nobody takes them", todo)
    if not backlog:
        return ok("queue", "empty")
    oldest = now - min(one.oldest for one in backlog)
    return ok("queue", f"{count} unfinished, the oldest asked for {_short(oldest)} ago; none is late")


def _dead(unit: UnitOfWork) -> Finding:
    deaths = unit.desk.deaths()
    if not deaths:
        return ok("dead", "none")
    said = "; ".join(f"account {one.account_id}: {one.count} {one.kind} ({one.code})" for one in deaths[:20])
    todo = "`stockgate operations list --state dead`, mend the cause, then retry or dismiss them"
    return unhealthy("dead", said, todo)


def _hooks(unit: UnitOfWork, now: datetime) -> Finding:
    pile = unit.figures.hooks()
    if pile.oldest is None or now - pile.oldest < HOOKS_LATE:
        return ok("hooks", f"{pile.count} wait")
    said = f"{pile.count} webhooks wait, the oldest for {_short(now - pile.oldest)}"
    return unhealthy("hooks", said, "are worker and clock running, does amoCRM answer?")


def _short(span: timedelta) -> str:
    return str(timedelta(seconds=round(max(span, timedelta(0)).total_seconds())))
