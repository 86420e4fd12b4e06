"""The ledger of holds: all or nothing, and never counted twice."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from backend.ports.store import HoldShort, HoldWant
from backend.storage import NoGuard, SqlStore
from backend.storage.errors import StoreRefused
from backend.storage.tables import hold, ledger
from tests.support.databases import Databases
from tests.support.storage import ACCOUNT, OTHER, START, make_store

MINUTE = timedelta(minutes=1)


def want(part: str, quantity: str, limit: str | None = "5", product: str = "p", warehouse: str = "w") -> HoldWant:
    return HoldWant(part, product, warehouse, Decimal(quantity), None if limit is None else Decimal(limit))


def take(store: SqlStore, *wants: HoldWant, taken_at: datetime = START, account: int = ACCOUNT) -> list[HoldShort]:
    with store.write() as unit:
        return list(unit.holds.take(account, wants, taken_at=taken_at, now=START))


def counted(store: SqlStore, taken_at: datetime = START, account: int = ACCOUNT) -> dict[tuple[str, str], Decimal]:
    with store.read() as unit:
        return dict(unit.holds.counted(account, ["p", "q"], ["w", "v"], taken_at=taken_at))


def test_what_fits_is_held_and_what_does_not_is_told(store: SqlStore) -> None:
    assert take(store, want("a", "3")) == []
    assert take(store, want("b", "3")) == [HoldShort("p", "w", wanted=Decimal(3), free=Decimal(2))]
    assert take(store, want("c", "2")) == []
    assert counted(store) == {("p", "w"): Decimal(5)}


def test_all_or_nothing_and_every_short_line_is_told(store: SqlStore) -> None:
    basket = [want("a", "1"), want("a", "9", product="q"), want("a", "7", warehouse="v")]
    assert [(short.product_id, short.warehouse_id) for short in take(store, *basket)] == [("p", "v"), ("q", "w")]
    assert counted(store) == {}
    assert take(store, want("b", "5")) == []


def test_what_was_short_leaves_its_transaction_usable(store: SqlStore) -> None:
    with store.write() as unit:
        assert unit.holds.take(ACCOUNT, [want("a", "9")], taken_at=START, now=START)
        assert unit.deals.touch(ACCOUNT, 1) == 1
    assert counted(store) == {}


def test_one_product_on_two_lines_is_summed(store: SqlStore) -> None:
    assert take(store, want("a", "3"), want("a", "3")) == [HoldShort("p", "w", Decimal(6), free=Decimal(5))]
    assert take(store, want("a", "2"), want("a", "2"), want("b", "1")) == []
    assert counted(store) == {("p", "w"): Decimal(5)}


@pytest.mark.parametrize(
    ("others", "wanted", "fits"),
    [
        ("0", [("3", "5"), ("3", "9")], True),
        ("2", [("3", "5"), ("3", "9")], True),
        ("3", [("3", "5"), ("3", "9")], False),
        ("0", [("3", "9"), ("3", "5")], False),
        ("0", [("6", "5"), ("1", "99")], False),
        ("0", [("5", "5"), ("94", "99")], True),
        ("0", [("5", "5"), ("95", "99")], False),
        ("0", [("50", None), ("1", "50")], False),
        ("0", [("50", None), ("1", "51")], True),
    ],
)
def test_each_want_with_those_before_it_keeps_within_its_own_limit(
    store: SqlStore, others: str, wanted: list[tuple[str, str | None]], fits: bool
) -> None:
    """Sooner first: what is due now may use the shelf, what is due later the delivery too."""
    if others != "0":
        take(store, want("other", others, None))
    assert (take(store, *(want("a", quantity, limit) for quantity, limit in wanted)) == []) is fits


def test_a_supervisor_goes_beyond_and_others_feel_it(store: SqlStore) -> None:
    assert take(store, want("a", "50", None)) == []
    assert take(store, want("b", "1")) == [HoldShort("p", "w", Decimal(1), free=Decimal(-45))]


def test_a_limit_below_nothing_holds_nothing(store: SqlStore) -> None:
    assert take(store, want("a", "1", "-2")) == [HoldShort("p", "w", Decimal(1), free=Decimal(-2))]


def test_accounts_do_not_share_their_stock(store: SqlStore) -> None:
    assert take(store, want("a", "5")) == []
    assert take(store, want("b", "5"), account=OTHER) == []
    assert counted(store, account=OTHER) == {("p", "w"): Decimal(5)}


def test_a_reflected_hold_counts_for_earlier_readings_only(store: SqlStore) -> None:
    take(store, want("a", "3"))
    with store.write() as unit:
        unit.holds.reflect(ACCOUNT, "a", at=START + MINUTE)
    assert counted(store, START + MINUTE - timedelta(microseconds=1)) == {("p", "w"): Decimal(3)}
    assert counted(store, START + MINUTE) == {}
    assert take(store, want("b", "3"), taken_at=START) != []
    assert take(store, want("b", "5"), taken_at=START + MINUTE) == []


def test_reflecting_again_never_prolongs(store: SqlStore) -> None:
    take(store, want("a", "3"))
    with store.write() as unit:
        unit.holds.reflect(ACCOUNT, "a", at=START + MINUTE)
        unit.holds.reflect(ACCOUNT, "a", at=START + 5 * MINUTE)
    assert counted(store, START + 2 * MINUTE) == {}


def test_a_released_hold_is_gone_for_good(store: SqlStore) -> None:
    take(store, want("a", "5"))
    with store.write() as unit:
        unit.holds.release(ACCOUNT, "a", at=START)
        unit.holds.release(ACCOUNT, "a", at=START + MINUTE)
        unit.holds.reflect(ACCOUNT, "a", at=START + MINUTE)
    assert counted(store, START - MINUTE) == {}
    assert take(store, want("b", "5")) == []


def test_taking_again_for_the_same_part_replaces(store: SqlStore) -> None:
    assert take(store, want("a", "3")) == []
    assert take(store, want("a", "5")) == []
    assert counted(store) == {("p", "w"): Decimal(5)}
    with store.write() as unit:
        unit.holds.release(ACCOUNT, "a", at=START)
    assert take(store, want("a", "4")) == []
    assert counted(store) == {("p", "w"): Decimal(4)}


def test_a_repeat_that_does_not_fit_leaves_the_first(store: SqlStore) -> None:
    take(store, want("a", "3"))
    assert take(store, want("a", "6")) != []
    assert counted(store) == {("p", "w"): Decimal(3)}


def test_millionths_are_exact(store: SqlStore) -> None:
    assert take(store, want("a", "0.1", "0.3")) == []
    assert take(store, want("b", "0.200001", "0.3")) == [HoldShort("p", "w", Decimal("0.200001"), free=Decimal("0.2"))]
    assert take(store, want("b", "0.2", "0.3")) == []


def test_another_accounts_part_of_the_same_key_is_left_alone(store: SqlStore) -> None:
    for account in (ACCOUNT, OTHER):
        with store.write() as unit:
            assert not unit.holds.take(account, [want("a", "3")], taken_at=START, now=START)
    with store.write() as unit:
        unit.holds.reflect(OTHER, "a", at=START)
    assert counted(store) == {("p", "w"): Decimal(3)}
    with store.write() as unit:
        unit.holds.release(OTHER, "a", at=START)
    assert counted(store) == {("p", "w"): Decimal(3)}


def test_holds_of_some_parts_alone(store: SqlStore) -> None:
    take(store, want("a", "3"))
    take(store, want("b", "1"))
    with store.read() as unit:
        found = unit.holds.counted(ACCOUNT, ["p"], ["w"], taken_at=START, part_keys=["b"])
        assert unit.holds.counted(ACCOUNT, ["p"], ["w"], taken_at=START, part_keys=[]) == {}
    assert found == {("p", "w"): Decimal(1)}


def test_holds_nobody_can_count_any_more_are_forgotten(store: SqlStore) -> None:
    """Reflected long ago, or released long ago; what stands, or may still be counted by a reading in use, stays."""
    for name in ("stands", "reflected", "just reflected", "released", "just released"):
        take(store, want(name, "1"))
    with store.write() as unit:
        unit.holds.reflect(ACCOUNT, "reflected", at=START + MINUTE)
        unit.holds.reflect(ACCOUNT, "just reflected", at=START + 3 * MINUTE)
        unit.holds.release(ACCOUNT, "released", at=START + MINUTE)
        unit.holds.release(ACCOUNT, "just released", at=START + 3 * MINUTE)
    with store.write() as unit:
        before = START + 2 * MINUTE
        assert unit.holds.purge(reflected_before=before, released_before=before) == 2
    with store.engine.connect() as connection:
        left = set(connection.execute(select(hold.c.part_key)).scalars())
    assert left == {"stands", "just reflected", "just released"}
    assert counted(store) == {("p", "w"): Decimal(2)}


@pytest.mark.parametrize("quantity", ["0", "-1"])
def test_the_table_refuses_a_hold_of_nothing(store: SqlStore, quantity: str) -> None:
    with pytest.raises(StoreRefused, match="IntegrityError"):
        take(store, want("a", quantity, None))


def test_the_ledgers_check_stands_behind_whoever_writes(store: SqlStore) -> None:
    take(store, want("a", "3"))
    with pytest.raises(IntegrityError), store.engine.begin() as connection:
        connection.execute(update(ledger).values(granted=Decimal(6)))
    with pytest.raises(IntegrityError), store.engine.begin() as connection:
        connection.execute(update(hold).values(quantity=Decimal(0)))


def test_without_the_guard_anything_is_held(databases: Databases) -> None:
    """The negative control must really be off."""
    store = make_store(databases.migrated(), guard=NoGuard())
    assert take(store, want("a", "5")) == []
    assert take(store, want("b", "5")) == []
    assert counted(store) == {("p", "w"): Decimal(10)}
    store.close()
