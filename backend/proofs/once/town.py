"""What outlives our processes in a case of the matrix (database, ERP, CRM), and a process, which may be killed."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, cast

from sqlalchemy import select

from backend.domain.order import OrderStatus
from backend.erp.memory.adapter import MemoryErp
from backend.jobs.policy import Policy
from backend.jobs.runner import OperationRunner
from backend.jobs.sweep import QUIET, Sweep
from backend.operations import handlers
from backend.ports.erp import ErpPort
from backend.proofs.crm import OneCrm
from backend.proofs.office import FIRST_DEAL, HandClock, OneErp, make_crm, manager_of, new_erp, open_account
from backend.proofs.once.points import Points, TappedAnnouncer, TappedPort, TappedStore
from backend.services.deps import Services
from backend.services.queue.press import queue_order
from backend.services.retry_order import retry_order
from backend.services.show_panel import show_live
from backend.services.submit_order import submit_order
from backend.services.take_picture import take_picture
from backend.storage import SecretBox, SqlStore
from backend.storage.engine import make_engine
from backend.storage.tables import operation

BEGIN = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
LOOK_AGAIN = QUIET + timedelta(seconds=1)
MOST_TURNS = 100


class AtOnce(Executor):
    """Runs what it is given before it returns: calls side by side would come in another order each time."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        done: Future[Any] = Future()
        try:
            done.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 (as every executor does)
            done.set_exception(error)
        return done


class Memory:
    """Implements `ports.store.Cache` in the memory of a process: gone with it."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def get(self, key: str) -> bytes | None:
        return self._kept.get(key)

    def get_many(self, keys: list[str]) -> list[bytes | None]:
        return [self._kept.get(key) for key in keys]

    def put(self, key: str, value: bytes, *, ttl: timedelta) -> None:
        self._kept[key] = value

    def drop(self, *keys: str) -> None:
        for key in keys:
            self._kept.pop(key, None)


@dataclass
class Database:
    """A migrated database, shared by many cases; each has an account of its own in it."""

    url: str
    box: SecretBox
    last_account: int = 0

    def __post_init__(self) -> None:
        self.engine = make_engine(self.url)

    def new_account(self) -> int:
        self.last_account += 1
        return self.last_account

    def close(self) -> None:
        self.engine.dispose()


@dataclass
class Town:
    """One case's outside and its database rows. `points` is of the whole case: a second process counts on."""

    database: Database
    points: Points
    wrap: Callable[[MemoryErp], ErpPort] = lambda erp: erp
    clock: HandClock = field(default_factory=lambda: HandClock(BEGIN))

    def __post_init__(self) -> None:
        self.account_id = self.database.new_account()
        self.deal_id = FIRST_DEAL + self.account_id
        self.books = new_erp(self.clock)
        self.crm_books = make_crm(self.account_id, [self.deal_id], BEGIN)
        self.erp = TappedPort("erp", self.wrap(self.books), self.points, frozenset({"capabilities"}))
        self.crm = TappedPort("crm", self.crm_books, self.points)
        self.announcer = TappedAnnouncer(self.points)
        self.store = SqlStore(self.database.engine, clock=self.clock, box=self.database.box, announcer=self.announcer)
        open_account(self.store, self.account_id, BEGIN)

    def process(self) -> Process:
        """A new one: nothing in memory, what was announced to an earlier one forgotten."""
        made = Process(self)
        self.announcer.hear = made.heard.append
        return made

    def status(self) -> OrderStatus | None:
        """Of the deal's latest order; None where none was accepted."""
        with self.store.read() as unit:
            found = unit.orders.latest_of_deal(self.account_id, self.deal_id)
        return found.status if found is not None else None

    def next_moment(self) -> datetime | None:
        """When the account's next unfinished operation is due or its lease runs out; None when none is unfinished."""
        query = select(operation.c.due_at, operation.c.lease_until, operation.c.state).where(
            operation.c.account_id == self.account_id, operation.c.state.in_(("waiting", "running"))
        )
        with self.database.engine.connect() as connection:
            rows = connection.execute(query).all()
        return min((row.lease_until if row.state == "running" else row.due_at for row in rows), default=None)


class Process:
    """Web, worker and clock of one life, on one thread: what it knows is gone with it."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.heard: deque[str] = deque()
        store = TappedStore(town.store, town.points)
        self.services = Services(
            store=cast(Any, store),
            erps=OneErp(cast(ErpPort, town.erp)),
            crms=OneCrm(cast(Any, town.crm)),
            cache=Memory(),
            clock=town.clock,
            pool=AtOnce(),
            public_url="https://wb.example",
            hinted_deals=lambda account_id, body: [],
        )
        policy = Policy(tries=1, random=Random(0))  # noqa: S311 (jitter)
        self.lease = policy.lease
        self.runner = OperationRunner(cast(Any, store), town.clock, handlers(self.services), policy)
        self.sweep = Sweep(cast(Any, store), town.clock, town.announcer)

    def press(self) -> None:
        """Look at the deal, then *Place order*, as the card does."""
        caller, deal_id = manager_of(self.town.account_id), self.town.deal_id
        seen = take_picture(self.services, caller.account_id, deal_id, as_user=caller.user_id)
        submit_order(self.services, caller, deal_id, seen.fingerprint)

    def put_into_queue(self) -> None:
        """Look at the deal while the ERP is silent, then *Put into the queue*, as the card does."""
        caller, deal_id = manager_of(self.town.account_id), self.town.deal_id
        panel = json.loads(show_live(self.services, caller, deal_id))
        queue_order(self.services, caller, deal_id, panel["queue"]["fingerprint"])

    def look(self) -> None:
        """Open the card."""
        show_live(self.services, manager_of(self.town.account_id), self.town.deal_id)

    def press_retry(self) -> None:
        retry_order(self.services, manager_of(self.town.account_id), self.town.deal_id)

    def deliver(self, *, times: int = 1) -> None:
        """Run what was announced, each `times` over."""
        while self.heard:
            operation_id = self.heard.popleft()
            for _ in range(times):
                self.runner.run(operation_id)

    def work(self, *, times: int = 1) -> None:
        """Deliver, and let time pass to the next thing due, until nothing is unfinished; or until it is clear that
        something is stuck, which the judge will tell."""
        self.deliver(times=times)
        for _ in range(MOST_TURNS):
            moment = self.town.next_moment()
            if moment is None:
                return
            self.town.clock.moment = max(self.town.clock.moment, moment) + LOOK_AGAIN
            self.sweep()
            self.deliver(times=times)
