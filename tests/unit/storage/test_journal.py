"""The journal keeps what it was told, newest first."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError

from backend.ports.store import JournalEntry
from backend.storage import SqlStore
from backend.storage.tables import journal
from tests.support.storage import ACCOUNT, DEAL, OTHER, START


def test_entries_of_a_deal_newest_first(store: SqlStore) -> None:
    entries = [
        JournalEntry(ACCOUNT, START + timedelta(seconds=number), "order.accepted", 7, DEAL, {"number": number})
        for number in range(3)
    ]
    with store.write() as unit:
        for entry in entries:
            unit.journal.add(entry)
        unit.journal.add(JournalEntry(ACCOUNT, START, "erp.exchange"))
        unit.journal.add(JournalEntry(OTHER, START, "order.accepted", deal_id=DEAL))
    with store.read() as unit:
        assert unit.journal.of_deal(ACCOUNT, DEAL) == entries[::-1]
        assert unit.journal.of_deal(ACCOUNT, DEAL, limit=1) == entries[2:]


def test_entries_of_an_operation_newest_first_and_of_its_account_only(store: SqlStore) -> None:
    entries = [
        JournalEntry(ACCOUNT, START + timedelta(seconds=number), "erp.exchange", data={"n": number}, operation_id="op")
        for number in range(3)
    ]
    with store.write() as unit:
        for entry in entries:
            unit.journal.add(entry)
        unit.journal.add(JournalEntry(ACCOUNT, START, "erp.exchange", operation_id="another"))
        unit.journal.add(JournalEntry(OTHER, START, "erp.exchange", operation_id="op"))
    with store.read() as unit:
        assert unit.journal.of_operation(ACCOUNT, "op") == entries[::-1]
        assert unit.journal.of_operation(ACCOUNT, "op", limit=2) == entries[:0:-1]


@pytest.mark.parametrize("change", [update(journal).values(kind="forged"), delete(journal)], ids=["update", "delete"])
def test_the_database_itself_refuses_to_change_an_entry(store: SqlStore, change: Any) -> None:
    with store.write() as unit:
        unit.journal.add(JournalEntry(ACCOUNT, START, "order.accepted", 7, DEAL))
    with pytest.raises(IntegrityError), store.engine.begin() as connection:
        connection.execute(change)
    with store.read() as unit:
        assert [entry.kind for entry in unit.journal.of_deal(ACCOUNT, DEAL)] == ["order.accepted"]
