"""Drafts and revisions of deals."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from backend.domain.basket import Draft, DraftLine, DraftPart, Undo
from backend.ports.store import DealState
from backend.storage import SqlStore
from tests.support.storage import ACCOUNT, DEAL, OTHER, START

LINE = DraftLine("pack", (DraftPart("5", Decimal("2.5"), date(2026, 12, 1)), DraftPart()), for_quantity=Decimal(10))
DRAFT = Draft(
    {"9001": LINE}, Undo("remedy", {"9001": DraftLine()}, {"9001": None, "9002": Decimal(1)}, {"name": "Щит"})
)


def test_an_unknown_deal_has_revision_zero(store: SqlStore) -> None:
    with store.read() as unit:
        assert unit.deals.get(ACCOUNT, DEAL) == DealState(ACCOUNT, DEAL, 0, Draft())


def test_every_change_grows_the_revision_and_a_touch_keeps_the_draft(store: SqlStore) -> None:
    with store.write() as unit:
        assert unit.deals.touch(ACCOUNT, DEAL) == 1
        assert unit.deals.save_draft(ACCOUNT, DEAL, DRAFT) == 2
        assert unit.deals.touch(ACCOUNT, DEAL) == 3
    with store.read() as unit:
        assert unit.deals.get(ACCOUNT, DEAL) == DealState(ACCOUNT, DEAL, 3, DRAFT)
        assert unit.deals.get(OTHER, DEAL).revision == 0


def test_work_for_a_deal_alone_does_not_move_its_revision(store: SqlStore) -> None:
    with store.write() as unit:
        unit.operations.add(ACCOUNT, kind="say", key="k", payload={}, deal_id=DEAL, due_at=START)
        assert unit.deals.get(ACCOUNT, DEAL) == DealState(ACCOUNT, DEAL, 0, Draft())
