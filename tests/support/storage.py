"""A store to test on, its clock and announcer, and records to put into it.

The fixtures among them are to be imported by a conftest: `databases` and `store` are SQLite and PostgreSQL in turn
(`postgres` and `sqlite` come along), `clock`, `announcer`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet

from backend.domain.approval import Approval, ApprovalLine, ApprovalState
from backend.domain.customer import CustomerKey
from backend.domain.order import Order, OrderCustomer, OrderLine, OrderPart, OrderStatus
from backend.jobs.runner import OperationRunner, Outcome
from backend.ports.queue import Queue
from backend.ports.store import Account, AccountState
from backend.storage import SecretBox, SqlStore, make_engine, upgrade
from backend.storage.guard import HoldGuard
from tests.support.databases import Databases, Postgres, Sqlite, postgres_server

__all__ = [
    "ACCOUNT",
    "DEAL",
    "OTHER",
    "START",
    "RecordingAnnouncer",
    "TickingClock",
    "WallClock",
    "an_account",
    "an_approval",
    "an_order",
    "announcer",
    "clock",
    "databases",
    "drain",
    "make_store",
    "open_store",
    "postgres",
    "sqlite",
    "sqlite_url",
    "store",
]

START = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
ACCOUNT = 1
OTHER = 2
DEAL = 501
_BOX = SecretBox([Fernet.generate_key().decode()])


@dataclass
class TickingClock:
    """A clock that moves when it is told to."""

    moment: datetime = START

    def now(self) -> datetime:
        return self.moment

    def advance(self, by: timedelta) -> datetime:
        self.moment += by
        return self.moment


class WallClock:
    """The real time, for tests with real workers."""

    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass
class RecordingAnnouncer:
    """Keeps what was announced, in order, and where. `untaken`: what an engine would say waits there (None:
    unreachable)."""

    announced: list[tuple[str, timedelta]] = field(default_factory=list)
    queues: list[Queue] = field(default_factory=list)
    untaken: int | None = 0

    def announce(self, operation_id: str, *, delay: timedelta, queue: Queue) -> None:
        self.announced.append((operation_id, delay))
        self.queues.append(queue)

    def waiting(self) -> int | None:
        return self.untaken

    @property
    def ids(self) -> list[str]:
        return [operation_id for operation_id, _ in self.announced]


def sqlite_url(folder: Path) -> str:
    return f"sqlite:///{folder / 'stockgate.db'}"


def open_store(
    url: str,
    *,
    clock: Any = None,
    announcer: Any = None,
    guard: HoldGuard | None = None,
    pool_size: int = 10,
    busy: timedelta = timedelta(seconds=15),
) -> SqlStore:
    """A store on a migrated database. Close it after use."""
    engine = make_engine(url, pool_size=pool_size, busy=busy)
    return SqlStore(
        engine,
        clock=clock or TickingClock(),
        box=_BOX,
        announcer=announcer or RecordingAnnouncer(),
        guard=guard,
    )


def make_store(url: str, *, accounts: tuple[int, ...] = (ACCOUNT,), **parts: Any) -> SqlStore:
    """Migrate the database and put these accounts into it; `parts` as `open_store` takes them. Close it after use."""
    upgrade(url)
    store = open_store(url, **parts)
    add_accounts(store, accounts)
    return store


def add_accounts(store: SqlStore, accounts: tuple[int, ...]) -> None:
    with store.write() as unit:
        for account_id in accounts:
            unit.accounts.save(an_account(account_id))


def drain(
    store: SqlStore,
    runner: OperationRunner,
    clock: TickingClock,
    *,
    patience: timedelta = timedelta(0),
    limit: int = 1000,
) -> list[Outcome]:
    """Run everything runnable until nothing is, moving the clock by up to `patience` in all towards what is due."""
    outcomes: list[Outcome] = []
    until = clock.now() + patience
    while len(outcomes) < limit:
        with store.read() as unit:
            ready = unit.operations.runnable(now=clock.now(), limit=limit)
        if not ready and clock.now() >= until:
            return outcomes
        if not ready:
            clock.advance(min(timedelta(seconds=1), until - clock.now()))
        outcomes.extend(runner.run(operation_id) for operation_id in ready)
    raise AssertionError(f"still busy after {limit} attempts")


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    with postgres_server(tmp_path_factory.mktemp("server")) as conninfo:
        server = Postgres(conninfo)
        yield server
        server.close()


@pytest.fixture(scope="session")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> Sqlite:
    return Sqlite(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def databases(request: pytest.FixtureRequest) -> Databases:
    """Each test runs on both."""
    made: Databases = request.getfixturevalue(request.param)
    return made


@pytest.fixture
def clock() -> TickingClock:
    return TickingClock()


@pytest.fixture
def announcer() -> RecordingAnnouncer:
    return RecordingAnnouncer()


@pytest.fixture
def store(databases: Databases, clock: TickingClock, announcer: RecordingAnnouncer) -> Iterator[SqlStore]:
    """A store with two accounts."""
    opened = open_store(databases.migrated(), clock=clock, announcer=announcer)
    add_accounts(opened, (ACCOUNT, OTHER))
    yield opened
    opened.close()


def an_account(account_id: int = ACCOUNT, state: AccountState = AccountState.ACTIVE) -> Account:
    return Account(
        id=account_id,
        domain=f"shop{account_id}.amocrm.ru",
        name=f"Shop {account_id}",
        timezone="Europe/Moscow",
        currency="RUB",
        language="ru",
        state=state,
        hook_secret=f"hook-{account_id}",
        installed_at=START,
    )


def an_order(order_id: str = "order-1", **changes: Any) -> Order:
    line = OrderLine(
        key=f"{order_id}:9001",
        line_id="9001",
        product_id="14",
        sku="PANEL-24",
        name="Щит распределительный 24М",
        unit_id="1",
        unit="шт",
        quantity=Decimal("10"),
        base_quantity=Decimal("10"),
        unit_price=Decimal("139.426230"),
        ship_on=date(2026, 12, 12),
    )
    order = Order(
        id=order_id,
        account_id=ACCOUNT,
        deal_id=DEAL,
        status=OrderStatus.PLACING,
        fingerprint="b1946ac9",
        customer=OrderCustomer(None, "АО «Стройгрупп»", CustomerKey(inn="7701234567", kpp="770101001")),
        parts=(OrderPart(key=f"{order_id}:5", warehouse_id="5", lines=(line,)),),
        total=Decimal("23400.00"),
        currency="RUB",
        price_type_id=None,
        allow_shortage=False,
        approval_id=None,
        submitted_by=7,
        created_at=START,
    )
    return replace(order, **changes)


def an_approval(approval_id: str = "approval-1", **changes: Any) -> Approval:
    approval = Approval(
        id=approval_id,
        account_id=ACCOUNT,
        deal_id=DEAL,
        state=ApprovalState.PENDING,
        fingerprint="b1946ac9",
        lines=(ApprovalLine("9001", "Щит", "шт", Decimal(10), Decimal(6), incoming=("2026-12-12", "40")),),
        reasons=("shortage",),
        total=Decimal("23400.00"),
        currency="RUB",
        margin_percent=Decimal("18.4"),
        reason="Клиент согласен ждать",
        requested_by=7,
        requested_at=START,
        deadline=START + timedelta(hours=24),
    )
    return replace(approval, **changes)
