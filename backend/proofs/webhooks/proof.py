"""`stockgate prove webhooks`."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

import click
from sqlalchemy import func, select

from backend.proofs.card import REAL, start_web
from backend.proofs.command import Provable, Terms
from backend.proofs.databases import fresh_postgres, fresh_sqlite, postgres_server
from backend.proofs.office import hook_secret_of
from backend.proofs.plant import ACCOUNT, Plant, plant
from backend.proofs.quiet import be_quiet
from backend.proofs.report import Figure, Proof, Side
from backend.proofs.webhooks.load import Posted, post_all
from backend.proofs.webhooks.state import State, begin, differences, read_to_the_end, receive, state_of
from backend.proofs.webhooks.story import happen, make_changes, partly_lost, repeated_and_shuffled
from backend.storage.tables import hook

PROMISE = (
    "webhooks with the ERP down: p99 of the answer < 100 ms, none lost, repeats and shuffles end in the same state"
)
LIMIT_MS = 100.0
CONNECTIONS = 8
AS_THEY_CAME, SHUFFLED, PARTLY_LOST = "as they came", "repeated and shuffled", "partly lost"


@dataclass(frozen=True, slots=True)
class Size:
    """So many webhooks of so many deals, at so many a second."""

    hooks: int
    deals: int
    per_second: float


FULL, QUICK = Size(10_000, 60, 100), Size(240, 12, 40)
WARM_UP = 40
"""The first webhooks find processes that have just been started; they must not be lost, but are not measured."""


@dataclass(frozen=True, slots=True)
class Ground:
    """A database system on which installations are made, one for each way the webhooks come."""

    name: str
    folder: Path
    conninfo: str

    @contextmanager
    def installation(self) -> Iterator[Plant]:
        with ExitStack() as stack:
            home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="p", dir=self.folder)))
            url = stack.enter_context(fresh_postgres(self.conninfo)) if self.conninfo else fresh_sqlite(home)
            yield stack.enter_context(plant(home, url))


def prove(terms: Terms) -> Proof:
    """The load on SQLite and, unless quick, on PostgreSQL; then the same webhooks repeated, shuffled, partly lost."""
    be_quiet()
    size = QUICK if terms.quick else FULL
    if terms.options.get("rate"):
        size = replace(size, per_second=float(str(terms.options["rate"])))
    sides = []
    for name in ("SQLite",) if terms.quick else ("SQLite", "PostgreSQL"):
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="sg")))
            wanted = str(terms.options["postgres"]) if terms.options.get("postgres") else None
            conninfo = "" if name == "SQLite" else stack.enter_context(postgres_server(folder, wanted))
            sides.append(_side(Ground(name, folder, conninfo), size, terms))
    facts = {"connections": CONNECTIONS, "limit_ms": LIMIT_MS, "web_processes": 2, "erp": "down", "workers": "none"}
    return Proof("webhooks", PROMISE, terms.seed, terms.quick, sides, facts)


def _side(ground: Ground, size: Size, terms: Terms) -> Side:
    states: dict[str, State] = {}
    with ground.installation() as here:
        random = Random(terms.seed)  # noqa: S311 (what happens in the CRM)
        changes = make_changes(random, ACCOUNT, begin(here, size.deals), size.hooks)
        bodies = [one.body for one in changes]
        posted = _load(here, bodies, size.per_second)
        kept = _kept(here)
        terms.say(f"{ground.name}: {posted.acknowledged} answered, p99 {posted.percentile(0.99):.1f} ms")
        happen(here.crm, changes)
        moved = {deal_id: deal.stage_id for deal_id, deal in here.crm.deals.items()}
        read_to_the_end(here)
        states[AS_THEY_CAME] = state_of(here)
        returned = sum(deal.stage_id != moved[deal_id] for deal_id, deal in here.crm.deals.items())
    for way, sent in ((SHUFFLED, repeated_and_shuffled(random, bodies)), (PARTLY_LOST, partly_lost(random, bodies))):
        with ground.installation() as here:
            begin(here, size.deals)
            receive(here, sent)
            happen(here.crm, changes)
            read_to_the_end(here)
            states[way] = state_of(here)
        terms.say(f"{ground.name}: {way}: {len(sent)} webhooks read")
    others = {way: differences(states[AS_THEY_CAME], states[way]) for way in (SHUFFLED, PARTLY_LOST)}
    return _told(ground.name, size, posted, kept, returned, others)


def _told(name: str, size: Size, posted: Posted, kept: int, returned: int, others: dict[str, Sequence[str]]) -> Side:
    p99 = posted.percentile(0.99)
    faults = [f"{way}: {one}" for way, found in others.items() for one in found]
    if posted.acknowledged != size.hooks:
        faults.append(f"not answered with 200: {posted.refused}")
    if kept != posted.acknowledged:
        faults.append(f"{kept} webhooks are kept, {posted.acknowledged} were acknowledged")
    if p99 >= LIMIT_MS:
        faults.append(f"p99 is {p99:.1f} ms")
    figures: dict[str, Figure] = {
        "hooks": size.hooks,
        "acknowledged": posted.acknowledged,
        "lost": posted.acknowledged - kept,
        "hooks_per_s": round(len(posted.milliseconds) / posted.seconds, 1),
        "p50_ms": round(posted.percentile(0.5), 1),
        "p99_ms": round(p99, 1),
        "slowest_ms": round(posted.percentile(1), 1),
        "deals_moved_back_by_the_stage_guard": returned,
        "deals_that_end_otherwise_repeated_and_shuffled": len(others[SHUFFLED]),
        "deals_that_end_otherwise_partly_lost": len(others[PARTLY_LOST]),
    }
    return Side(name, kept=not faults, figures=figures, faults=faults[:20])


def _load(here: Plant, bodies: Sequence[bytes], rate: float) -> Posted:
    """Into the real web process, as it is started in production; no worker, no clock."""
    start_web(here, REAL)
    config, path = here.here.config, f"/hooks/amocrm/{hook_secret_of(ACCOUNT)}"
    first = post_all(config.host, config.port, path, bodies[:WARM_UP], per_second=rate, connections=CONNECTIONS)
    found = post_all(config.host, config.port, path, bodies[WARM_UP:], per_second=rate, connections=CONNECTIONS)
    here.crew.kill("web")
    return replace(found, unmeasured=first.acknowledged)


def _kept(here: Plant) -> int:
    with here.here.store.engine.connect() as connection:
        return int(connection.execute(select(func.count()).select_from(hook)).scalar_one())


PROVABLE = Provable(
    "webhooks",
    PROMISE,
    prove,
    [
        click.Option(["--rate"], type=float, default=None, help="Webhooks a second (100; quick: 40)."),
        click.Option(["--postgres"], default=None, help="A PostgreSQL (URL or conninfo) for new databases."),
    ],
)
