"""Operations as people look at them: searched, counted, dismissed. Running them is `operations`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from backend.ports.store.operations import Operation, OperationState


@dataclass(frozen=True, slots=True)
class OperationSearch:
    """What to look for; what is left empty does not matter. `account_id` None: of all accounts, for the command line.

    `text`: in the error's code or detail, letters of any case. `before`: the sequence the page before ended with.
    """

    account_id: int | None = None
    states: Sequence[OperationState] = ()
    kinds: Sequence[str] = ()
    deal_id: int | None = None
    text: str = ""
    before: int | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Backlog:
    """Unfinished operations of one lane and state. `oldest`: when the oldest was asked for, or revived."""

    lane: str
    state: str
    count: int
    oldest: datetime


@dataclass(frozen=True, slots=True)
class Deaths:
    """Dead operations of one kind in one account. `code`: of the one that died last, at `last_at`."""

    account_id: int
    kind: str
    count: int
    last_at: datetime
    code: str


class OperationDesk(Protocol):
    def search(self, search: OperationSearch) -> Sequence[Operation]:
        """Newest first."""
        ...

    def dismiss(self, seen: Operation, *, by: int | None, why: str, now: datetime) -> bool:
        """Waiting or dead → dismissed, and the lane's next is announced after commit. False where it is not as it was
        seen any more (claimed, tried again, ended). `by`: CRM user id, None = from the command line."""
        ...

    def hurry(self, seen: Operation, *, now: datetime) -> bool:
        """A waiting one is due now, and announced after commit. False where it is not waiting any more."""
        ...

    def backlog(self) -> Sequence[Backlog]:
        """Of all accounts that are not uninstalled."""
        ...

    def deaths(self) -> Sequence[Deaths]:
        """Of all accounts that are not uninstalled, by account and kind."""
        ...
