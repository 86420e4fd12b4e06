"""An account connects to us: by the widget's install button or in a browser (R23, R28)."""

from __future__ import annotations

import secrets
from zoneinfo import available_timezones

from backend.ports.crm import CrmPort
from backend.ports.crm.connect import CrmConnector, InstallRequest
from backend.ports.store import Account, AccountState, JournalEntry
from backend.ports.tokens import TokenStore
from backend.services.deps import Services


def install_account(
    services: Services, connector: CrmConnector, tokens: TokenStore, request: InstallRequest
) -> Account:
    """Exchange the code, keep the tokens, know the account.

    Installing again keeps its ERP connection, rules and history. Raises CrmRefused for a spent or false code, and
    the CRM's other errors.
    """
    grant = connector.exchange(request)
    _remember(services, grant.account_id, grant.domain)
    tokens.save(grant.account_id, grant.tokens)
    account = _described(services, grant.account_id, services.crms.of(grant.account_id))
    now = services.clock.now()
    with services.store.write() as unit:
        unit.accounts.save(account)
        unit.journal.add(JournalEntry(account.id, now, "account.installed", data={"from_widget": request.from_widget}))
    return account


def _remember(services: Services, account_id: int, domain: str) -> None:
    """The account must exist before its tokens do; what the CRM tells of it comes with the first call."""
    with services.store.write() as unit:
        known = unit.accounts.get(account_id)
        unit.accounts.save(
            Account(
                id=account_id,
                domain=domain,
                name=known.name if known else domain,
                timezone=known.timezone if known else "Europe/Moscow",
                currency=known.currency if known else "RUB",
                language=known.language if known else "ru",
                state=AccountState.ACTIVE,
                hook_secret=known.hook_secret if known else secrets.token_urlsafe(32),
                installed_at=services.clock.now(),
            )
        )
        if known is None or known.state is AccountState.UNINSTALLED:
            # A reading that was under way at the uninstallation may have left its mark behind.
            unit.accounts.save_deals_mark(account_id, None)


def _described(services: Services, account_id: int, crm: CrmPort) -> Account:
    """As the CRM tells of it. A time zone nobody here knows must not stop every panel: the last good one stays."""
    told = crm.account()
    known = services.account(account_id)
    return Account(
        id=account_id,
        domain=known.domain,
        name=told.name,
        timezone=told.timezone if told.timezone in available_timezones() else known.timezone,
        currency=told.currency,
        language=told.language,
        state=AccountState.ACTIVE,
        hook_secret=known.hook_secret,
        installed_at=known.installed_at,
    )
