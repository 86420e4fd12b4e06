"""Operations: one at a time, in order per deal, nobody else's."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy import event

from backend.jobs.policy import Policy
from backend.ports.queue import Queue
from backend.ports.store import AccountState, Operation, OperationState
from backend.storage import SqlStore
from tests.support.databases import Sqlite
from tests.support.storage import ACCOUNT, DEAL, OTHER, START, RecordingAnnouncer, TickingClock, an_account, make_store

LEASE = Policy().lease


def add(store: SqlStore, key: str, *, account: int = ACCOUNT, deal: int | None = DEAL, due: datetime = START) -> str:
    with store.write() as unit:
        return unit.operations.add(account, kind="place", key=key, payload={"n": key}, deal_id=deal, due_at=due)


def claim(store: SqlStore, operation_id: str, *, worker: str = "w1", now: datetime = START) -> Operation | None:
    with store.write() as unit:
        return unit.operations.claim(operation_id, worker=worker, now=now, lease=LEASE)


def end(store: SqlStore, operation_id: str, *, worker: str = "w1") -> bool:
    with store.write() as unit:
        return unit.operations.finish(operation_id, worker=worker, now=START)


def runnable(store: SqlStore, now: datetime = START) -> list[str]:
    with store.read() as unit:
        return list(unit.operations.runnable(now=now, limit=100))


def get(store: SqlStore, operation_id: str) -> Operation:
    with store.read() as unit:
        found = unit.operations.get(operation_id)
    assert found is not None
    return found


def test_an_operation_waits_as_it_was_asked(store: SqlStore) -> None:
    operation = get(store, add(store, "k"))
    assert operation.state is OperationState.WAITING
    assert (operation.kind, operation.payload, operation.deal_id, operation.attempts) == ("place", {"n": "k"}, DEAL, 0)
    assert (operation.due_at, operation.created_at, operation.unsure) == (START, START, False)


def test_a_key_is_asked_once_an_account(store: SqlStore, announcer: RecordingAnnouncer) -> None:
    first = add(store, "k")
    assert add(store, "k", due=START + LEASE) == first
    assert add(store, "k", account=OTHER) != first
    assert get(store, first).due_at == START
    assert announcer.ids.count(first) == 1


def test_it_is_announced_after_the_commit_with_its_delay(store: SqlStore, announcer: RecordingAnnouncer) -> None:
    with store.write() as unit:
        made = unit.operations.add(
            ACCOUNT, kind="place", key="k", payload={}, deal_id=None, due_at=START + timedelta(seconds=9)
        )
        assert announcer.announced == []
    assert announcer.announced == [(made, timedelta(seconds=9))]


def test_orders_notes_and_what_cannot_wait_are_announced_apart(store: SqlStore, announcer: RecordingAnnouncer) -> None:
    kinds = ["order.place", "crm.note", "account.read_hooks", "crm.move_back"]
    with store.write() as unit:
        for kind in kinds:
            unit.operations.add(ACCOUNT, kind=kind, key=kind, payload={}, deal_id=None, due_at=START)
    assert announcer.queues == [Queue.ERP, Queue.CRM, Queue.QUICK, Queue.QUICK]


def test_nothing_is_announced_of_a_transaction_that_failed(store: SqlStore, announcer: RecordingAnnouncer) -> None:
    with suppress(KeyError), store.write() as unit:
        unit.operations.add(ACCOUNT, kind="place", key="k", payload={}, deal_id=DEAL, due_at=START)
        raise KeyError
    assert announcer.announced == []
    assert runnable(store) == []


def test_one_claim_at_a_time(store: SqlStore) -> None:
    made = add(store, "k")
    taken = claim(store, made)
    assert taken is not None
    assert (taken.state, taken.attempts, taken.lease_until) == (OperationState.RUNNING, 1, START + LEASE)
    assert claim(store, made, worker="w2") is None
    assert runnable(store) == []


def test_not_before_it_is_due(store: SqlStore) -> None:
    made = add(store, "k", due=START + LEASE)
    assert claim(store, made) is None
    assert runnable(store) == []
    assert claim(store, made, now=START + LEASE) is not None


def test_a_deals_operations_go_in_order_and_others_do_not_wait(store: SqlStore, announcer: RecordingAnnouncer) -> None:
    first, second, elsewhere, free = (
        add(store, "1"),
        add(store, "2"),
        add(store, "3", deal=DEAL + 1),
        add(store, "4", deal=None),
    )
    assert runnable(store) == [first, elsewhere, free]
    assert claim(store, second) is None
    claim(store, first)
    assert claim(store, second) is None
    assert claim(store, elsewhere) is not None
    assert claim(store, free) is not None
    announcer.announced.clear()
    assert end(store, first)
    assert announcer.ids == [second]
    assert claim(store, second) is not None


def test_the_same_deal_number_of_another_account_is_another_deal(store: SqlStore) -> None:
    add(store, "1")
    assert claim(store, add(store, "1", account=OTHER)) is not None


def test_one_put_off_still_holds_its_place(store: SqlStore, announcer: RecordingAnnouncer) -> None:
    first, second = add(store, "1"), add(store, "2")
    claim(store, first)
    later = START + timedelta(minutes=1)
    with store.write() as unit:
        assert unit.operations.retry(first, worker="w1", due_at=later, code="erp_busy", detail="locked")
    assert announcer.announced[-1] == (first, timedelta(minutes=1))
    assert claim(store, second) is None
    assert claim(store, first, now=START) is None
    again = claim(store, first, now=later)
    assert again is not None
    assert (again.attempts, again.error_code, again.error_detail, again.unsure) == (2, "erp_busy", "locked", False)


def test_an_unknown_outcome_is_remembered_over_later_attempts(store: SqlStore) -> None:
    made = add(store, "1")
    for unsure in (True, False):
        claim(store, made)
        with store.write() as unit:
            unit.operations.retry(made, worker="w1", due_at=START, code="x", detail="", unsure=unsure)
    assert get(store, made).unsure


def test_a_claim_that_ran_out_is_anothers_and_its_outcome_unknown(store: SqlStore) -> None:
    made = add(store, "1")
    claim(store, made)
    gone = START + LEASE
    assert runnable(store, gone) == [made]
    taken = claim(store, made, worker="w2", now=gone)
    assert taken is not None
    assert (taken.attempts, taken.unsure) == (2, True)
    assert not end(store, made, worker="w1")
    with store.write() as unit:
        assert not unit.operations.heartbeat(made, worker="w1", until=gone + LEASE)
        assert not unit.operations.retry(made, worker="w1", due_at=START, code="x", detail="")
        assert not unit.operations.die(made, worker="w1", now=START, code="x", detail="")
    assert end(store, made, worker="w2")


def test_a_heartbeat_prolongs_the_claim(store: SqlStore) -> None:
    made = add(store, "1")
    claim(store, made)
    with store.write() as unit:
        assert unit.operations.heartbeat(made, worker="w1", until=START + 2 * LEASE)
    assert claim(store, made, worker="w2", now=START + LEASE) is None
    assert claim(store, made, worker="w2", now=START + 2 * LEASE) is not None


def test_the_dead_make_way_and_can_be_revived(store: SqlStore, announcer: RecordingAnnouncer) -> None:
    first, second = add(store, "1"), add(store, "2")
    claim(store, first)
    announcer.announced.clear()
    with store.write() as unit:
        assert unit.operations.die(first, worker="w1", now=START, code="erp_refused", detail="no such tax")
    assert announcer.ids == [second]
    assert get(store, first).state is OperationState.DEAD
    assert runnable(store) == [second]
    with store.write() as unit:
        assert unit.operations.revive(first, now=START)
        assert not unit.operations.revive(second, now=START)
    assert announcer.ids == [second, first]
    revived = get(store, first)
    assert (revived.state, revived.attempts, revived.error_code) == (OperationState.WAITING, 0, "erp_refused")
    assert runnable(store) == [first]


def test_work_of_an_uninstalled_account_stops_and_of_one_to_reauthorise_does_not(store: SqlStore) -> None:
    made = add(store, "1")
    for state, goes in ((AccountState.UNINSTALLED, False), (AccountState.REAUTHORISE, True)):
        with store.write() as unit:
            unit.accounts.save(an_account(state=state))
        assert runnable(store) == ([made] if goes else [])
    with store.write() as unit:
        unit.accounts.save(an_account(state=AccountState.UNINSTALLED))
    assert claim(store, made) is None


def test_what_a_deal_still_waits_for(store: SqlStore) -> None:
    first, second = add(store, "1"), add(store, "2")
    with store.read() as unit:
        assert unit.operations.open_kinds(ACCOUNT, DEAL) == ["place", "place"]
    claim(store, first)
    end(store, first)
    with store.read() as unit:
        assert unit.operations.open_kinds(ACCOUNT, DEAL) == ["place"]
        assert unit.operations.open_kinds(OTHER, DEAL) == []
    assert runnable(store) == [second]


def test_a_note_that_waits_does_not_hold_up_the_order_of_its_deal(store: SqlStore) -> None:
    """Lanes: in order within what goes to the CRM and within what goes to the ERP, side by side."""
    with store.write() as unit:
        made = [
            unit.operations.add(ACCOUNT, kind=kind, key=f"{number}", payload={}, deal_id=DEAL, due_at=START)
            for number, kind in enumerate(["crm.note", "order.place", "crm.note", "order.place"])
        ]
    assert runnable(store) == made[:2]
    claim(store, made[0])
    end(store, made[0])
    assert runnable(store) == [made[1], made[2]]


def test_a_long_queue_is_asked_by_its_index(sqlite: Sqlite) -> None:
    """Without it, finding the first of each deal among thousands took half a minute."""
    store = make_store(sqlite.migrated())
    asked: list[tuple[str, tuple[object, ...]]] = []
    event.listen(store.engine, "before_cursor_execute", lambda *call: asked.append((call[2], call[3])))
    runnable(store)
    statement, bound = next(each for each in asked if "earlier" in each[0])
    with store.engine.connect() as connection:
        plan = repr(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", bound).all())
    assert "SEARCH earlier USING INDEX ix_operation_unfinished" in plan
    assert "operation USING INDEX ix_operation_due" in plan
    assert "TEMP B-TREE" not in plan
    store.close()


def test_runnable_is_limited_and_oldest_first(store: SqlStore, clock: TickingClock) -> None:
    late = add(store, "1", deal=1, due=START)
    early = add(store, "2", deal=2, due=START - timedelta(seconds=1))
    with store.read() as unit:
        assert unit.operations.runnable(now=clock.now(), limit=1) == [early]
    assert runnable(store) == [early, late]


def ended(store: SqlStore, key: str, *, at: datetime = START, die: bool = False, deal: int | None = DEAL) -> str:
    made = add(store, key, deal=deal)
    claim(store, made)
    with store.write() as unit:
        if die:
            assert unit.operations.die(made, worker="w1", now=at, code="erp_refused", detail="no")
        else:
            assert unit.operations.finish(made, worker="w1", now=at)
    return made


def purge(store: SqlStore, before: datetime, *, account: int = ACCOUNT, limit: int = 10) -> int:
    with store.write() as unit:
        return unit.operations.purge(account, before=before, limit=limit)


def test_what_ended_long_ago_is_purged_some_at_a_time_and_its_key_is_free(store: SqlStore) -> None:
    old = [ended(store, key) for key in "abc"]
    taken_back, recent = add(store, "t"), ended(store, "r", at=START + LEASE, deal=None)
    with store.write() as unit:
        assert unit.operations.take_back(taken_back, by=7, why="test", now=START)
    waiting = add(store, "w")
    assert purge(store, START) == 0, "all of them are kept until then"
    assert purge(store, START + LEASE, account=OTHER) == 0
    assert [purge(store, START + LEASE, limit=2) for _ in range(3)] == [2, 2, 0]
    with store.read() as unit:
        assert [unit.operations.get(one) for one in (*old, taken_back)] == [None] * 4
        assert [unit.operations.known(ACCOUNT, key) for key in "atrw"] == [False, False, True, True]
    assert {get(store, one).id for one in (recent, waiting)} == {recent, waiting}
    assert add(store, "r") == recent, "a key that is kept still keeps from doing it twice"


def test_what_shows_a_dead_one_to_be_out_of_date_stays_as_long_as_that(store: SqlStore) -> None:
    dead, later, elsewhere = ended(store, "1", die=True), ended(store, "2"), ended(store, "3", deal=DEAL + 1)
    assert purge(store, START + LEASE) == 1
    with store.read() as unit:
        assert [unit.operations.get(one) is None for one in (dead, later, elsewhere)] == [False, False, True]
    with store.write() as unit:
        assert unit.operations.revive(dead, now=START)
        assert unit.operations.take_back(dead, by=7, why="test", now=START)
    assert purge(store, START + LEASE) == 2


def test_a_purge_walks_the_index_of_what_ended(sqlite: Sqlite) -> None:
    """It comes every hour, over years of operations."""
    store = make_store(sqlite.empty())
    asked: list[tuple[str, object]] = []

    def note(_conn: object, _cursor: object, statement: str, parameters: object, *_: object) -> None:
        if statement.startswith("DELETE"):
            asked.append((statement, parameters))

    event.listen(store.engine, "before_cursor_execute", note)
    assert purge(store, START) == 0
    [(statement, parameters)] = asked
    with store.engine.connect() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()  # type: ignore[arg-type]
    store.close()
    steps = [str(row[3]) for row in plan]
    assert any("ix_operation_ended (account_id=? AND state=? AND ended_at<?)" in one for one in steps), steps
    assert any("ix_operation_dead" in one for one in steps), steps
    assert not any(one.startswith("SCAN") for one in steps), steps
