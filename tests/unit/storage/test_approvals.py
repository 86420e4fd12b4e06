"""Approvals at rest: one pending a deal, and the overdue ones found."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from backend.domain.approval import ApprovalState
from backend.domain.errors import Conflict, NotFound
from backend.storage import SqlStore
from tests.support.storage import ACCOUNT, DEAL, OTHER, START, an_approval


def test_an_approval_is_read_as_it_was_written(store: SqlStore) -> None:
    approval = an_approval(task_ids=(1, 2), decided_by=8, decided_at=START, void_reason="changed")
    with store.write() as unit:
        unit.approvals.add(approval)
    with store.read() as unit:
        assert unit.approvals.get(ACCOUNT, approval.id) == approval
        assert unit.approvals.latest_of_deal(ACCOUNT, DEAL) == approval
        assert unit.approvals.get(OTHER, approval.id) is None
        assert unit.approvals.latest_of_deal(OTHER, DEAL) is None


def test_a_deal_has_one_pending_approval(store: SqlStore) -> None:
    with store.write() as unit:
        unit.approvals.add(an_approval())
        with pytest.raises(Conflict) as refused:
            unit.approvals.add(an_approval("approval-2"))
        assert refused.value.code == "approval_exists"
        unit.approvals.save(an_approval(state=ApprovalState.REJECTED))
        unit.approvals.add(an_approval("approval-2", requested_at=START + timedelta(seconds=1)))
        latest = unit.approvals.latest_of_deal(ACCOUNT, DEAL)
        assert latest is not None
        assert latest.id == "approval-2"


def test_one_decided_cannot_become_pending_beside_another(store: SqlStore) -> None:
    with store.write() as unit:
        unit.approvals.add(an_approval(state=ApprovalState.VOID))
        unit.approvals.add(an_approval("approval-2"))
    with pytest.raises(Conflict), store.write() as unit:
        unit.approvals.save(an_approval())


def test_saving_what_was_never_added_is_an_error(store: SqlStore) -> None:
    with store.write() as unit:
        unit.approvals.add(an_approval())
        with pytest.raises(NotFound):
            unit.approvals.save(replace(an_approval(), account_id=OTHER))


def test_overdue_are_the_living_ones_past_their_deadline(store: SqlStore) -> None:
    states = [ApprovalState.PENDING, ApprovalState.APPROVED, ApprovalState.APPROVED_PART, ApprovalState.REJECTED]
    with store.write() as unit:
        for number, state in enumerate(states):
            unit.approvals.add(
                an_approval(f"a{number}", deal_id=number, state=state, deadline=START - timedelta(hours=number))
            )
        unit.approvals.add(an_approval("later", deal_id=9, deadline=START + timedelta(seconds=1)))
    with store.read() as unit:
        assert [one.id for one in unit.approvals.overdue(now=START, limit=10)] == ["a2", "a1", "a0"]
        assert [one.id for one in unit.approvals.overdue(now=START, limit=1)] == ["a2"]
