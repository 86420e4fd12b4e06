"""`stockgate prove outage`."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random

import click
from sqlalchemy import func, select

from backend.erp.memory.faults import Fault
from backend.jobs.policy import Policy
from backend.jobs.runner import OperationRunner
from backend.jobs.schedule import Periodic, Schedule
from backend.jobs.serve import running
from backend.jobs.sweep import EVERY, Sweep
from backend.jobs.work import Work
from backend.operations import handlers
from backend.proofs.audit import audit
from backend.proofs.command import Provable, Terms
from backend.proofs.databases import fresh_postgres, fresh_sqlite, postgres_server
from backend.proofs.outage.load import look_at_new_deals, press_all, queue_over
from backend.proofs.outage.order_kept import out_of_order
from backend.proofs.plant import Plant, plant, wait_until
from backend.proofs.quiet import be_quiet
from backend.proofs.report import Figure, Proof, Side
from backend.storage.tables import operation

PROMISE = "the ERP gone for ten minutes under load: nothing is lost, the order per deal is kept, the backlog is drained"
THREADS = 8
LONGEST_DRAIN = 600.0


@dataclass(frozen=True, slots=True)
class Size:
    """`minutes` of outage, `factor` times compressed; so many deals are pressed just before it and queued during it."""

    minutes: float
    factor: float
    pressed: int
    queued: int

    @property
    def seconds(self) -> float:
        """How long the outage really lasts."""
        return self.minutes * 60 / self.factor


FULL, QUICK = Size(10, 30, 400, 600), Size(10, 150, 20, 20)


def prove(terms: Terms) -> Proof:
    """The outage on SQLite and on PostgreSQL."""
    be_quiet()
    size = QUICK if terms.quick else FULL
    sides = []
    for name in ("SQLite", "PostgreSQL"):
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="sg")))
            if name == "SQLite":
                url = fresh_sqlite(folder)
            else:
                wanted = terms.options.get("postgres")
                conninfo = stack.enter_context(postgres_server(folder, str(wanted) if wanted else None))
                url = stack.enter_context(fresh_postgres(conninfo))
            sides.append(_side(name, stack.enter_context(plant(folder, url)), size, terms))
    facts = {"outage_minutes": size.minutes, "compressed": f"{size.factor:g} times", "worker_threads": THREADS}
    return Proof("outage", PROMISE, terms.seed, terms.quick, sides, facts)


def _side(name: str, here: Plant, size: Size, terms: Terms) -> Side:
    random = Random(terms.seed)  # noqa: S311 (which deals are taken out of the queue)
    parts = here.here
    runner = OperationRunner(parts.store, parts.clock, handlers(parts.services), _policy(size.factor, random))
    sweep = Sweep(parts.store, parts.clock, parts.announcer)
    deals = look_at_new_deals(here, size.pressed + size.queued)
    press_all(here, deals[: size.pressed])
    terms.say(f"{name}: {size.pressed} orders accepted, the workers start, the ERP goes")
    with running([Work(parts.broker, runner, threads=THREADS), Schedule([Periodic("sweep", EVERY, sweep)])]):
        _half_done(here, size.pressed)
        _go(here)
        placed_before = len(here.books().alive)
        pressed = queue_over(here, deals[size.pressed :], size.seconds, random)
        backlog = _unfinished(here)
        ended_before, begun = _ended(here), time.monotonic()
        here.erp.script.up()
        terms.say(f"{name}: the ERP is back, {backlog} operations wait")
        drained = wait_until(lambda: _unfinished(here) == 0, LONGEST_DRAIN)
        done = _ended(here) - ended_before
    took = (drained or time.monotonic()) - begun
    books = here.books()
    disorder = list(out_of_order(books))
    faults = [*audit(books), *disorder]
    if drained is None:
        faults.append(f"{_unfinished(here)} operations are still there after {LONGEST_DRAIN:g} s")
    if len(books.living) != len(deals):
        faults.append(f"{len(deals)} orders were pressed or put into the queue, {len(books.living)} live")
    figures: dict[str, Figure] = {
        "outage_s": round(size.seconds, 1),
        "accepted_before": size.pressed,
        "of_them_in_the_erp_when_it_went": placed_before,
        "put_into_the_queue_meanwhile": size.queued,
        "presses_of_the_queue": pressed,
        "operations_waiting_when_it_returned": backlog,
        "drained_in_s": round(took, 1),
        "operations_drained_per_s": round(done / took, 1),
        "orders_in_the_erp": len(books.alive),
        "lost": len(deals) - len(books.living),
        "deals_out_of_order": len(disorder),
        "holds_leaked": len(books.held),
    }
    return Side(name, kept=not faults, figures=figures, faults=faults[:20])


def _policy(factor: float, random: Random) -> Policy:
    """The real one's delays, compressed as the outage is; leases last as long as ever."""
    real = Policy()
    return Policy(first=real.first / factor, longest=real.longest / factor, random=random)


def _half_done(here: Plant, pressed: int) -> None:
    """Let the workers come so far that the outage finds orders in every state."""
    wait_until(lambda: len(here.erp.people.orders()) >= pressed // 3, 60)


def _go(here: Plant) -> None:
    """What was asked in this moment loses its answer, half of it done; then nothing answers."""
    for step in ("place_order", "place_order.create", "place_order.confirm", "create_customer"):
        here.erp.script.fail(step, Fault.LOST_AFTER)
        here.erp.script.fail(step, Fault.LOST_BEFORE)
    time.sleep(timedelta(milliseconds=50).total_seconds())
    here.erp.script.down()


def _unfinished(here: Plant) -> int:
    return _count(here, ("waiting", "running"))


def _ended(here: Plant) -> int:
    return _count(here, ("done",))


def _count(here: Plant, states: Sequence[str]) -> int:
    query = select(func.count()).select_from(operation).where(operation.c.state.in_(states))
    with here.here.store.engine.connect() as connection:
        return int(connection.execute(query).scalar_one())


PROVABLE = Provable(
    "outage",
    PROMISE,
    prove,
    [click.Option(["--postgres"], default=None, help="A PostgreSQL (URL or conninfo) on which databases may be made.")],
)
