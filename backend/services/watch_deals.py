"""What the CRM told of deals is taken in: kept, judged by the stage guard, and open cards look again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from backend.ports.crm import DealGlance, DealHint
from backend.ports.store import Account, UnitOfWork, WatchedDeal
from backend.services.deps import Services
from backend.services.guard_stage import Guard, alert_key
from backend.services.stock_check import see_basket

CHUNK = 50
"""Deals a transaction: a webhook that comes meanwhile has to wait for it."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Deals as they were just read. `at`: the moment before they were asked for.

    `hints`: why they were read; one that is hinted at and missing is deleted. `first`: the account's deals are read for
    the first time, so one we do not know may have stood in its stage for years.
    """

    at: datetime
    glances: Sequence[DealGlance]
    hints: Mapping[int, DealHint] = field(default_factory=dict)
    first: bool = False


def take_in(services: Services, account: Account, reading: Reading) -> None:
    """Keep what is newer than what is known; the guard rules over each deal that is kept. Safe to repeat."""
    # In the order of ids, in which everybody locks the deals of one transaction.
    glances = sorted(reading.glances, key=lambda one: one.id)
    for start in range(0, len(glances), CHUNK):
        with services.store.write() as unit:
            _take_in(unit, account, reading, glances[start : start + CHUNK], services.clock.now())
    missing = sorted(set(reading.hints) - {one.id for one in reading.glances})
    if missing:
        with services.store.write() as unit:
            _forget(unit, account.id, missing, services.clock.now())


def _take_in(
    unit: UnitOfWork, account: Account, reading: Reading, glances: Sequence[DealGlance], now: datetime
) -> None:
    known = unit.watch.lock(account.id, [one.id for one in glances])
    first = reading.first or unit.accounts.deals_mark(account.id).until is None
    guard = Guard(unit, account, now)
    changed = []
    for glance in glances:
        before = known.get(glance.id)
        after = _seen(account.id, glance, reading.at, before)
        if before is not None and _older(after, before):
            continue
        guard.judge(before, after, reading.hints.get(glance.id), first=first)
        if before is None or _facts(before) != _facts(after):
            changed.append(glance.id)
            see_basket(unit, account, glance.id, glance.basket, seen_at=reading.at, now=now)
    unit.watch.save(guard.close())
    unit.deals.touch_known(account.id, changed)


def _seen(account_id: int, glance: DealGlance, at: datetime, before: WatchedDeal | None) -> WatchedDeal:
    """A change cannot be later than its reading: a date that somebody wrote into the deal would outlast every other."""
    seen = WatchedDeal(
        account_id=account_id,
        deal_id=glance.id,
        pipeline_id=glance.pipeline_id,
        stage_id=glance.stage_id,
        closed=glance.closed,
        responsible_id=glance.responsible_id,
        updated_at=min(glance.updated_at, at),
        basket=glance.basket,
        seen_at=at,
    )
    if before is None:
        return seen
    return replace(
        seen,
        home_pipeline_id=before.home_pipeline_id,
        home_stage_id=before.home_stage_id,
        returns=before.returns,
        returns_since=before.returns_since,
        returning_by=before.returning_by,
    )


def _older(one: WatchedDeal, other: WatchedDeal) -> bool:
    return (one.updated_at, one.seen_at) < (other.updated_at, other.seen_at)


def _facts(deal: WatchedDeal) -> tuple[object, ...]:
    return deal.stage, deal.closed, deal.responsible_id, deal.updated_at, dict(deal.basket)


def _forget(unit: UnitOfWork, account_id: int, deal_ids: Sequence[int], now: datetime) -> None:
    unit.watch.forget(account_id, deal_ids)
    unit.deals.touch_known(account_id, deal_ids)
    for deal_id in deal_ids:
        unit.pictures.forget(account_id, deal_id)
        unit.alerts.close(account_id, alert_key(deal_id), now=now)
