"""What the business asks of its own memory: SQL truth behind a unit of work, and a cache that may be lost."""

from backend.ports.store.accounts import (
    Account,
    AccountRepository,
    AccountState,
    Connection,
    DealsMark,
    SetupProgress,
    SetupStep,
)
from backend.ports.store.alerts import Alert, AlertKind, AlertRepository
from backend.ports.store.cache import Cache
from backend.ports.store.deals import DealRepository, DealState
from backend.ports.store.documents import DealDocument, DocumentRepository
from backend.ports.store.figures import FigureRepository, Pile
from backend.ports.store.holds import HoldRepository, HoldShort, HoldWant
from backend.ports.store.hooks import HookRepository, HookSource, StoredHook
from backend.ports.store.idempotency import IdempotencyRepository, StoredAnswer, TokenUse
from backend.ports.store.journal import JournalEntry, JournalRepository
from backend.ports.store.operation_desk import Backlog, Deaths, OperationDesk, OperationSearch
from backend.ports.store.operations import (
    LONGEST_LEASE,
    LONGEST_WAIT,
    Lane,
    Operation,
    OperationRepository,
    OperationState,
    lane_of,
)
from backend.ports.store.orders import ApprovalExists, ApprovalRepository, OrderExists, OrderRepository
from backend.ports.store.pictures import CustomerPicture, KeptCheck, KeptPicture, PictureParts, PictureRepository
from backend.ports.store.unit import Store, UnitOfWork
from backend.ports.store.watch import WatchedDeal, WatchRepository

__all__ = [
    "LONGEST_LEASE",
    "LONGEST_WAIT",
    "Account",
    "AccountRepository",
    "AccountState",
    "Alert",
    "AlertKind",
    "AlertRepository",
    "ApprovalExists",
    "ApprovalRepository",
    "Backlog",
    "Cache",
    "Connection",
    "CustomerPicture",
    "DealDocument",
    "DealRepository",
    "DealState",
    "DealsMark",
    "Deaths",
    "DocumentRepository",
    "FigureRepository",
    "HoldRepository",
    "HoldShort",
    "HoldWant",
    "HookRepository",
    "HookSource",
    "IdempotencyRepository",
    "JournalEntry",
    "JournalRepository",
    "KeptCheck",
    "KeptPicture",
    "Lane",
    "Operation",
    "OperationDesk",
    "OperationRepository",
    "OperationSearch",
    "OperationState",
    "OrderExists",
    "OrderRepository",
    "PictureParts",
    "PictureRepository",
    "Pile",
    "SetupProgress",
    "SetupStep",
    "Store",
    "StoredAnswer",
    "StoredHook",
    "TokenUse",
    "UnitOfWork",
    "WatchRepository",
    "WatchedDeal",
    "lane_of",
]
