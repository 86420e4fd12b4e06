"""The CRM of proofs: deals from a dict, everything written into them recorded by its key."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from itertools import count
from typing import Any, cast

from backend.domain.quantity import plain
from backend.ports.crm import (
    CrmAccount,
    CrmDenied,
    CrmElement,
    CrmFile,
    CrmPort,
    CrmRefused,
    CrmSetup,
    CrmUser,
    Deal,
    DealField,
    DealGlance,
    DealLine,
    DealMove,
    DealUpdate,
    HookState,
    Pipeline,
    TaskDraft,
)

PAGE = 250


@dataclass
class Written:
    """What was written into one deal: note texts and tasks by key, fields by ours, the last of each file by name."""

    notes: dict[str, str] = field(default_factory=dict)
    tasks: dict[str, TaskDraft] = field(default_factory=dict)
    fields: dict[DealField, str | None] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)


class ProofCrm:
    """The part of `CrmPort` that orders and the watch use. Thread-safe; `deals` may be filled at any time. Dates of
    change are whole seconds, as amoCRM's are."""

    def __init__(
        self,
        account: CrmAccount,
        deals: Mapping[int, Deal],
        users: Sequence[CrmUser],
        *,
        pipelines: Sequence[Pipeline] = (),
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._pipelines = pipelines
        self._now = lambda: now().replace(microsecond=0)
        self._account = account
        self._users = list(users)
        self._lock = threading.RLock()
        self._ids = count(1)
        self.deals = dict(deals)
        self.written: dict[int, Written] = {}

    def account(self) -> CrmAccount:
        return self._account

    def users(self) -> Sequence[CrmUser]:
        return list(self._users)

    def pipelines(self) -> Sequence[Pipeline]:
        return self._pipelines

    def deal(self, deal_id: int, *, as_user: int | None = None) -> Deal | None:
        if as_user is not None and as_user not in {user.id for user in self._users}:
            raise CrmDenied("no such user", user_id=as_user)
        with self._lock:
            return self.deals.get(deal_id)

    def deals_seen(self, ids: Sequence[int]) -> Sequence[DealGlance]:
        with self._lock:
            return [_glance(self.deals[one]) for one in ids if one in self.deals]

    def deals_changed(self, page: int) -> Sequence[DealGlance]:
        with self._lock:
            newest = sorted(self.deals.values(), key=lambda deal: deal.updated_at, reverse=True)
            return [_glance(deal) for deal in newest[(page - 1) * PAGE : page * PAGE]]

    def move_deals(self, moves: Sequence[DealMove]) -> Sequence[int]:
        with self._lock:
            for move in moves:
                self.change(move.deal_id, pipeline_id=move.pipeline_id, stage_id=move.stage_id)
                self.of(move.deal_id).fields.update(move.fields)
            return []

    def hook_state(self, setup: CrmSetup) -> HookState:
        return HookState.ON

    def restore_hook(self, setup: CrmSetup) -> None:
        """It is never off."""

    def change(self, deal_id: int, **facts: Any) -> None:
        """Somebody changed a deal."""
        with self._lock:
            self.deals[deal_id] = replace(self._kept(deal_id), updated_at=self._now(), **facts)

    def set_line(self, deal_id: int, element_id: int, quantity: str) -> None:
        with self._lock:
            deal = self._kept(deal_id)
            known = {line.element.id: line for line in deal.lines}
            element = known[element_id].element if element_id in known else CrmElement(element_id, "", "", "")
            known[element_id] = DealLine(element, Decimal(quantity))
            self.change(deal_id, lines=list(known.values()))

    def remove_line(self, deal_id: int, element_id: int) -> None:
        with self._lock:
            deal = self._kept(deal_id)
            self.change(deal_id, lines=[one for one in deal.lines if one.element.id != element_id])

    def update_deal(self, deal_id: int, update: DealUpdate) -> None:
        with self._lock:
            deal = self._kept(deal_id)
            self.change(
                deal_id,
                budget=deal.budget if update.budget is None else update.budget,
                stage_id=update.stage_id or deal.stage_id,
                pipeline_id=update.pipeline_id or deal.pipeline_id,
            )
            self.of(deal_id).fields.update(update.fields)

    def add_note(self, deal_id: int, text: str, *, key: str) -> int:
        with self._lock:
            self._kept(deal_id)
            self.of(deal_id).notes.setdefault(key, text)
            return next(self._ids)

    def add_task(self, task: TaskDraft, *, key: str) -> int:
        with self._lock:
            self._kept(task.deal_id)
            self.of(task.deal_id).tasks.setdefault(key, task)
            return next(self._ids)

    def complete_task(self, task_id: int, result: str) -> None:
        """Nobody looks at closed tasks here."""

    def attach_file(self, deal_id: int, filename: str, content: bytes, *, replaces: str | None = None) -> CrmFile:
        with self._lock:
            self.of(deal_id).files[filename] = content
            return CrmFile(replaces or f"{deal_id}-{filename}", f"version-{next(self._ids)}", filename)

    def of(self, deal_id: int) -> Written:
        """What was written into this deal so far."""
        with self._lock:
            return self.written.setdefault(deal_id, Written())

    def _kept(self, deal_id: int) -> Deal:
        if deal_id not in self.deals:
            raise CrmRefused("no such deal", status=404)
        return self.deals[deal_id]


def _glance(deal: Deal) -> DealGlance:
    return DealGlance(
        id=deal.id,
        pipeline_id=deal.pipeline_id,
        stage_id=deal.stage_id,
        closed=deal.closed,
        responsible_id=deal.responsible_id,
        updated_at=deal.updated_at,
        basket={str(line.element.id): plain(line.quantity) for line in deal.lines},
    )


class OneCrm:
    """Implements `ports.connections.CrmConnections` with the same CRM for every account."""

    def __init__(self, crm: ProofCrm) -> None:
        self._crm = crm

    def of(self, account_id: int) -> CrmPort:
        """Set-up and catalogue apart, which no proof calls."""
        return cast(CrmPort, self._crm)
