"""The integration was switched off in an account: its secrets and its customers' names are forgotten, all work for it
stops (R23)."""

from __future__ import annotations

from dataclasses import replace

from backend.ports.store import AccountState, JournalEntry
from backend.services.deps import Services
from backend.services.panel.kept import forget_answers


def uninstall_account(services: Services, account_id: int) -> None:
    """Safe to repeat; an account we never knew is nothing to do.

    Its tokens are dead by now, so nothing is written to the CRM.
    """
    now = services.clock.now()
    with services.store.write() as unit:
        account = unit.accounts.get(account_id)
        if account is None or account.state is AccountState.UNINSTALLED:
            return
        unit.accounts.save(replace(account, state=AccountState.UNINSTALLED))
        unit.accounts.forget_secrets(account_id)
        unit.pictures.forget(account_id)
        unit.accounts.save_deals_mark(account_id, None)
        unit.hooks.forget(account_id)
        unit.watch.forget(account_id)
        unit.journal.add(JournalEntry(account_id, now, "account.uninstalled"))
    forget_answers(services.cache, account_id)
