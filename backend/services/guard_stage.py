"""The stage guard (R8): a deal stays in a protected stage only with a passed stock check. It asks nobody outside, so
it rules at once, also while the ERP is down (decision 23)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from backend.domain.rules import Rules
from backend.ports.crm import DealHint
from backend.ports.store import Account, AlertKind, JournalEntry, OperationState, UnitOfWork, WatchedDeal
from backend.ports.store.watch import Stage
from backend.services.say_in_deal import say
from backend.services.stock_check import CheckState, check_state

MOST_RETURNS = 5
FIGHT = timedelta(hours=1)
LETS_THROUGH = frozenset({CheckState.PASSED, CheckState.APPROVED})
UNDER_WAY = frozenset({OperationState.WAITING, OperationState.RUNNING})


def protected(rules: Rules) -> frozenset[Stage]:
    """Stages that need a passed check."""
    return frozenset((one.pipeline_id, one.stage_id) for one in rules.protected_stages)


class Guard:
    """Rules over deals one by one, within one transaction; `close` queues what has to be done and gives the rows."""

    def __init__(self, unit: UnitOfWork, account: Account, now: datetime) -> None:
        self._unit = unit
        self._account = account
        self._now = now
        self._protected = protected(unit.accounts.rules(account.id))
        self._kept: list[WatchedDeal] = []
        self._returning: list[tuple[WatchedDeal, DealHint | None]] = []

    def judge(self, before: WatchedDeal | None, deal: WatchedDeal, hint: DealHint | None, *, first: bool) -> None:
        """`deal` as it was just read. Where it is allowed is its home; from elsewhere it is sent back there.

        One we meet for the first time while the account's deals are still being read is left where it stands, unless
        a webhook says that it has just come there.
        """
        adopted = before is None and first and not (hint is not None and hint.moved)
        if deal.stage not in self._protected or deal.home == deal.stage or adopted or self._passed(deal):
            self._kept.append(self._at_home(deal))
        elif self._on_its_way(deal) or deal.returns > MOST_RETURNS:
            self._kept.append(deal)
        elif self._fought(deal):
            self._kept.append(self._given_up(deal))
        else:
            self._returning.append((deal, hint))

    def close(self) -> Sequence[WatchedDeal]:
        """Every judged deal as it is to be kept. Those to be moved back know by which operation."""
        if not self._returning:
            return self._kept
        operation_id = self._unit.operations.add(
            self._account.id,
            kind="crm.move_back",
            key=f"move_back:{uuid.uuid4().hex}",
            payload={"deals": [_item(deal, hint) for deal, hint in self._returning]},
            deal_id=None,
            due_at=self._now,
        )
        return self._kept + [replace(deal, returning_by=operation_id) for deal, _ in self._returning]

    def _passed(self, deal: WatchedDeal) -> bool:
        return check_state(self._unit, deal.account_id, deal.deal_id, deal.basket, self._now) in LETS_THROUGH

    def _on_its_way(self, deal: WatchedDeal) -> bool:
        """An operation that ended without letting go of it (a person dismissed it, say) brings nothing back."""
        operation = self._unit.operations.get(deal.returning_by) if deal.returning_by is not None else None
        return operation is not None and operation.state in UNDER_WAY

    def _fought(self, deal: WatchedDeal) -> bool:
        since = deal.returns_since
        return deal.returns >= MOST_RETURNS and since is not None and self._now - since < FIGHT

    def _given_up(self, deal: WatchedDeal) -> WatchedDeal:
        """Somebody (a bot, most likely) moves it forward again and again: a person has to settle that."""
        self._unit.alerts.raise_alert(
            deal.account_id,
            kind=AlertKind.GUARD_FIGHT,
            key=alert_key(deal.deal_id),
            data={"deal_id": deal.deal_id, "pipeline_id": deal.pipeline_id, "stage_id": deal.stage_id},
            now=self._now,
        )
        data = {"stage_id": deal.stage_id, "returns": deal.returns}
        self._unit.journal.add(
            JournalEntry(deal.account_id, self._now, "guard.gave_up", deal_id=deal.deal_id, data=data)
        )
        key = f"guard_fight:{deal.deal_id}:{uuid.uuid4().hex}"
        say(self._unit, self._account, deal.deal_id, "guard.fight", key=key, now=self._now, times=MOST_RETURNS)
        return replace(deal, returns=MOST_RETURNS + 1)

    def _at_home(self, deal: WatchedDeal) -> WatchedDeal:
        """Once it stands where it may, a fight that was given up is over."""
        home = replace(deal, home_pipeline_id=deal.pipeline_id, home_stage_id=deal.stage_id)
        if deal.returns <= MOST_RETURNS:
            return home
        self._unit.alerts.close(deal.account_id, alert_key(deal.deal_id), now=self._now)
        return replace(home, returns=0, returns_since=None)


def counted(deal: WatchedDeal, now: datetime) -> WatchedDeal:
    """It was moved back once more. Returns are counted from the first one for an hour, then anew."""
    if deal.returns_since is None or now - deal.returns_since >= FIGHT:
        return replace(deal, returns=1, returns_since=now)
    return replace(deal, returns=deal.returns + 1)


def alert_key(deal_id: int) -> str:
    """Of the alert that the guard gave up on this deal."""
    return f"guard_fight:{deal_id}"


def _item(deal: WatchedDeal, hint: DealHint | None) -> dict[str, object]:
    left = hint.left if hint is not None else None
    return {
        "deal_id": deal.deal_id,
        "stage": list(deal.stage),
        "home": list(deal.home) if deal.home else None,
        "left": list(left) if left else None,
    }
