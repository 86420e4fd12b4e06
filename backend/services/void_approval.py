"""An approval holds for exactly what was seen; anything else voids it (R7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from backend.domain.approval import ALIVE, Approval, ApprovalState, drifted
from backend.domain.picture import LinePicture
from backend.domain.policy import Outcome
from backend.ports.store import JournalEntry
from backend.services.approval_notes import note_and_close
from backend.services.deps import Services
from backend.services.take_picture import Picture


def void_if_changed(services: Services, picture: Picture) -> Approval | None:
    """Void the deal's living approval if the basket, prices or customer changed, or a line's availability fell by
    more than the tolerance.

    Returns the approval that still stands.
    """
    account_id, deal_id = picture.account.id, picture.deal.id
    with services.store.read() as unit:
        approval = unit.approvals.latest_of_deal(account_id, deal_id)
    now = services.clock.now()
    if approval is None or not approval.alive(now):
        return None
    why = void_reason(approval, picture)
    if why is None:
        return approval
    with services.store.write() as unit:
        unit.deals.touch(account_id, deal_id)
        current = unit.approvals.get(account_id, approval.id)
        if current is None or current.state not in ALIVE:
            return None
        unit.approvals.save(replace(current, state=ApprovalState.VOID, void_reason=why))
        unit.journal.add(JournalEntry(account_id, now, "approval.void", None, deal_id, {"id": approval.id, "why": why}))
        note_and_close(unit, current, f"approval.void.{why}", now)
    return None


def void_reason(approval: Approval, picture: Picture) -> str | None:
    """`basket_changed`, `figures_worse`, or None where it still stands."""
    if approval.fingerprint != picture.fingerprint:
        return "basket_changed"
    if drifted(approval, available_by_line(picture.lines), picture.rules.drift):
        return "figures_worse"
    return None if approval.state is ApprovalState.APPROVED_PART else _uncovered(approval, picture)


def _uncovered(approval: Approval, picture: Picture) -> str | None:
    """Something to ask for that nobody asked for then: new shortages, or a customer whose credit shrank.

    Of a part this cannot be said: it is smaller than the basket and is checked by itself.
    """
    asking = {one.code for one in picture.decision.reasons if one.outcome is Outcome.ASK}
    new = asking - set(approval.reasons)
    if not new:
        return None
    return "figures_worse" if "shortage" in new else "basket_changed"


def available_by_line(lines: Sequence[LinePicture]) -> Mapping[str, Decimal]:
    """Base units available per line, for comparing with an approval's evidence."""
    return {one.line.line_id: one.available for one in lines}
