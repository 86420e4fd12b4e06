"""One operation, one worker; one account, one refresher; one deal, one living order - whoever comes at once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TypeVar

import pytest
from cryptography.fernet import Fernet

from backend.domain.errors import Conflict
from backend.jobs.policy import Policy
from backend.jobs.runner import OperationRunner, Outcome
from backend.ports.clock import Clock
from backend.ports.store import Operation
from backend.ports.tokens import TokenPair
from backend.storage import SecretBox, SqlStore
from backend.storage.refresh_lock import SqlRefreshLock
from backend.storage.tokens import SqlTokenStore
from tests.support.storage import ACCOUNT, DEAL, START, TickingClock, an_approval, an_order, drain

T = TypeVar("T")
CROWD = 12


def at_once(jobs: Sequence[Callable[[], T]]) -> list[T]:
    gate = threading.Barrier(len(jobs))

    def go(job: Callable[[], T]) -> T:
        gate.wait()
        return job()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(go, jobs))


def add(store: SqlStore, key: str, deal: int | None = DEAL) -> str:
    with store.write() as unit:
        return unit.operations.add(ACCOUNT, kind="place", key=key, payload={}, deal_id=deal, due_at=START)


def test_one_of_many_workers_has_the_operation(store: SqlStore) -> None:
    made = add(store, "k")

    def claim(number: int) -> Operation | None:
        with store.write() as unit:
            return unit.operations.claim(made, worker=f"w{number}", now=START, lease=Policy().lease)

    taken = [found for found in at_once([lambda n=n: claim(n) for n in range(CROWD)]) if found]  # type: ignore[misc]
    assert [found.attempts for found in taken] == [1]


def test_a_key_added_by_many_is_one_operation(store: SqlStore) -> None:
    assert len(set(at_once([lambda: add(store, "same")] * CROWD))) == 1


def test_operations_of_a_deal_run_in_order_and_once_under_many_workers(store: SqlStore, clock: Clock) -> None:
    """Six deals of five operations, asked for by rivals, run by rivals that all try everything."""
    at_once([lambda d=deal: [add(store, f"{d}:{n}", deal=d) for n in range(5)] for deal in range(6)])  # type: ignore[misc]
    ran: list[tuple[int | None, int]] = []
    at_work: set[int | None] = set()

    def work(operation: Operation) -> None:
        assert operation.deal_id not in at_work
        at_work.add(operation.deal_id)
        ran.append((operation.deal_id, operation.sequence))
        at_work.discard(operation.deal_id)

    def worker() -> int:
        runner, done = OperationRunner(store, clock, {"place": work}), 0
        while ready := find(store):
            done += sum(runner.run(operation_id) is Outcome.DONE for operation_id in ready)
        return done

    done = sum(at_once([worker] * 4))
    ticking = TickingClock()
    done += drain(store, OperationRunner(store, ticking, {"place": work}), ticking).count(Outcome.DONE)
    assert done == len(ran) == len(set(ran)) == 30
    for deal in range(6):
        of_deal = [sequence for its_deal, sequence in ran if its_deal == deal]
        assert of_deal == sorted(of_deal)


def find(store: SqlStore) -> Sequence[str]:
    with store.read() as unit:
        return unit.operations.runnable(now=START, limit=100)


def test_a_deal_gets_one_living_order_and_one_pending_approval(store: SqlStore) -> None:
    def order(number: int) -> bool:
        try:
            with store.write() as unit:
                unit.orders.add(an_order(f"order-{number}"))
        except Conflict:
            return False
        return True

    def approval(number: int) -> bool:
        try:
            with store.write() as unit:
                unit.approvals.add(an_approval(f"approval-{number}"))
        except Conflict:
            return False
        return True

    for one in (order, approval):
        assert at_once([lambda n=n, one=one: one(n) for n in range(CROWD)]).count(True) == 1  # type: ignore[misc]


def test_a_press_repeated_at_once_is_worked_on_once(store: SqlStore) -> None:
    def begin() -> bool:
        with store.write() as unit:
            return unit.idempotency.begin(ACCOUNT, 7, "key", "hash", now=START) is None

    assert at_once([begin] * CROWD).count(True) == 1


@pytest.mark.parametrize("processes", [1, 3])
def test_fifty_with_an_expired_token_make_one_refresh(store: SqlStore, clock: TickingClock, processes: int) -> None:
    """Several locks stand for several processes: they share nothing but the database."""
    tokens = SqlTokenStore(store.engine, SecretBox([Fernet.generate_key().decode()]))
    tokens.save(ACCOUNT, TokenPair("old", "old-refresh", START, START))
    locks = [SqlRefreshLock(store.engine, clock, wait=timedelta(seconds=60)) for _ in range(processes)]
    refreshes: list[int] = []

    def use(number: int) -> str:
        with locks[number % processes].hold(ACCOUNT):
            known = tokens.load(ACCOUNT)
            assert known is not None
            assert known.tokens is not None
            if known.tokens.access == "old":
                refreshes.append(number)
                tokens.save(ACCOUNT, TokenPair("new", "new-refresh", START + timedelta(days=1), START))
                return "new"
            return known.tokens.access

    assert at_once([lambda n=n: use(n) for n in range(50)]) == ["new"] * 50  # type: ignore[misc]
    assert len(refreshes) == 1
