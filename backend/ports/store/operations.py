"""Operations: work on an ERP or on a CRM, a row before it is a job."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

LONGEST_WAIT = timedelta(hours=1)
"""Nothing is put off for longer. What is due later was put off by a clock that has been set back since, and is due."""
LONGEST_LEASE = timedelta(seconds=30)
"""No lease is longer. One that ends later was given by a clock that has been set back since, and has ended."""


class OperationState(StrEnum):
    """`waiting` for its turn or due time; `running` under a lease; `done`; `dead`: gave up, a person must look;
    `dismissed` by one."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    DEAD = "dead"
    DISMISSED = "dismissed"


class Lane(StrEnum):
    """Operations of one deal run in order within their lane; a note that cannot be written holds up no order."""

    ERP = "erp"
    CRM = "crm"


def lane_of(kind: str) -> Lane:
    """By the first word of the kind: `crm.note` writes into the CRM, `order.place` into the ERP."""
    return Lane.CRM if kind.startswith("crm.") else Lane.ERP


@dataclass(frozen=True, slots=True)
class Operation:
    """`key` is unique per account: adding it twice keeps the first, as long as that is kept (`purge`).

    `sequence` orders the operations of one deal and lane. `tried_since`: when its patience began anew (None: when
    made). `unsure`: an earlier attempt may have done its work outside (no answer came, or its worker vanished): read
    back first. `vanished`: how many workers in a row took it and were not heard of again.
    """

    id: str
    account_id: int
    deal_id: int | None
    kind: str
    payload: Mapping[str, object]
    key: str
    state: OperationState
    attempts: int
    due_at: datetime
    sequence: int
    lease_until: datetime | None = None
    error_code: str | None = None
    error_detail: str | None = None
    created_at: datetime | None = None
    unsure: bool = False
    vanished: int = 0
    lane: str = Lane.ERP
    tried_since: datetime | None = None
    announced_at: datetime | None = None
    ended_at: datetime | None = None
    dismissed_by: int | None = None
    dismissed_why: str | None = None


class OperationRepository(Protocol):
    def add(
        self,
        account_id: int,
        *,
        kind: str,
        key: str,
        payload: Mapping[str, object],
        deal_id: int | None,
        due_at: datetime,
    ) -> str:
        """Store a waiting operation (or find the one with this key); its id. `due_at`: within LONGEST_WAIT.

        It is announced to the job engine after commit.
        """
        ...

    def get(self, operation_id: str) -> Operation | None: ...

    def claim(self, operation_id: str, *, worker: str, now: datetime, lease: timedelta) -> Operation | None:
        """Take it if it is due, nobody holds a live lease on it, its account is not uninstalled, and no earlier
        operation of its deal and lane is unfinished. Else None. Counts an attempt."""
        ...

    def heartbeat(self, operation_id: str, *, worker: str, until: datetime) -> bool:
        """Prolong the lease; False when it is no longer ours."""
        ...

    def finish(self, operation_id: str, *, worker: str, now: datetime) -> bool:
        """Done; the lane's next operation is announced after commit. False when the lease is no longer ours."""
        ...

    def retry(
        self, operation_id: str, *, worker: str, due_at: datetime, code: str, detail: str, unsure: bool = False
    ) -> bool:
        """Running → waiting until `due_at` (within LONGEST_WAIT), announced after commit. `unsure` marks the outcome as
        unknown, for ever."""
        ...

    def die(self, operation_id: str, *, worker: str, now: datetime, code: str, detail: str) -> bool:
        """Given up; the lane's next operation is announced after commit. False when the lease is no longer ours."""
        ...

    def revive(self, operation_id: str, *, now: datetime) -> bool:
        """Dead → waiting, attempts and patience from the beginning; announced after commit."""
        ...

    def take_back(self, operation_id: str, *, by: int, why: str, now: datetime) -> bool:
        """Waiting or running → dismissed; the lane's next operation is announced after commit. False when it had ended.

        Of a running one its worker learns when it writes: only for kinds whose handler looks (`order.submit`).
        """
        ...

    def runnable(self, *, now: datetime, limit: int) -> Sequence[str]:
        """Ids that could be claimed now: due and waiting, or running with a lease that ran out, each the first of its
        deal and lane."""
        ...

    def open_of_deal(self, account_id: int, deal_id: int, kind: str) -> Operation | None:
        """The deal's first unfinished operation of this kind."""
        ...

    def known(self, account_id: int, key: str) -> bool:
        """Was an operation with this key added, and not purged since?"""
        ...

    def purge(self, account_id: int, *, before: datetime, limit: int) -> int:
        """Delete at most `limit` of the account's that were done or dismissed before then; how many. Those stay that
        show a dead one of their deal and kind to be out of date."""
        ...

    def tell_again(self, *, now: datetime, quiet: timedelta, deserted: bool, limit: int) -> Sequence[tuple[str, str]]:
        """Id and kind of some that could be claimed now and were not announced for `quiet`, noted as announced: of
        several callers only one gets each. The caller announces them after the commit. `deserted`: those only that a
        vanished worker held."""
        ...

    def open_kinds(self, account_id: int, deal_id: int) -> Sequence[str]:
        """Kinds of the deal's unfinished (waiting or running) operations."""
        ...
