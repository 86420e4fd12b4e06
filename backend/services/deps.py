"""What every use case works with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from backend.domain.errors import NotFound
from backend.ports.alarms import AlertSink
from backend.ports.clock import Clock
from backend.ports.connections import AccountInactive, CrmConnections, ErpConnections
from backend.ports.crm import DealHint
from backend.ports.store import Account, AccountState, Cache, Store


@dataclass(frozen=True, slots=True)
class Services:
    """The plugged-in outside.

    `pool` runs independent calls side by side; `public_url` is ours, without a trailing slash; `hinted_deals` reads
    what a webhook's body says of an account's deals (raises Invalid for nonsense); `alert_sink`: where alerts are
    sent to, None = nowhere.
    """

    store: Store
    erps: ErpConnections
    crms: CrmConnections
    cache: Cache
    clock: Clock
    pool: Executor
    public_url: str
    hinted_deals: Callable[[int, bytes], Sequence[DealHint]]
    alert_sink: AlertSink | None = None

    def account(self, account_id: int) -> Account:
        """Raises NotFound (an account that verified a token but was never installed), AccountInactive (uninstalled)."""
        with self.store.read() as unit:
            account = unit.accounts.get(account_id)
        if account is None:
            raise NotFound(what="account")
        if account.state is AccountState.UNINSTALLED:
            raise AccountInactive(state=str(account.state))
        return account

    def today(self, account: Account) -> date:
        """The date in the account's zone."""
        return self.clock.now().astimezone(ZoneInfo(account.timezone)).date()
