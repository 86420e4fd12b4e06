"""The CRM of proofs: deals from a dict, everything written into them recorded by its key."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import count
from typing import cast

from backend.ports.crm import (
    CrmAccount,
    CrmDenied,
    CrmElement,
    CrmFile,
    CrmPort,
    CrmRefused,
    CrmUser,
    Deal,
    DealField,
    DealLine,
    DealUpdate,
    Pipeline,
    TaskDraft,
)


@dataclass
class Written:
    """What was written into one deal: note texts and tasks by key, fields by ours, the last of each file by name."""

    notes: dict[str, str] = field(default_factory=dict)
    tasks: dict[str, TaskDraft] = field(default_factory=dict)
    fields: dict[DealField, str | None] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)


class ProofCrm:
    """The part of `CrmPort` that orders use. Thread-safe; `deals` may be filled at any time."""

    def __init__(self, account: CrmAccount, deals: Mapping[int, Deal], users: Sequence[CrmUser]) -> None:
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
        return []

    def deal(self, deal_id: int, *, as_user: int | None = None) -> Deal | None:
        if as_user is not None and as_user not in {user.id for user in self._users}:
            raise CrmDenied("no such user", user_id=as_user)
        with self._lock:
            return self.deals.get(deal_id)

    def set_line(self, deal_id: int, element_id: int, quantity: str) -> None:
        with self._lock:
            deal = self._kept(deal_id)
            known = {line.element.id: line for line in deal.lines}
            element = known[element_id].element if element_id in known else CrmElement(element_id, "", "", "")
            known[element_id] = DealLine(element, Decimal(quantity))
            self.deals[deal_id] = replace(deal, lines=list(known.values()))

    def remove_line(self, deal_id: int, element_id: int) -> None:
        with self._lock:
            deal = self._kept(deal_id)
            self.deals[deal_id] = replace(deal, lines=[one for one in deal.lines if one.element.id != element_id])

    def update_deal(self, deal_id: int, update: DealUpdate) -> None:
        with self._lock:
            deal = self._kept(deal_id)
            self.deals[deal_id] = replace(
                deal,
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


class OneCrm:
    """Implements `ports.connections.CrmConnections` with the same CRM for every account."""

    def __init__(self, crm: ProofCrm) -> None:
        self._crm = crm

    def of(self, account_id: int) -> CrmPort:
        """Set-up and catalogue apart, which no proof calls."""
        return cast(CrmPort, self._crm)
