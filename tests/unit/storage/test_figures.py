"""Figures for operators: what has piled up, since when."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from backend.ports.store import HoldWant, Pile
from backend.storage import SqlStore
from backend.storage.tables import hook
from tests.support.storage import ACCOUNT, START

LATER = START + timedelta(minutes=5)


def hold(store: SqlStore, part: str, *, at: datetime) -> None:
    want = HoldWant(part, "14", "5", Decimal(1), Decimal(100))
    with store.write() as unit:
        assert not unit.holds.take(ACCOUNT, [want], taken_at=at, now=at)


def holds(store: SqlStore, now: datetime) -> Pile:
    with store.read() as unit:
        return unit.figures.holds(now=now)


def test_only_holds_that_count_are_counted(store: SqlStore) -> None:
    assert holds(store, START) == Pile(0, None)
    for minutes, part in enumerate(("counts", "reflected", "released")):
        hold(store, part, at=START + timedelta(minutes=minutes))
    with store.write() as unit:
        unit.holds.reflect(ACCOUNT, "reflected", at=LATER)
        unit.holds.release(ACCOUNT, "released", at=LATER)
    assert holds(store, START).count == 2, "not reflected yet at that moment"
    assert holds(store, LATER) == Pile(1, START)


def test_hooks_wait_until_they_were_acted_on(store: SqlStore) -> None:
    with store.engine.begin() as sql:
        for minutes, handled in ((0, LATER), (1, None), (2, None)):
            at = START + timedelta(minutes=minutes)
            row = {"account_id": ACCOUNT, "source": "crm", "received_at": at, "body": b"", "handled_at": handled}
            sql.execute(hook.insert().values(**row))
    with store.read() as unit:
        assert unit.figures.hooks() == Pile(2, START + timedelta(minutes=1))
