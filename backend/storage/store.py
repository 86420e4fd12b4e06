"""The store: units of work over one SQL database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from sqlalchemy import Connection, Engine, text

from backend.ports.clock import Clock
from backend.ports.queue import Announcer, queue_of
from backend.storage.engine import transaction
from backend.storage.guard import ConditionalGuard, HoldGuard
from backend.storage.migrate import is_current
from backend.storage.repositories.accounts import SqlAccounts
from backend.storage.repositories.alerts import SqlAlerts
from backend.storage.repositories.approvals import SqlApprovals
from backend.storage.repositories.deals import SqlDeals
from backend.storage.repositories.documents import SqlDocuments
from backend.storage.repositories.figures import SqlFigures
from backend.storage.repositories.holds import SqlHolds
from backend.storage.repositories.hooks import SqlHooks
from backend.storage.repositories.idempotency import SqlIdempotency
from backend.storage.repositories.journal import SqlJournal
from backend.storage.repositories.operation_desk import SqlOperationDesk
from backend.storage.repositories.operations import SqlOperations, Wake
from backend.storage.repositories.orders import SqlOrders
from backend.storage.repositories.pictures import SqlPictures
from backend.storage.repositories.watch import SqlWatch
from backend.storage.secrets import SecretBox


class SqlUnit:
    """One transaction's repositories. `wakes` are announced after its commit."""

    def __init__(self, connection: Connection, *, clock: Clock, box: SecretBox, guard: HoldGuard) -> None:
        self.wakes: list[Wake] = []
        self.accounts = SqlAccounts(connection, box)
        self.alerts = SqlAlerts(connection)
        self.deals = SqlDeals(connection)
        self.documents = SqlDocuments(connection)
        self.figures = SqlFigures(connection)
        self.holds = SqlHolds(connection, guard)
        self.hooks = SqlHooks(connection)
        self.idempotency = SqlIdempotency(connection)
        self.journal = SqlJournal(connection)
        self.operations = SqlOperations(connection, clock, self.wakes)
        self.desk = SqlOperationDesk(connection, self.wakes)
        self.orders = SqlOrders(connection)
        self.approvals = SqlApprovals(connection)
        self.pictures = SqlPictures(connection)
        self.watch = SqlWatch(connection)


class SqlStore:
    """Implements `ports.store.Store`. `guard` decides whether a hold may be taken; the default cannot oversell."""

    def __init__(
        self, engine: Engine, *, clock: Clock, box: SecretBox, announcer: Announcer, guard: HoldGuard | None = None
    ) -> None:
        self.engine = engine
        self._clock = clock
        self._box = box
        self._announcer = announcer
        self._guard = guard or ConditionalGuard()

    @contextmanager
    def write(self) -> Iterator[SqlUnit]:
        """Raises StoreBusy where the database did not take part; nothing is left behind then."""
        with transaction(self.engine, writes=True) as connection:
            unit = self._unit(connection)
            yield unit
        for wake in unit.wakes:
            delay = max(timedelta(0), wake.due_at - self._clock.now())
            self._announcer.announce(wake.operation_id, delay=delay, queue=queue_of(wake.kind))

    @contextmanager
    def read(self) -> Iterator[SqlUnit]:
        with transaction(self.engine, writes=False) as connection:
            yield self._unit(connection)

    def _unit(self, connection: Connection) -> SqlUnit:
        return SqlUnit(connection, clock=self._clock, box=self._box, guard=self._guard)

    def health(self) -> bool:
        """Whether the schema is the one this code was written for. Raises StoreBusy without a database."""
        with transaction(self.engine, writes=False) as connection:
            connection.execute(text("SELECT 1"))
            return is_current(connection)

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()
