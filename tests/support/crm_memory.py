"""A CRM in memory behind the CRM port, for fast tests of services. It is held to the same contract as the real adapter.

People's side (`add_deal`, `hide`, `delete_element` …) changes what the port shows; `fail_next` breaks a call before or
after its work was done; `before` runs a rival just before a call's work.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal, InvalidOperation
from itertools import count

from backend.domain.errors import Invalid
from backend.domain.quantity import plain
from backend.ports.clock import Clock
from backend.ports.crm import (
    CatalogueItem,
    Company,
    Contact,
    CrmAccount,
    CrmDenied,
    CrmElement,
    CrmFile,
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
    SetupWish,
    TaskDraft,
)

SHARED_STAGES = {142, 143}
PRODUCTS_LIST = 4521
PAGE = 250


@dataclass
class KeptDeal:
    """A deal as it is kept: lines by element id, our fields' texts."""

    deal: Deal
    lines: dict[int, Decimal] = field(default_factory=dict)
    fields: dict[DealField, str] = field(default_factory=dict)


@dataclass
class KeptNote:
    """A service line."""

    id: int
    deal_id: int
    text: str
    key: str


@dataclass
class KeptTask:
    """A task; `result` once it is completed."""

    id: int
    draft: TaskDraft
    key: str
    result: str | None = None


@dataclass
class KeptFile:
    """A file attached to a deal, its versions oldest first."""

    uuid: str
    deal_id: int
    name: str
    versions: list[bytes]


