"""The inbox is read: what webhooks hint at is looked up where it can be believed (decisions 17, 22)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta

from backend.domain.errors import Invalid
from backend.domain.order import Order
from backend.ports.connections import NoConnection
from backend.ports.crm import DealHint
from backend.ports.erp import ErpAddressForbidden, ErpDenied
from backend.ports.store import HookSource, Operation, StoredHook
from backend.ports.tokens import promptly
from backend.services.deps import Services
from backend.services.follow_orders import BATCH, read_back
from backend.services.receive_hook import note_refusal
from backend.services.watch_deals import Reading, take_in

PAGE = 100
MOST_HOOKS = 5_000
MOST_DEALS = 1_000
MOST_ORDERS = 5_000


@dataclass(slots=True)
class _Gathered:
    """Hooks that were read, and what they speak of; a deal is looked at once however often it is named."""

    ids: list[int] = field(default_factory=list)
    hints: dict[int, DealHint] = field(default_factory=dict)

    def add(self, hook: StoredHook, hints: Sequence[DealHint]) -> None:
        """That it was moved counts whichever hook says so; of several the first knows where it came from."""
        self.ids.append(hook.id)
        for hint in hints:
            known = self.hints.get(hint.deal_id)
            if known is None or (hint.moved and not known.moved):
                self.hints[hint.deal_id] = hint

    @property
    def full(self) -> bool:
        return len(self.ids) >= MOST_HOOKS or len(self.hints) >= MOST_DEALS


def read_hooks(services: Services, operation: Operation) -> None:
    """Operation: look at every deal that waiting webhooks of the CRM speak of. Safe to run again, also side by side."""
    account = services.account(operation.account_id)
    while (gathered := _gather(services, account.id)).ids:
        if gathered.hints:
            read_at = services.clock.now()
            with promptly():
                glances = services.crms.of(account.id).deals_seen(list(gathered.hints))
            take_in(services, account, Reading(read_at, glances, hints=gathered.hints))
        with services.store.write() as unit:
            unit.hooks.handle(gathered.ids, now=services.clock.now())


def read_erp_hooks(services: Services, operation: Operation) -> None:
    """Operation: read back the orders that the ERP's webhooks name, or all living ones where any of them names none."""
    account_id = operation.account_id
    while hooks := _page(services, account_id, HookSource.ERP, after=0, limit=PAGE):
        told = [order_ids(one.body) for one in hooks]
        named = None if any(one is None for one in told) else {name for one in told for name in one or ()}
        # No ERP, or none that lets us in: once that is mended, living orders are read back in their turn anyway.
        with suppress(NoConnection, ErpDenied, ErpAddressForbidden):
            _read_back(services, account_id, named)
        with services.store.write() as unit:
            unit.hooks.handle([one.id for one in hooks], now=services.clock.now())


def order_ids(body: bytes) -> Sequence[str] | None:
    """The ERP's ids of orders if the body is a JSON list of them, else None: look at all."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(told, list) or not all(isinstance(one, str | int) for one in told):
        return None
    return [str(one) for one in told]


def _gather(services: Services, account_id: int) -> _Gathered:
    gathered, last = _Gathered(), 0
    while not gathered.full:
        page = _page(services, account_id, HookSource.CRM, after=last, limit=PAGE)
        for hook in page:
            try:
                gathered.add(hook, services.hinted_deals(account_id, hook.body))
            except Invalid as nonsense:
                _refuse(services, account_id, hook, nonsense)
        if len(page) < PAGE:
            break
        last = page[-1].id
    return gathered


def _page(services: Services, account_id: int, source: HookSource, *, after: int, limit: int) -> Sequence[StoredHook]:
    with services.store.read() as unit:
        return unit.hooks.waiting(account_id, source, after=after, limit=limit)


def _refuse(services: Services, account_id: int, hook: StoredHook, nonsense: Invalid) -> None:
    why, now = str(nonsense.data.get("reason", "nonsense")), services.clock.now()
    with services.store.write() as unit:
        unit.hooks.refuse(hook.id, why=why, now=now)
        note_refusal(unit, account_id, why, len(hook.body), now)


def _read_back(services: Services, account_id: int, named: set[str] | None) -> None:
    whenever = services.clock.now() + timedelta(days=1)
    with services.store.read() as unit:
        orders = unit.orders.to_follow(account_id, limit=MOST_ORDERS, synced_before=whenever)
    wanted = [one for one in orders if named is None or named & _erp_ids(one)]
    for start in range(0, len(wanted), BATCH):
        read_back(services, account_id, wanted[start : start + BATCH])


def _erp_ids(order: Order) -> set[str]:
    return {part.erp_id for part in order.parts if part.erp_id}
