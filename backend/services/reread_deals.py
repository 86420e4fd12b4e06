"""Webhooks get lost: what changed in the CRM is read again by its date, every few minutes (decision 22)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count

from backend.domain.errors import OutsideError
from backend.ports.connections import AccountInactive
from backend.ports.store import Account, DealsMark, JournalEntry
from backend.services.deps import Services
from backend.services.watch_deals import Reading, take_in

OVERLAP = timedelta(minutes=1)
"""Read twice: a deal that changed while the last page was read, and clocks that do not quite agree."""
PAGES_A_TURN = 20
"""Of the first reading, which may be long: the rest follows at the next turns."""


def reread_all(services: Services) -> None:
    """Every active account that was set up, side by side: one that fails keeps no other waiting."""
    each_account(services, reread_deals, "deals.reread_failed")


def each_account(services: Services, work: Callable[[Services, Account], object], failed: str) -> None:
    """`work` for every active account that was set up. What the CRM refuses is journalled as `failed`: the next turn
    tries again."""
    with services.store.read() as unit:
        accounts = [one for one in unit.accounts.active() if unit.accounts.crm_setup(one.id) is not None]

    def one_account(account: Account) -> None:
        try:
            work(services, account)
        except (OutsideError, AccountInactive) as error:
            now = services.clock.now()
            with services.store.write() as unit:
                unit.journal.add(JournalEntry(account.id, now, failed, data={"code": error.code}))

    for done in [services.pool.submit(one_account, account) for account in accounts]:
        done.result()


def reread_deals(services: Services, account: Account) -> None:
    """All deals once, page by page; from then on those that changed since. The mark moves when all of them are read."""
    with services.store.read() as unit:
        mark = unit.accounts.deals_mark(account.id)
    if mark.until is None:
        _read_all(services, account, mark)
    else:
        _read_since(services, account, mark.until)


def _read_all(services: Services, account: Account, mark: DealsMark) -> None:
    """Deals come last changed first, so one that changes meanwhile is met twice and shifts the others to later pages:
    none is missed by going on at a page's number."""
    for page in range(mark.page, mark.page + PAGES_A_TURN):
        at = services.clock.now()
        glances = services.crms.of(account.id).deals_changed(page)
        take_in(services, account, Reading(at, glances, first=True))
        if page == 1:
            mark = replace(mark, newest=min(max((one.updated_at for one in glances), default=at), at))
        if not glances:
            _save(services, account.id, DealsMark(until=mark.newest or at))
            return
        mark = replace(mark, page=page + 1)
        _save(services, account.id, mark)


def _read_since(services: Services, account: Account, until: datetime) -> None:
    since, newest = until - OVERLAP, until
    for page in count(1):
        at = services.clock.now()
        glances = services.crms.of(account.id).deals_changed(page)
        changed = [one for one in glances if one.updated_at >= since]
        take_in(services, account, Reading(at, changed))
        newest = max([newest, *(min(one.updated_at, at) for one in changed)])
        if len(changed) < len(glances) or not glances:
            break
    _save(services, account.id, DealsMark(until=newest))


def _save(services: Services, account_id: int, mark: DealsMark) -> None:
    """Never back: another clock may have read further."""
    with services.store.write() as unit:
        kept = unit.accounts.deals_mark(account_id)
        if kept.until is None or (mark.until is not None and mark.until > kept.until):
            unit.accounts.save_deals_mark(account_id, mark)