class MemoryCrm:
    """Implements `CrmPort` for one account. `calls` names every call in order."""

    def __init__(
        self, account: CrmAccount, clock: Clock, *, users: Sequence[CrmUser] = (), pipelines: Sequence[Pipeline] = ()
    ) -> None:
        self._account, self._clock = account, clock
        self._users, self._pipelines = list(users), list(pipelines)
        self._lock = threading.RLock()
        self._ids = count(1000)
        self._faults: list[tuple[str, Exception, bool]] = []
        self._hidden: set[tuple[int, int]] = set()
        self._deal_fields: dict[str, int] = {}
        self._setup: CrmSetup | None = None
        self.deals: dict[int, KeptDeal] = {}
        self.elements: dict[int, CatalogueItem] = {}
        self.notes: list[KeptNote] = []
        self.tasks: dict[int, KeptTask] = {}
        self.files: list[KeptFile] = []
        self.webhooks: set[str] = set()
        self.webhooks_off: set[str] = set()
        self.calls: list[str] = []
        self.before: Callable[[str], None] | None = None

    # What people and the test do.

    def add_element(self, item: CatalogueItem) -> int:
        """An element typed in by hand; its id."""
        element_id = item.element_id or next(self._ids)
        self.elements[element_id] = replace(item, element_id=element_id)
        return element_id

    def add_deal(
        self,
        deal_id: int,
        *,
        stage: tuple[int, int],
        responsible_id: int,
        lines: Mapping[int, Decimal] | None = None,
        company: Company | None = None,
        contact: Contact | None = None,
        name: str = "",
        budget: Decimal = Decimal(0),
    ) -> None:
        """A deal in `stage` = (pipeline id, stage id) with quantities by element id."""
        pipeline_id, stage_id = stage
        deal = Deal(
            deal_id, name, pipeline_id, stage_id, responsible_id, budget, self._clock.now(), [], company, contact
        )
        self.deals[deal_id] = KeptDeal(deal, dict(lines or {}))

    def hide(self, deal_id: int, user_id: int) -> None:
        """This user may not see this deal."""
        self._hidden.add((deal_id, user_id))

    def delete_deal(self, deal_id: int) -> None:
        """A person deletes the deal."""
        del self.deals[deal_id]

    def delete_element(self, element_id: int) -> None:
        """A person deletes an element; links to it stay."""
        del self.elements[element_id]

    def delete_task(self, task_id: int) -> None:
        """A person deletes a task."""
        del self.tasks[task_id]

    def move(self, deal_id: int, stage_id: int, pipeline_id: int | None = None) -> None:
        """A person drags the deal to a stage."""
        kept = self._changed(deal_id)
        kept.deal = replace(kept.deal, stage_id=stage_id, pipeline_id=pipeline_id or kept.deal.pipeline_id)

    def deal_field_ids(self) -> list[int]:
        """Ids of our fields that the account has now."""
        return list(self._deal_fields.values())

    def fail_next(self, method: str, error: Exception, *, after: bool = False) -> None:
        """The next call of this method raises: before its work, or after it (a lost answer)."""
        self._faults.append((method, error, after))

    # The port.

    def account(self) -> CrmAccount:
        with self._call("account"):
            return self._account

    def users(self) -> Sequence[CrmUser]:
        with self._call("users"):
            return list(self._users)

    def pipelines(self) -> Sequence[Pipeline]:
        with self._call("pipelines"):
            return list(self._pipelines)

    def deal(self, deal_id: int, *, as_user: int | None = None) -> Deal | None:
        with self._call("deal"):
            if as_user is not None and not any(u.id == as_user and u.is_active for u in self._users):
                raise CrmDenied("no such user", user_id=as_user)
            if (deal_id, as_user) in self._hidden:
                raise CrmDenied("hidden", user_id=as_user)
            kept = self.deals.get(deal_id)
            if kept is None:
                return None
            lines = [DealLine(self._element(i), q) for i, q in kept.lines.items()]
            return replace(kept.deal, lines=lines, closed=kept.deal.stage_id in SHARED_STAGES)

    def deals_seen(self, ids: Sequence[int]) -> Sequence[DealGlance]:
        with self._call("deals_seen"):
            return [_glance(self.deals[one]) for one in sorted(set(ids)) if one in self.deals]

    def deals_changed(self, page: int) -> Sequence[DealGlance]:
        with self._call("deals_changed"):
            newest = sorted(self.deals.values(), key=lambda kept: kept.deal.updated_at, reverse=True)
            return [_glance(kept) for kept in newest[(page - 1) * PAGE : page * PAGE]]

    def search_elements(self, *, external_id: str, sku: str) -> CrmElement | None:
        with self._call("search_elements"):
            for name, value in (("external_id", external_id), ("sku", sku)):
                for element_id, item in self.elements.items():
                    if value and getattr(item, name) == value:
                        return self._element(element_id)
            return None

    def set_line(self, deal_id: int, element_id: int, quantity: str) -> None:
        with self._call("set_line"):
            number = _quantity(quantity)
            if element_id not in self.elements:
                raise CrmRefused("no such element", status=400)
            self._changed(deal_id).lines[element_id] = number

    def remove_line(self, deal_id: int, element_id: int) -> None:
        with self._call("remove_line"):
            self._changed(deal_id).lines.pop(element_id, None)

    def update_deal(self, deal_id: int, update: DealUpdate) -> None:
        with self._call("update_deal"):
            stage = self._stage(update)
            kept = self._changed(deal_id)
            if update.budget is not None:
                kept.deal = replace(kept.deal, budget=update.budget)
            if stage is not None:
                kept.deal = replace(kept.deal, pipeline_id=stage[0], stage_id=stage[1])
            self._write_fields(kept, update.fields)

    def move_deals(self, moves: Sequence[DealMove]) -> Sequence[int]:
        with self._call("move_deals"):
            refused = [one.deal_id for one in moves if one.deal_id not in self.deals]
            for one in moves:
                if one.deal_id in refused:
                    continue
                self.move(one.deal_id, one.stage_id, one.pipeline_id)
                self._write_fields(self.deals[one.deal_id], one.fields)
            return refused

    def add_note(self, deal_id: int, text: str, *, key: str) -> int:
        with self._call("add_note"):
            self._kept(deal_id)
            for note in self.notes:
                if (note.deal_id, note.key) == (deal_id, key):
                    return note.id
            self.notes.append(KeptNote(next(self._ids), deal_id, text, key))
            return self.notes[-1].id

    def add_task(self, task: TaskDraft, *, key: str) -> int:
        with self._call("add_task"):
            if not any(u.id == task.user_id for u in self._users):
                raise CrmRefused("no such user", status=400)
            for kept in self.tasks.values():
                if (kept.draft.deal_id, kept.key) == (task.deal_id, key):
                    return kept.id
            task_id = next(self._ids)
            self.tasks[task_id] = KeptTask(task_id, task, key)
            return task_id

    def complete_task(self, task_id: int, result: str) -> None:
        with self._call("complete_task"):
            if task_id in self.tasks:
                self.tasks[task_id].result = result

    def attach_file(self, deal_id: int, filename: str, content: bytes, *, replaces: str | None = None) -> CrmFile:
        with self._call("attach_file"):
            if not content:
                raise CrmRefused("an empty file", reason="empty_file")
            self._kept(deal_id)
            found = next((f for f in self.files if f.deal_id == deal_id and replaces in (f.uuid, None)
                          and (replaces or f.name == filename)), None)  # fmt: skip
            if found is None:
                found = KeptFile(f"file-{next(self._ids)}", deal_id, filename, [])
                self.files.append(found)
            found.versions.append(content)
            return CrmFile(found.uuid, f"{found.uuid}-v{len(found.versions)}", filename)

    def set_up(self, wish: SetupWish) -> CrmSetup:
        with self._call("set_up"):
            ids = {f: self._deal_fields.setdefault(f.value, next(self._ids)) for f in wish.field_names}
            self.webhooks.add(wish.webhook_url)
            self._setup = CrmSetup(
                field_ids=ids,
                field_group_id=f"leads_{wish.field_group}",
                products_list_id=PRODUCTS_LIST,
                external_id_field=1,
                sku_field=2,
                price_field=3,
                webhook_url=wish.webhook_url,
                made_field_ids=list(ids.values()),
                made_group=True,
            )
            return self._setup

    def clean_up(self, setup: CrmSetup) -> None:
        with self._call("clean_up"):
            gone = set(setup.made_field_ids)
            self._deal_fields = {code: i for code, i in self._deal_fields.items() if i not in gone}
            self.webhooks.discard(setup.webhook_url)
            self._setup = None
            for kept in self.deals.values():
                kept.fields.clear()

    def hook_state(self, setup: CrmSetup) -> HookState:
        with self._call("hook_state"):
            if setup.webhook_url not in self.webhooks:
                return HookState.MISSING
            return HookState.OFF if setup.webhook_url in self.webhooks_off else HookState.ON

    def restore_hook(self, setup: CrmSetup) -> None:
        with self._call("restore_hook"):
            self.webhooks.add(setup.webhook_url)
            self.webhooks_off.discard(setup.webhook_url)

    def catalogue_items(self) -> Sequence[CatalogueItem]:
        with self._call("catalogue_items"):
            return list(self.elements.values())

    def write_catalogue(self, setup: CrmSetup, items: Sequence[CatalogueItem]) -> Sequence[CatalogueItem]:
        with self._call("write_catalogue"):
            if any(i.element_id is not None and i.element_id not in self.elements for i in items):
                raise CrmRefused("no such element", status=400)
            return [self.elements[self.add_element(item)] for item in items]

    # Within.

    @contextmanager
    def _call(self, method: str) -> Iterator[None]:
        if self.before is not None:
            rival, self.before = self.before, None
            rival(method)
        with self._lock:
            self.calls.append(method)
            found = next((f for f in self._faults if f[0] == method), None)
            if found is not None:
                self._faults.remove(found)
                if not found[2]:
                    raise found[1]
            yield
            if found is not None:
                raise found[1]

    def _element(self, element_id: int) -> CrmElement:
        item = self.elements.get(element_id)
        if item is None:
            return CrmElement(element_id, "", "", "")
        price = None if item.price is None else Decimal(item.price)
        return CrmElement(element_id, item.name, item.sku, item.external_id, price)

    def _kept(self, deal_id: int) -> KeptDeal:
        if deal_id not in self.deals:
            raise CrmRefused("no such deal", status=404)
        return self.deals[deal_id]

    def _changed(self, deal_id: int) -> KeptDeal:
        kept = self._kept(deal_id)
        now: datetime = self._clock.now()
        kept.deal = replace(kept.deal, updated_at=now)
        return kept

    def _write_fields(self, kept: KeptDeal, fields: Mapping[DealField, str | None]) -> None:
        for name, text in fields.items():
            if self._setup is None or name not in self._setup.field_ids:
                raise CrmRefused("the account lacks this field", reason="no_deal_field", field=name.value)
            if text is None:
                kept.fields.pop(name, None)
            else:
                kept.fields[name] = text

    def _stage(self, update: DealUpdate) -> tuple[int, int] | None:
        if update.stage_id is None:
            return None
        if update.pipeline_id is not None:
            return update.pipeline_id, update.stage_id
        owners = [p.id for p in self._pipelines for s in p.stages if s.id == update.stage_id]
        if len(owners) != 1 or update.stage_id in SHARED_STAGES:
            raise Invalid("a stage needs its pipeline", stage_id=update.stage_id)
        return owners[0], update.stage_id


def _glance(kept: KeptDeal) -> DealGlance:
    deal = kept.deal
    return DealGlance(
        id=deal.id,
        pipeline_id=deal.pipeline_id,
        stage_id=deal.stage_id,
        closed=deal.stage_id in SHARED_STAGES,
        responsible_id=deal.responsible_id,
        updated_at=deal.updated_at,
        basket={str(element): plain(quantity) for element, quantity in kept.lines.items()},
    )


def _quantity(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise Invalid("not a quantity", quantity=text) from None
    if not number.is_finite() or number <= 0:
        raise Invalid("not a quantity", quantity=text)
    return number
