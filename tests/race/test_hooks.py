"""A webhook that comes while the reader of the inbox starts: one of the two sees the other, whoever is first."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta

import pytest

from backend.ports.store import HookSource, Operation, OperationState
from backend.storage import SqlStore
from tests.support.storage import ACCOUNT, START

KIND = "account.read_hooks"
LEASE = timedelta(seconds=20)
LONG_ENOUGH = 0.3
"""A rival that would not wait needs a few milliseconds."""


@pytest.fixture
def rival() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as pool:
        yield pool


@pytest.fixture
def reader(store: SqlStore) -> str:
    """An operation that waits to read the inbox."""
    with store.write() as unit:
        return unit.operations.add(ACCOUNT, kind=KIND, key="first", payload={}, deal_id=None, due_at=START)


def claim(store: SqlStore, operation_id: str) -> Operation | None:
    with store.write() as unit:
        return unit.operations.claim(operation_id, worker="w", now=START, lease=LEASE)


def inbox(store: SqlStore) -> list[bytes]:
    with store.read() as unit:
        return [one.body for one in unit.hooks.waiting(ACCOUNT, HookSource.CRM, after=0, limit=10)]


def test_a_reader_seen_waiting_reads_what_came(store: SqlStore, reader: str, rival: ThreadPoolExecutor) -> None:
    """The claim strikes exactly between the look and the commit: it has to wait, and then reads the hook too."""
    taken: Future[Operation | None]
    with store.write() as unit:
        unit.hooks.add(ACCOUNT, source=HookSource.CRM, body=b"new", now=START)
        assert unit.hooks.reader(ACCOUNT, KIND) is OperationState.WAITING
        taken = rival.submit(claim, store, reader)
        with pytest.raises(TimeoutError):
            taken.result(timeout=LONG_ENOUGH)
    assert taken.result(timeout=10) is not None
    assert inbox(store) == [b"new"]


def test_a_reader_that_is_just_starting_does_not_count(store: SqlStore, reader: str, rival: ThreadPoolExecutor) -> None:
    """The look strikes while a claim is being written: it waits for the claim, then finds nobody waiting."""
    claimed, told = threading.Event(), threading.Event()

    def look() -> OperationState | None:
        claimed.wait(10)
        told.set()
        with store.write() as unit:
            unit.hooks.add(ACCOUNT, source=HookSource.CRM, body=b"new", now=START)
            return unit.hooks.reader(ACCOUNT, KIND)

    with store.write() as unit:
        seen = rival.submit(look)
        assert unit.operations.claim(reader, worker="w", now=START, lease=LEASE) is not None
        claimed.set()
        assert told.wait(10)
        with pytest.raises(TimeoutError):
            seen.result(timeout=LONG_ENOUGH)
    assert seen.result(timeout=10) is OperationState.RUNNING
