"""The unit of work: one transaction, all or nothing."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

import pytest

from backend.domain.errors import Retryable
from backend.storage import SqlStore, make_engine
from backend.storage.engine import transaction
from backend.storage.errors import StoreBusy, StoreRefused
from tests.support.databases import Databases, Sqlite
from tests.support.storage import ACCOUNT, DEAL, an_order, open_store


def test_an_error_leaves_nothing_behind(store: SqlStore) -> None:
    with suppress(KeyError), store.write() as unit:
        unit.orders.add(an_order())
        unit.deals.touch(ACCOUNT, DEAL)
        raise KeyError
    with store.read() as unit:
        assert unit.orders.latest_of_deal(ACCOUNT, DEAL) is None
        assert unit.deals.get(ACCOUNT, DEAL).revision == 0


def test_a_reader_cannot_write(store: SqlStore) -> None:
    with pytest.raises(StoreBusy), store.read() as unit:
        unit.deals.touch(ACCOUNT, DEAL)
    with store.write() as unit:
        assert unit.deals.touch(ACCOUNT, DEAL) == 1


def test_a_reader_sees_one_moment(store: SqlStore) -> None:
    with store.read() as looking:
        assert looking.deals.get(ACCOUNT, DEAL).revision == 0
        with store.write() as unit:
            unit.deals.touch(ACCOUNT, DEAL)
        assert looking.deals.get(ACCOUNT, DEAL).revision == 0


def test_health_tells_a_schema_that_is_behind(databases: Databases, store: SqlStore) -> None:
    assert store.health()
    behind = open_store(databases.empty())
    assert not behind.health()
    behind.close()


def test_a_database_that_does_not_answer_is_to_be_tried_again() -> None:
    nowhere = open_store("postgresql+psycopg://nobody@127.0.0.1:1/none")
    with pytest.raises(StoreBusy), nowhere.write():
        pass
    with pytest.raises(Retryable):
        nowhere.health()
    nowhere.close()


def test_a_database_locked_too_long_is_to_be_tried_again(sqlite: Sqlite) -> None:
    url = sqlite.migrated()
    holder, impatient = make_engine(url), make_engine(url, busy=timedelta(milliseconds=50))
    with transaction(holder, writes=True), pytest.raises(StoreBusy), transaction(impatient, writes=True):
        pass
    holder.dispose()
    impatient.dispose()


def test_what_was_bound_stays_out_of_errors(store: SqlStore) -> None:
    with pytest.raises(StoreRefused) as failed, store.write() as unit:
        unit.orders.add(an_order(account_id=77, comment="+79990001122"))
    assert "+79990001122" not in f"{failed.value} {failed.value.__cause__}"
    assert "INSERT INTO" in failed.value.detail
