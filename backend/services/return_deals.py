"""Deals are moved back out of a protected stage, and their feeds say why and what to do (R8)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from backend.ports.crm import DealHint, DealMove, Pipeline
from backend.ports.store import Account, AlertKind, JournalEntry, Operation, WatchedDeal
from backend.ports.store.watch import Stage
from backend.ports.tokens import promptly
from backend.services.deps import Services
from backend.services.guard_stage import LETS_THROUGH, counted, protected
from backend.services.payload import listed, sequence
from backend.services.say_in_deal import say
from backend.services.stock_check import CheckState, check_state
from backend.services.watch_deals import CHUNK, Reading, take_in

NOTE_EVERY = timedelta(seconds=2)
"""Notes of many deals follow each other at this pace: nobody else's work has to wait behind them."""
LAST_NOTE = timedelta(minutes=50)


@dataclass(frozen=True, slots=True)
class _Asked:
    """`guarded`: the protected stage it was seen in; `home`: where it was allowed last; `left`: where a webhook said
    it came from."""

    deal_id: int
    guarded: Stage
    home: Stage | None
    left: Stage | None


@dataclass(frozen=True, slots=True)
class _Return:
    """A deal on its way back. `why`: the state of its check; `moved`: an earlier attempt has done it already."""

    deal_id: int
    guarded: Stage
    to: Stage
    why: CheckState
    number: int
    moved: bool = False


def return_deals(services: Services, operation: Operation) -> None:
    """Operation: look again, move back what still stands where it may not, say so. Safe to run again.

    A deal that passed its check or left the stage meanwhile stays where it is.
    """
    asked = _asked(operation)
    with promptly():
        _return(services, operation, asked)
    _let_go(services, operation, [one.deal_id for one in asked])


def _return(services: Services, operation: Operation, asked: Sequence[_Asked]) -> None:
    account = services.account(operation.account_id)
    crm = services.crms.of(account.id)
    at = services.clock.now()
    hints = {one.deal_id: DealHint(one.deal_id, moved=True) for one in asked}
    take_in(services, account, Reading(at, crm.deals_seen([*hints]), hints=hints))
    pipelines = crm.pipelines()
    plan = _plan(services, operation, asked, pipelines)
    for start in range(0, len(plan), CHUNK):
        part = plan[start : start + CHUNK]
        refused = crm.move_deals([DealMove(one.deal_id, *one.to) for one in part if not one.moved])
        _close(services, account, operation, part, refused, pipelines)


def returning_failed(services: Services, operation: Operation, error: Exception) -> None:
    """The runner gave up: the guard may try these deals anew."""
    _let_go(services, operation, [one.deal_id for one in _asked(operation)])


def target(
    asked_stage: Stage,
    home: Stage | None,
    left: Stage | None,
    pipelines: Sequence[Pipeline],
    guarded: Collection[Stage],
) -> Stage | None:
    """Where a deal that came into `asked_stage` is sent: where it was allowed last, else where a webhook said it came
    from, else the first free stage of its pipeline, else of another; none of these closes it. None where every stage is
    protected."""
    stages = {(one.pipeline_id, one.id): one for pipeline in pipelines for one in pipeline.stages}
    if home in stages and home != asked_stage:
        return home
    if left in stages and left not in guarded:
        return left
    free = [place for place, one in stages.items() if place not in guarded and not one.closes]
    return min(free, key=lambda one: one[0] != asked_stage[0], default=None)


def _asked(operation: Operation) -> list[_Asked]:
    """Raises PayloadUnreadable."""
    return [*listed(operation, "deals", _asked_deal)]


def _asked_deal(told: Mapping[str, object]) -> _Asked:
    return _Asked(int(str(told["deal_id"])), _pair(told["stage"]), _stage(told["home"]), _stage(told["left"]))


def _stage(told: object) -> Stage | None:
    return None if told is None else _pair(told)


def _pair(told: object) -> Stage:
    pipeline_id, stage_id = sequence(told)
    return int(str(pipeline_id)), int(str(stage_id))


def _plan(
    services: Services, operation: Operation, asked: Sequence[_Asked], pipelines: Sequence[Pipeline]
) -> list[_Return]:
    """What to move, and what an earlier attempt of this operation has moved without coming to say so."""
    now = services.clock.now()
    plan: list[_Return] = []
    with services.store.read() as unit:
        guarded = protected(unit.accounts.rules(operation.account_id))
        for one in asked:
            row = unit.watch.get(operation.account_id, one.deal_id)
            to = target(one.guarded, one.home, one.left, pipelines, guarded)
            if row is None or row.returning_by != operation.id or to is None:
                continue
            why = check_state(unit, row.account_id, row.deal_id, row.basket, now)
            moved = operation.attempts > 1 and row.stage == to
            if moved or (row.stage in guarded and row.home != row.stage and why not in LETS_THROUGH):
                plan.append(_Return(one.deal_id, one.guarded, to, why, len(plan), moved))
    return plan


def _close(
    services: Services,
    account: Account,
    operation: Operation,
    part: Sequence[_Return],
    refused: Collection[int],
    pipelines: Sequence[Pipeline],
) -> None:
    """Count the returns of these deals, tell them, and let go of them."""
    now = services.clock.now()
    names = {(stage.pipeline_id, stage.id): stage.name for one in pipelines for stage in one.stages}
    with services.store.write() as unit:
        rows = unit.watch.lock(account.id, [one.deal_id for one in part])
        erp_down = any(alert.kind == AlertKind.ERP_DOWN for alert in unit.alerts.open(account.id))
        after: list[WatchedDeal] = []
        for one in part:
            row = rows.get(one.deal_id)
            if row is None or row.returning_by != operation.id:
                continue
            back = one.deal_id not in refused
            data = {"from": list(one.guarded), "to": list(one.to), "check": str(one.why)}
            kind = "guard.moved_back" if back else "guard.refused"
            unit.journal.add(JournalEntry(account.id, now, kind, deal_id=one.deal_id, data=data))
            if back:
                at = now + min(NOTE_EVERY * one.number, LAST_NOTE)
                key = f"guard:{operation.id}:{one.deal_id}"
                stages = {"stage": names.get(one.guarded, "?"), "home": names.get(one.to, "?")}
                say(unit, account, one.deal_id, _words(one.why, erp_down=erp_down), key=key, now=at, **stages)
            after.append(replace(counted(row, now) if back else row, returning_by=None))
        unit.watch.save(after)
        unit.deals.touch_known(account.id, [one.deal_id for one in after])


def _words(why: CheckState, *, erp_down: bool) -> str:
    """What an ERP that is down has not said is no fault of the manager's. A deal that was moved by an attempt which was
    cut may have passed since."""
    if why in LETS_THROUGH:
        return "guard.passed_since"
    unchecked = why in (CheckState.NONE, CheckState.STALE)
    return "guard.erp_down" if erp_down and unchecked else f"guard.{why}"


def _let_go(services: Services, operation: Operation, deal_ids: Sequence[int]) -> None:
    with services.store.write() as unit:
        rows = unit.watch.lock(operation.account_id, deal_ids).values()
        unit.watch.save([replace(row, returning_by=None) for row in rows if row.returning_by == operation.id])
