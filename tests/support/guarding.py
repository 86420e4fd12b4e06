"""The stage guard at work in the house."""

from __future__ import annotations

from datetime import timedelta

from backend.domain.rules import ProtectedStage
from backend.ports.store import DealsMark, HookSource, WatchedDeal
from backend.services.receive_hook import GATHERING, receive_hook
from tests.support.crm_hooks import hook_body, moved_body
from tests.support.house import BROKEN, EMPTY, FILLABLE, ORDERED, RIVAL, SHORT, STAGE, WON, House
from tests.support.storage import ACCOUNT

SOON = timedelta(seconds=5)
"""Long enough for one more attempt."""


def guard(house: House) -> House:
    """*Order* and *won* are protected; the account's deals have been read before, so each has a home."""
    house.settle(protected_stages=(ProtectedStage(*ORDERED), ProtectedStage(*WON)))
    with house.store.write() as unit:
        unit.accounts.save_deals_mark(ACCOUNT, DealsMark(until=house.clock.now()))
    tell(house, hook_body(FILLABLE, SHORT, BROKEN, EMPTY, RIVAL))
    return house


def tell(house: House, body: bytes, patience: timedelta = GATHERING) -> None:
    """A webhook comes and is acted on."""
    receive_hook(house.services, house.services.account(ACCOUNT), HookSource.CRM, body)
    house.drain(patience)


def drag(
    house: House,
    deal_id: int,
    to: tuple[int, int] = ORDERED,
    *,
    old: tuple[int, int] = STAGE,
    patience: timedelta = GATHERING,
) -> None:
    """A person moves the deal, and the webhook about it is acted on."""
    house.clock.advance(timedelta(seconds=2))
    house.crm.move(deal_id, to[1])
    tell(house, moved_body(deal_id, old=old, new=to), patience)


def stage(house: House, deal_id: int) -> tuple[int, int]:
    deal = house.crm.deals[deal_id].deal
    return deal.pipeline_id, deal.stage_id


def watched(house: House, deal_id: int) -> WatchedDeal:
    with house.store.read() as unit:
        found = unit.watch.get(ACCOUNT, deal_id)
    assert found is not None
    return found


def guard_notes(house: House, deal_id: int) -> list[str]:
    return [text for text in house.notes(deal_id) if "возвращена" in text or "вернули" in text]


def run_one(house: House, kind: str) -> None:
    house.clock.advance(GATHERING)
    with house.store.read() as unit:
        ready = [unit.operations.get(one) for one in unit.operations.runnable(now=house.clock.now(), limit=100)]
    (found,) = [one for one in ready if one is not None and one.kind == kind]
    house.runner.run(found.id)
