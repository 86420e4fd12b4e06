"""The unit of work: one SQL transaction."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol

from backend.ports.store.accounts import AccountRepository
from backend.ports.store.alerts import AlertRepository
from backend.ports.store.deals import DealRepository
from backend.ports.store.documents import DocumentRepository
from backend.ports.store.figures import FigureRepository
from backend.ports.store.holds import HoldRepository
from backend.ports.store.hooks import HookRepository
from backend.ports.store.idempotency import IdempotencyRepository
from backend.ports.store.journal import JournalRepository
from backend.ports.store.operation_desk import OperationDesk
from backend.ports.store.operations import OperationRepository
from backend.ports.store.orders import ApprovalRepository, OrderRepository
from backend.ports.store.pictures import PictureRepository
from backend.ports.store.watch import WatchRepository


class UnitOfWork(Protocol):
    """Commits when its `with` block ends well, rolls back on an exception. Never held open over a call outside."""

    @property
    def accounts(self) -> AccountRepository: ...
    @property
    def alerts(self) -> AlertRepository: ...
    @property
    def deals(self) -> DealRepository: ...
    @property
    def desk(self) -> OperationDesk: ...
    @property
    def documents(self) -> DocumentRepository: ...
    @property
    def figures(self) -> FigureRepository: ...
    @property
    def holds(self) -> HoldRepository: ...
    @property
    def hooks(self) -> HookRepository: ...
    @property
    def idempotency(self) -> IdempotencyRepository: ...
    @property
    def journal(self) -> JournalRepository: ...
    @property
    def operations(self) -> OperationRepository: ...
    @property
    def orders(self) -> OrderRepository: ...
    @property
    def approvals(self) -> ApprovalRepository: ...
    @property
    def pictures(self) -> PictureRepository: ...
    @property
    def watch(self) -> WatchRepository: ...


class Store(Protocol):
    def write(self) -> AbstractContextManager[UnitOfWork]:
        """A transaction that may change things.

        Operations that it made runnable (added, revived, put off, next of a deal) are announced after its commit.
        """
        ...

    def read(self) -> AbstractContextManager[UnitOfWork]:
        """A transaction that only looks."""
        ...
