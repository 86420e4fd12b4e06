"""Stock of open deals, read again and again in the background: panels open with fresh figures, checks stay true (R19).

Half of the time at most is spent asking and drawing, one call at a time; the first error of the outside ends an
account's turn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar

from backend.domain.errors import OutsideError
from backend.ports.connections import AccountInactive, NoConnection
from backend.ports.crm import CrmDenied, CrmRefused
from backend.ports.erp import ErpRefused
from backend.ports.store import Account, JournalEntry
from backend.services.deps import Services
from backend.services.keep_picture import CLOCKS_DIFFER, keep_picture
from backend.services.panel.kept import forget_answers
from backend.services.redraw_pictures import FreshStock, redraw
from backend.services.stock_check import CHECK_GOOD_FOR, tell_check
from backend.services.take_picture import DealNotFound, allowed_warehouses, take_picture
from backend.services.void_approval import void_if_changed

BATCH = 100
"""Products asked for in one call: a person's live check may have to wait for one."""
PAGE = 20
"""Deals drawn again between two rests."""
TAKEN_AT_ONCE = 20
"""Whole pictures in a turn: each asks as much as a person's live look."""
TAKEN_AGAIN_AFTER = timedelta(hours=12)
"""Prices and the customer's terms are read by whole pictures only."""
TOLD_AT_ONCE = 200
ACCOUNTS_AT_ONCE = 8

Rest = Callable[[timedelta], bool]
"""Does nothing for so long. False: the process is about to stop."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What a turn did: `products` read by so many `calls`; pictures `changed`; whole ones `taken`. `error`: the code of
    what ended it early, `stopped` where the process stops."""

    products: int = 0
    calls: int = 0
    changed: int = 0
    taken: int = 0
    error: str | None = None


class Stopped(Exception):
    """The process is about to stop. What was read is written."""


def refresh_all(services: Services, *, every: timedelta, rest: Rest) -> Mapping[int, Refreshed]:
    """Every active account with an ERP, side by side: one that does not answer does not keep the others waiting.

    Stock that somebody read within half of `every` is left alone, so a second clock finds little to do.
    """
    before = services.clock.now() - every / 2
    with services.store.read() as unit:
        accounts = [one for one in unit.accounts.active() if unit.accounts.connection(one.id) is not None]
    if not accounts:
        return {}
    # Threads of its own: a picture waits for calls in the shared pool, which must not fill with those who wait.
    with ThreadPoolExecutor(min(len(accounts), ACCOUNTS_AT_ONCE), thread_name_prefix="refresh") as side:
        turns = {
            one.id: side.submit(refresh_account, services, one, stock_before=before, rest=rest) for one in accounts
        }
        return {account_id: turn.result() for account_id, turn in turns.items()}


def refresh_account(services: Services, account: Account, *, stock_before: datetime, rest: Rest) -> Refreshed:
    """One turn of an account: stock read, pictures drawn again, some taken whole, fields told.

    What goes wrong outside ends it early and is in the journal.
    """
    turn = _Turn(services, account, rest)
    try:
        turn.read_and_draw(stock_before)
        turn.take_whole()
    except (OutsideError, NoConnection, AccountInactive) as error:
        turn.done = replace(turn.done, error=error.code)
        with services.store.write() as unit:
            entry = JournalEntry(account.id, services.clock.now(), "stock.refresh_failed", data={"code": error.code})
            unit.journal.add(entry)
    except Stopped:
        turn.done = replace(turn.done, error="stopped")
    turn.tell()
    forget_answers(services.cache, account.id)
    return turn.done


class _Turn:
    """One account's turn. `done` grows."""

    def __init__(self, services: Services, account: Account, rest: Rest) -> None:
        self.services = services
        self.account = account
        self.rest = rest
        self.done = Refreshed()

    def read_and_draw(self, stock_before: datetime) -> None:
        """The goods of all pictures batch by batch; then the deals whose goods were all read, whatever ended it."""
        with self.services.store.read() as unit:
            rules = unit.accounts.rules(self.account.id)
            goods = unit.pictures.to_refresh(self.account.id, stock_before=stock_before)
        stock = FreshStock()
        try:
            if any(goods.values()):
                erp = self.services.erps.of(self.account.id)
                stock.warehouses = allowed_warehouses(erp.warehouses(), rules)
                places = [one.id for one in stock.warehouses]
                for batch in _batches(sorted({one for found in goods.values() for one in found}), BATCH):
                    began_at = self.services.clock.now()
                    stock.add(batch, erp.read_stock(batch, places))
                    self._count(calls=1, products=len(batch))
                    self._pause(began_at)
        finally:
            ready = sorted(deal_id for deal_id, wanted in goods.items() if stock.has(wanted))
            for page in _batches(ready, PAGE):
                began_at = self.services.clock.now()
                self._count(changed=redraw(self.services, self.account, rules, stock, page))
                # Also of a process that stops: what was read is written, without rests then.
                self.rest(self.services.clock.now() - began_at)

    def take_whole(self) -> None:
        """Deals that nobody has looked at yet, and those whose picture is worn out, as the integration itself."""
        now = self.services.clock.now()
        good = (now - TAKEN_AGAIN_AFTER, now + CLOCKS_DIFFER)
        with self.services.store.read() as unit:
            deals = unit.pictures.to_take(self.account.id, taken_between=good, limit=TAKEN_AT_ONCE)
        for deal_id in deals:
            began_at = self.services.clock.now()
            self._count(taken=self._taken(deal_id))
            self._pause(began_at)

    def tell(self) -> None:
        """Fields that mere time made untrue, or that were never told."""
        now = self.services.clock.now()
        with self.services.store.read() as unit:
            deals = unit.pictures.to_tell(self.account.id, stock_before=now - CHECK_GOOD_FOR, limit=TOLD_AT_ONCE)
        for page in _batches(sorted(deals), PAGE):
            with self.services.store.write() as unit:
                for deal_id in page:
                    tell_check(unit, self.account, deal_id, now)

    def _taken(self, deal_id: int) -> bool:
        """A deal that cannot be read by itself is passed over; anything else ends the turn."""
        try:
            picture = take_picture(self.services, self.account.id, deal_id, as_user=None)
        except DealNotFound:
            with self.services.store.write() as unit:
                unit.pictures.forget(self.account.id, deal_id)
                unit.watch.forget(self.account.id, [deal_id])
            return False
        except (CrmDenied, CrmRefused, ErpRefused):
            return False
        keep_picture(self.services, picture)
        void_if_changed(self.services, picture)
        return True

    def _count(self, **more: int) -> None:
        self.done = replace(self.done, **{name: getattr(self.done, name) + count for name, count in more.items()})

    def _pause(self, began_at: datetime) -> None:
        """As long as the asking took. Raises Stopped."""
        if not self.rest(self.services.clock.now() - began_at):
            raise Stopped


def _batches(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
