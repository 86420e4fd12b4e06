"""Operations as people look at them: found, counted, dismissed as they were seen and not otherwise."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from backend.ports.store import AccountState, Backlog, Deaths, Operation, OperationSearch, OperationState
from backend.storage import SqlStore
from tests.support.databases import Sqlite
from tests.support.storage import ACCOUNT, DEAL, OTHER, START, RecordingAnnouncer, an_account, make_store

LEASE = timedelta(seconds=20)
LATER = START + timedelta(hours=1)


def add(store: SqlStore, key: str, *, kind: str = "crm.note", account: int = ACCOUNT, deal: int | None = DEAL) -> str:
    with store.write() as unit:
        return unit.operations.add(account, kind=kind, key=key, payload={"text": key}, deal_id=deal, due_at=START)


def kill(store: SqlStore, operation_id: str, *, code: str = "crm_refused", detail: str = "", after: int = 0) -> str:
    now = START + timedelta(seconds=after)
    with store.write() as unit:
        assert unit.operations.claim(operation_id, worker="w", now=now, lease=LEASE)
        assert unit.operations.die(operation_id, worker="w", now=now, code=code, detail=detail)
    return operation_id


def get(store: SqlStore, operation_id: str) -> Operation:
    with store.read() as unit:
        found = unit.operations.get(operation_id)
    assert found is not None
    return found


def found(store: SqlStore, **search: Any) -> list[str]:
    """Keys of what is found."""
    with store.read() as unit:
        return [one.key for one in unit.desk.search(OperationSearch(**search))]


def dismiss(store: SqlStore, seen: Operation) -> bool:
    with store.write() as unit:
        return unit.desk.dismiss(seen, by=7, why="made by hand", now=LATER)


@pytest.fixture
def some(store: SqlStore) -> SqlStore:
    add(store, "waits")
    kill(store, add(store, "refused", deal=502), detail="HTTP 422: Field_1 is 50% wrong")
    kill(store, add(store, "lost", kind="order.place", deal=503), code="erp_unavailable", after=9)
    add(store, "foreign", account=OTHER)
    return store


def test_all_newest_first(some: SqlStore) -> None:
    assert found(some) == ["foreign", "lost", "refused", "waits"]


@pytest.mark.parametrize(
    ("search", "keys"),
    [
        ({"account_id": ACCOUNT}, ["lost", "refused", "waits"]),
        ({"account_id": OTHER, "deal_id": 502}, []),
        ({"states": [OperationState.DEAD]}, ["lost", "refused"]),
        ({"states": [OperationState.DEAD, OperationState.WAITING], "account_id": OTHER}, ["foreign"]),
        ({"kinds": ["order.place"]}, ["lost"]),
        ({"deal_id": 502}, ["refused"]),
        ({"text": "erp_unav"}, ["lost"]),
        ({"text": "http 422"}, ["refused"]),
        ({"text": "Field_1 is 50%"}, ["refused"]),
        ({"text": "field_X"}, []),
        ({"text": "%"}, ["refused"]),
        ({"limit": 2}, ["foreign", "lost"]),
    ],
    ids=str,
)
def test_each_wish_narrows(some: SqlStore, search: dict[str, Any], keys: list[str]) -> None:
    """`%` and `_` are letters, not patterns."""
    assert found(some, **search) == keys


def test_pages_follow_each_other_without_gap_or_repeat(some: SqlStore) -> None:
    with some.read() as unit:
        first = unit.desk.search(OperationSearch(limit=2))
        rest = unit.desk.search(OperationSearch(limit=2, before=first[-1].sequence))
        assert [one.key for one in [*first, *rest]] == ["foreign", "lost", "refused", "waits"]
        assert unit.desk.search(OperationSearch(before=rest[-1].sequence)) == []


def test_the_newest_of_a_long_history_are_not_sorted_out_of_all(sqlite: Sqlite) -> None:
    """Of 300,000 operations that took half a second; walking back from the newest takes some milliseconds."""
    store = make_store(sqlite.migrated())
    asked: list[tuple[str, tuple[object, ...]]] = []
    event.listen(store.engine, "before_cursor_execute", lambda *call: asked.append((call[2], call[3])))
    found(store, account_id=ACCOUNT)
    statement, bound = next(each for each in asked if "FROM operation" in each[0])
    with store.engine.connect() as connection:
        plan = repr(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", bound).all())
    assert "TEMP B-TREE" not in plan
    store.close()


def test_a_dead_one_is_dismissed_and_says_by_whom_and_why(store: SqlStore) -> None:
    dead = get(store, kill(store, add(store, "k")))
    assert dismiss(store, dead)
    now = get(store, dead.id)
    assert (now.state, now.dismissed_by, now.dismissed_why, now.ended_at) == (
        OperationState.DISMISSED,
        7,
        "made by hand",
        LATER,
    )
    assert now.error_code == "crm_refused", "why it had died is still there"


def test_a_waiting_one_is_never_run_once_it_is_dismissed(store: SqlStore, announcer: RecordingAnnouncer) -> None:
    first, second = add(store, "1"), add(store, "2")
    announcer.announced.clear()
    assert dismiss(store, get(store, first))
    assert announcer.ids == [second], "the lane goes on"
    with store.write() as unit:
        assert unit.operations.claim(first, worker="w", now=LATER, lease=LEASE) is None
        assert unit.operations.claim(second, worker="w", now=LATER, lease=LEASE) is not None


def test_another_lane_is_not_told(store: SqlStore, announcer: RecordingAnnouncer) -> None:
    seen = get(store, add(store, "1"))
    add(store, "2", kind="order.place")
    announcer.announced.clear()
    assert dismiss(store, seen)
    assert announcer.announced == []


@pytest.mark.parametrize("meanwhile", ["claimed", "tried", "done", "dismissed"])
def test_what_changed_since_it_was_seen_is_not_dismissed(store: SqlStore, meanwhile: str) -> None:
    seen = get(store, add(store, "k"))
    with store.write() as unit:
        if meanwhile == "dismissed":
            unit.desk.dismiss(seen, by=8, why="twice", now=START)
        else:
            unit.operations.claim(seen.id, worker="w", now=START, lease=LEASE)
        if meanwhile == "tried":
            unit.operations.retry(seen.id, worker="w", due_at=LATER, code="erp_unavailable", detail="")
        if meanwhile == "done":
            unit.operations.finish(seen.id, worker="w", now=START)
    assert not dismiss(store, seen)


def test_a_running_one_is_not_dismissed_even_as_seen(store: SqlStore) -> None:
    operation_id = add(store, "k")
    with store.write() as unit:
        unit.operations.claim(operation_id, worker="w", now=START, lease=LEASE)
    assert not dismiss(store, get(store, operation_id))


def test_an_account_cannot_be_mistaken_for_another(store: SqlStore) -> None:
    assert not dismiss(store, replace(get(store, add(store, "k")), account_id=OTHER))


def test_a_waiting_one_may_be_hurried(store: SqlStore, announcer: RecordingAnnouncer) -> None:
    operation_id = add(store, "k")
    with store.write() as unit:
        unit.operations.claim(operation_id, worker="w", now=START, lease=LEASE)
        unit.operations.retry(operation_id, worker="w", due_at=LATER, code="erp_unavailable", detail="")
    announcer.announced.clear()
    seen = get(store, operation_id)
    with store.write() as unit:
        assert unit.desk.hurry(seen, now=START)
    assert (get(store, operation_id).due_at, announcer.announced) == (START, [(operation_id, timedelta(0))])
    with store.write() as unit:
        unit.operations.claim(operation_id, worker="w", now=START, lease=LEASE)
        assert not unit.desk.hurry(seen, now=START)


def test_the_backlog_by_lane_and_state(some: SqlStore) -> None:
    running = add(some, "runs", kind="order.place", deal=None)
    with some.write() as unit:
        unit.operations.claim(running, worker="w", now=START, lease=LEASE)
    with some.read() as unit:
        assert unit.desk.backlog() == [Backlog("crm", "waiting", 2, START), Backlog("erp", "running", 1, START)]


def test_deaths_by_account_and_kind_with_the_last_ones_code(some: SqlStore) -> None:
    kill(some, add(some, "again", deal=504), code="crm_denied", after=30)
    kill(some, add(some, "theirs", account=OTHER, deal=505))
    with some.read() as unit:
        assert unit.desk.deaths() == [
            Deaths(ACCOUNT, "crm.note", 2, START + timedelta(seconds=30), "crm_denied"),
            Deaths(ACCOUNT, "order.place", 1, START + timedelta(seconds=9), "erp_unavailable"),
            Deaths(OTHER, "crm.note", 1, START, "crm_refused"),
        ]


def test_uninstalled_accounts_are_nobodys_worry(some: SqlStore) -> None:
    with some.write() as unit:
        for account_id in (ACCOUNT, OTHER):
            unit.accounts.save(an_account(account_id, AccountState.UNINSTALLED))
    with some.read() as unit:
        assert (unit.desk.backlog(), unit.desk.deaths()) == ([], [])
