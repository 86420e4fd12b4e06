"""The inbox: nothing kept is lost, nothing is read twice once it was handled."""

from __future__ import annotations

from datetime import timedelta

from backend.ports.store import AccountState, HookSource, OperationState
from backend.storage import SqlStore
from tests.support.storage import ACCOUNT, OTHER, START, an_account

KIND = "account.read_hooks"
LATER = START + timedelta(minutes=1)


def add(store: SqlStore, body: bytes, *, account: int = ACCOUNT, source: HookSource = HookSource.CRM) -> None:
    with store.write() as unit:
        unit.hooks.add(account, source=source, body=body, now=START)


def bodies(store: SqlStore, account: int = ACCOUNT, source: HookSource = HookSource.CRM, **page: int) -> list[bytes]:
    with store.read() as unit:
        return [one.body for one in unit.hooks.waiting(account, source, **({"after": 0, "limit": 100} | page))]


def test_hooks_wait_in_the_order_they_came_each_with_its_account_and_source(store: SqlStore) -> None:
    for body in (b"1", b"\x00\xff", b"3"):
        add(store, body)
    add(store, b"other", account=OTHER)
    add(store, b"erp", source=HookSource.ERP)
    assert bodies(store) == [b"1", b"\x00\xff", b"3"]
    assert bodies(store, OTHER) == [b"other"]
    assert bodies(store, source=HookSource.ERP) == [b"erp"]


def test_a_page_begins_after_the_last_one_read(store: SqlStore) -> None:
    for number in range(5):
        add(store, str(number).encode())
    with store.read() as unit:
        first = unit.hooks.waiting(ACCOUNT, HookSource.CRM, after=0, limit=2)
    assert bodies(store, after=first[-1].id, limit=2) == [b"2", b"3"]


def test_what_was_handled_waits_no_more(store: SqlStore) -> None:
    add(store, b"1")
    add(store, b"2")
    with store.write() as unit:
        one, other = unit.hooks.waiting(ACCOUNT, HookSource.CRM, after=0, limit=9)
        unit.hooks.handle([one.id], now=LATER)
        unit.hooks.refuse(other.id, why="form", now=LATER)
    assert bodies(store) == []


def test_a_hook_refused_at_the_door_is_kept_as_handled(store: SqlStore) -> None:
    with store.write() as unit:
        unit.hooks.add(ACCOUNT, source=HookSource.CRM, body=b"", now=START, refused="size")
    assert bodies(store) == []
    with store.write() as unit:
        assert unit.hooks.purge(before=LATER, limit=10) == 1


def test_only_what_was_handled_long_ago_is_purged_some_at_a_time(store: SqlStore) -> None:
    for number in range(5):
        add(store, str(number).encode())
    with store.write() as unit:
        ids = [one.id for one in unit.hooks.waiting(ACCOUNT, HookSource.CRM, after=0, limit=9)]
        unit.hooks.handle(ids[:3], now=START)
        unit.hooks.handle(ids[3:4], now=LATER)
    with store.write() as unit:
        assert [unit.hooks.purge(before=LATER, limit=2) for _ in range(3)] == [2, 1, 0]
    assert bodies(store) == [b"4"]


def test_an_account_that_leaves_takes_its_hooks_along(store: SqlStore) -> None:
    add(store, b"mine")
    add(store, b"theirs", account=OTHER)
    with store.write() as unit:
        unit.hooks.forget(ACCOUNT)
    assert (bodies(store), bodies(store, OTHER)) == ([], [b"theirs"])


def test_forgotten_hooks_are_found_by_account_and_source(store: SqlStore) -> None:
    for _ in range(3):
        add(store, b"x")
    add(store, b"x", source=HookSource.ERP)
    add(store, b"x", account=OTHER)
    with store.write() as unit:
        unit.accounts.save(an_account(OTHER, AccountState.UNINSTALLED))
        assert unit.hooks.forgotten(before=START) == []
        assert set(unit.hooks.forgotten(before=LATER)) == {(ACCOUNT, HookSource.CRM), (ACCOUNT, HookSource.ERP)}


def ask(store: SqlStore) -> OperationState | None:
    with store.write() as unit:
        return unit.hooks.reader(ACCOUNT, KIND)


def test_the_reader_is_waiting_or_at_it_or_there_is_none(store: SqlStore) -> None:
    assert ask(store) is None
    with store.write() as unit:
        made = unit.operations.add(ACCOUNT, kind=KIND, key="1", payload={}, deal_id=None, due_at=START)
        unit.operations.add(OTHER, kind=KIND, key="1", payload={}, deal_id=None, due_at=START)
        unit.operations.add(ACCOUNT, kind="account.other", key="2", payload={}, deal_id=None, due_at=START)
    assert ask(store) is OperationState.WAITING
    with store.write() as unit:
        unit.operations.claim(made, worker="w", now=START, lease=timedelta(seconds=20))
    assert ask(store) is OperationState.RUNNING
    with store.write() as unit:
        unit.operations.add(ACCOUNT, kind=KIND, key="3", payload={}, deal_id=None, due_at=START)
    assert ask(store) is OperationState.WAITING
    with store.write() as unit:
        unit.operations.finish(made, worker="w", now=START)
    assert ask(store) is OperationState.WAITING
