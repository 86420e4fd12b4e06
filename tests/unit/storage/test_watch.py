"""Deals as last seen: the newest reading wins, in whatever order readings are saved."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import permutations

from backend.ports.store import WatchedDeal
from backend.storage import SqlStore
from tests.support.storage import ACCOUNT, DEAL, OTHER, START

SECOND = timedelta(seconds=1)
SEEN = WatchedDeal(ACCOUNT, DEAL, 1, 10, False, 7, START, {"9001": "2.5"}, START)


def kept(store: SqlStore, deal_id: int = DEAL, account: int = ACCOUNT) -> WatchedDeal | None:
    with store.read() as unit:
        return unit.watch.get(account, deal_id)


def save(store: SqlStore, *deals: WatchedDeal) -> None:
    with store.write() as unit:
        unit.watch.save(deals)


def test_a_deal_comes_back_as_it_was_saved(store: SqlStore) -> None:
    whole = replace(
        SEEN, home_pipeline_id=1, home_stage_id=9, returns=2, returns_since=START - SECOND, returning_by="op"
    )
    save(store, whole)
    assert kept(store) == whole
    assert whole.home == (1, 9)
    assert SEEN.home is None
    assert kept(store, DEAL + 1) is None
    save(store)
    assert kept(store, account=OTHER) is None


def test_in_any_order_the_last_change_and_of_equal_ones_the_last_reading_stays(store: SqlStore) -> None:
    readings = [
        SEEN,
        replace(SEEN, stage_id=11, seen_at=START + SECOND),
        replace(SEEN, stage_id=12, updated_at=START + SECOND, seen_at=START),
        replace(SEEN, stage_id=13, updated_at=START + SECOND, seen_at=START + SECOND),
    ]
    for number, order in enumerate(permutations(readings)):
        for one in order:
            save(store, replace(one, deal_id=number + 1))
        found = kept(store, number + 1)
        assert found is not None
        assert found.stage_id == 13, [one.stage_id for one in order]


def test_many_are_locked_by_id_and_the_unknown_left_out(store: SqlStore) -> None:
    save(store, *[replace(SEEN, deal_id=one) for one in (3, 1, 2)], replace(SEEN, account_id=OTHER, deal_id=4))
    with store.write() as unit:
        assert list(unit.watch.lock(ACCOUNT, [1, 3, 4, 5])) == [1, 3]


def test_deals_that_are_gone_are_forgotten(store: SqlStore) -> None:
    save(store, *[replace(SEEN, deal_id=one) for one in (1, 2, 3)], replace(SEEN, account_id=OTHER, deal_id=1))
    with store.write() as unit:
        unit.watch.forget(ACCOUNT, [1, 9])
    assert [kept(store, one) is not None for one in (1, 2, 3)] == [False, True, True]
    with store.write() as unit:
        unit.watch.forget(ACCOUNT)
    assert kept(store, 2) is None
    assert kept(store, 1, OTHER) is not None


def test_only_deals_with_a_panel_are_told_to_look_again(store: SqlStore) -> None:
    with store.write() as unit:
        before = unit.deals.touch(ACCOUNT, DEAL)
        unit.deals.touch_known(ACCOUNT, [DEAL, DEAL + 1])
        unit.deals.touch_known(ACCOUNT, [])
    with store.read() as unit:
        assert unit.deals.get(ACCOUNT, DEAL).revision == before + 1
        assert unit.deals.get(ACCOUNT, DEAL + 1).revision == 0
