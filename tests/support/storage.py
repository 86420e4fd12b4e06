"""A store to test on: SQLite in a file by default, PostgreSQL by its own schema."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.fernet import Fernet

from backend.ports.store import Account, AccountState
from backend.storage import SecretBox, SqlStore, make_engine, upgrade
from backend.storage.guard import HoldGuard

START = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
ACCOUNT = 1
_KEY = Fernet.generate_key().decode()


@dataclass
class TickingClock:
    """A clock that moves when it is told to."""

    moment: datetime = START

    def now(self) -> datetime:
        return self.moment

    def advance(self, by: timedelta) -> datetime:
        self.moment += by
        return self.moment


@dataclass
class RecordingAnnouncer:
    """Keeps what was announced, in order."""

    announced: list[tuple[str, timedelta]] = field(default_factory=list)

    def announce(self, operation_id: str, *, delay: timedelta) -> None:
        self.announced.append((operation_id, delay))

    @property
    def ids(self) -> list[str]:
        return [operation_id for operation_id, _ in self.announced]


def sqlite_url(folder: Path) -> str:
    return f"sqlite:///{folder / 'stockgate.db'}"


def make_store(
    url: str,
    *,
    clock: TickingClock | None = None,
    announcer: RecordingAnnouncer | None = None,
    guard: HoldGuard | None = None,
    accounts: tuple[int, ...] = (ACCOUNT,),
) -> SqlStore:
    """A migrated store with these accounts in it. Close it after use."""
    upgrade(url)
    store = SqlStore(
        make_engine(url),
        clock=clock or TickingClock(),
        box=SecretBox([_KEY]),
        announcer=announcer or RecordingAnnouncer(),
        guard=guard,
    )
    with store.write() as unit:
        for account_id in accounts:
            unit.accounts.save(an_account(account_id))
    return store


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
