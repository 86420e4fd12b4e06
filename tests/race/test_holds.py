"""The last piece: rivals placed exactly before and after a step, crowds on both databases, the guard switched off."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from decimal import Decimal

import pytest
from sqlalchemy import Connection, select

from backend.ports.store import HoldShort, HoldWant
from backend.storage import ConditionalGuard, NoGuard, SqlStore
from backend.storage.guard import Claim, HoldGuard
from backend.storage.tables import hold, ledger
from tests.support.databases import Databases
from tests.support.storage import ACCOUNT, START, make_store

CAPACITY = Decimal(5)
Open = Callable[[HoldGuard], SqlStore]


@pytest.fixture
def opened(databases: Databases) -> Iterator[Open]:
    """Stores on one database, as several processes would have it."""
    url, stores = databases.migrated(), []

    def open_with(guard: HoldGuard) -> SqlStore:
        stores.append(make_store(url, guard=guard, pool_size=20))
        return stores[-1]

    yield open_with
    for store in stores:
        store.close()


def wants(part: str, *products: str, quantity: str = "1") -> list[HoldWant]:
    return [HoldWant(part, product, "w", Decimal(quantity), CAPACITY) for product in products]


def take(store: SqlStore, basket: list[HoldWant]) -> bool:
    with store.write() as unit:
        return not unit.holds.take(ACCOUNT, basket, taken_at=START, now=START)


def granted(store: SqlStore) -> dict[str, Decimal]:
    """Judged from the rows themselves, not by the code under test."""
    sums: dict[str, Decimal] = {}
    with store.engine.connect() as connection:
        for product, quantity in connection.execute(select(hold.c.product_id, hold.c.quantity)):
            sums[product] = sums.get(product, Decimal(0)) + quantity
    return sums


class Meeting:
    """A guard that lets something happen exactly before, or exactly after, it has admitted a claim."""

    def __init__(self, *, before: Callable[[], None] | None = None, after: Callable[[], None] | None = None) -> None:
        self._guard = ConditionalGuard()
        self._before, self._after = before, after

    def admit(self, connection: Connection, claim: Claim, *, taken_at: datetime) -> Decimal | None:
        if self._before:
            self._before()
        free = self._guard.admit(connection, claim, taken_at=taken_at)
        if self._after:
            self._after()
        return free


def test_a_rival_that_finished_just_before_is_seen(opened: Open) -> None:
    """The reading both decided on is older than either; the first to commit has it."""
    rival = opened(ConditionalGuard())
    assert take(rival, wants("rival", "p", quantity="4"))
    assert not take(opened(ConditionalGuard()), wants("late", "p", quantity="2"))
    assert granted(rival) == {"p": Decimal(4)}


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_rival_in_the_midst_of_ours_does_not_pass_beside_us(opened: Open, moment: str) -> None:
    """It starts within our transaction, before or after our grant; whoever the database lets first, only one has it."""
    rival_store = opened(ConditionalGuard())
    results: list[bool] = []
    rival = threading.Thread(target=lambda: results.append(take(rival_store, wants("rival", "p", quantity="3"))))
    meeting = Meeting(**{moment: rival.start})
    results.append(take(opened(meeting), wants("ours", "p", quantity="3")))
    rival.join()
    assert sorted(results) == [False, True]
    assert granted(rival_store) == {"p": Decimal(3)}


def test_a_rival_that_commits_within_our_transaction_before_our_step_is_seen(
    databases: Databases, opened: Open
) -> None:
    """PostgreSQL lets it; our step must not decide on the older picture our transaction began with. (SQLite's writers
    never overlap: there the rival is the one before.)"""
    rival_store = opened(ConditionalGuard())
    rival = lambda: ok.append(take(rival_store, wants("rival", "p", quantity="3")))  # noqa: E731
    ok: list[bool] = []
    if rival_store.engine.dialect.name == "sqlite":
        rival()
        ours = opened(ConditionalGuard())
    else:
        ours = opened(Meeting(before=rival))
    assert not take(ours, wants("ours", "p", quantity="3"))
    assert ok == [True]
    assert granted(ours) == {"p": Decimal(3)}


def crowd(stores: list[SqlStore], baskets: list[list[HoldWant]]) -> list[bool]:
    """Every basket from a thread of its own, all let go at once, spread over the stores."""
    gate = threading.Barrier(len(baskets))

    def go(number: int) -> bool:
        gate.wait()
        return take(stores[number % len(stores)], baskets[number])

    with ThreadPoolExecutor(len(baskets)) as pool:
        return list(pool.map(go, range(len(baskets))))


def test_a_crowd_for_the_last_pieces_gets_exactly_what_there_is(opened: Open) -> None:
    stores = [opened(ConditionalGuard()) for _ in range(2)]
    won = crowd(stores, [wants(f"part-{number}", "p") for number in range(16)])
    assert won.count(True) == CAPACITY
    assert granted(stores[0]) == {"p": CAPACITY}


def test_the_same_crowd_without_the_guard_oversells(opened: Open) -> None:
    """The negative control: what the crowd test shows is the guard's doing."""
    stores = [opened(NoGuard()) for _ in range(2)]
    won = crowd(stores, [wants(f"part-{number}", "p") for number in range(16)])
    assert won.count(True) == 16
    assert granted(stores[0])["p"] > CAPACITY


