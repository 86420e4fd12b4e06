"""The journal keeps what it was told, newest first."""

from __future__ import annotations

from datetime import timedelta

from backend.ports.store import JournalEntry
from backend.storage import SqlStore
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
