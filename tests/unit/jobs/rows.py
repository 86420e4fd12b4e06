"""Operations put into a store, and looked at."""

from __future__ import annotations

from backend.ports.store import Operation
from backend.storage import SqlStore
from tests.support.storage import ACCOUNT, DEAL, START


def add(store: SqlStore, key: str = "k", kind: str = "place", deal: int | None = DEAL) -> str:
    with store.write() as unit:
        return unit.operations.add(ACCOUNT, kind=kind, key=key, payload={}, deal_id=deal, due_at=START)


def get(store: SqlStore, operation_id: str) -> Operation:
    with store.read() as unit:
        found = unit.operations.get(operation_id)
    assert found is not None
    return found