def test_baskets_in_all_orders_neither_deadlock_nor_oversell(opened: Open) -> None:
    products = [f"p{number}" for number in range(6)]
    draw = random.Random(20261121)
    baskets = [wants(f"part-{number}", *draw.sample(products, 4)) for number in range(16)]
    store = opened(ConditionalGuard())
    won = crowd([store], baskets)
    held = granted(store)
    for product in products:
        promised = sum(ok for ok, basket in zip(won, baskets, strict=True) if product in {w.product_id for w in basket})
        assert held.get(product, Decimal(0)) == promised <= CAPACITY
    assert any(held[product] == CAPACITY for product in held)


def test_a_loser_leaves_nothing_and_its_place_is_taken(opened: Open) -> None:
    store = opened(ConditionalGuard())
    assert take(store, wants("a", "p", quantity="5"))
    assert not take(store, wants("b", "o", "p"))
    assert take(store, wants("c", "o", quantity="5"))
    assert granted(store) == {"p": CAPACITY, "o": CAPACITY}


def test_a_repeat_of_the_same_part_races_with_itself_once(opened: Open) -> None:
    """A button pressed in two tabs: the same part, never counted twice."""
    store = opened(ConditionalGuard())
    assert crowd([store], [wants("same", "p", quantity="3") for _ in range(6)]) == [True] * 6
    assert granted(store) == {"p": Decimal(3)}


def test_release_and_take_meet_without_a_leak(opened: Open) -> None:
    store = opened(ConditionalGuard())
    assert take(store, wants("old", "p", quantity="5"))

    def swap(number: int) -> list[HoldShort] | None:
        with store.write() as unit:
            if number == 0:
                unit.holds.release(ACCOUNT, "old", at=START)
                return None
            return list(unit.holds.take(ACCOUNT, wants(f"new-{number}", "p"), taken_at=START, now=START))

    with ThreadPoolExecutor(9) as pool:
        outcomes = list(pool.map(swap, range(9)))
    with store.read() as unit:
        counted = unit.holds.counted(ACCOUNT, ["p"], ["w"], taken_at=START).get(("p", "w"), Decimal(0))
    assert counted == sum(outcome == [] for outcome in outcomes[1:]) <= CAPACITY


def test_the_ledger_never_grants_beyond_its_ceiling(opened: Open) -> None:
    store = opened(ConditionalGuard())
    crowd([store], [wants(f"part-{number}", "p", "q") for number in range(12)])
    with store.engine.connect() as connection:
        for each_granted, ceiling in connection.execute(select(ledger.c.granted, ledger.c.ceiling)):
            assert each_granted <= ceiling
