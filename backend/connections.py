"""From an account to its adapters, kept as long as their settings are the same."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from typing import Generic, TypeVar

from backend.amocrm.adapter import AmoCrm
from backend.amocrm.cache import TimedCache
from backend.amocrm.client import AmoClient
from backend.amocrm.keeper import LiveTokens
from backend.amocrm.platform import Integration, Platform
from backend.erp.registry import ErpRegistry
from backend.erp_alarms import ErpAlarms
from backend.exchange_journal import ExchangeJournal
from backend.ports.clock import Clock
from backend.ports.connections import AccountInactive, ErpSystem, NoConnection
from backend.ports.crm import CrmPort, ExchangeSink
from backend.ports.erp import ConnectionReport, ErpPort
from backend.ports.store import Account, AccountState, Connection, Store
from backend.ports.tokens import Priority, RateBudget

K = TypeVar("K")
V = TypeVar("V")


class _Kept(Generic[K, V]):
    """One value per key, made anew when its version changes.

    Thread-safe; making happens outside the lock's hot path.
    """

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._values: dict[K, tuple[object, V]] = {}

    def get(self, key: K, version: object, make: Callable[[], V]) -> V:
        kept = self._values.get(key)
        if kept is not None and kept[0] == version:
            return kept[1]
        with self._guard:
            kept = self._values.get(key)
            if kept is None or kept[0] != version:
                kept = (version, make())
                self._values[key] = kept
            return kept[1]


def _working(account: Account | None) -> Account:
    """Raises AccountInactive for one that is unknown or uninstalled; one to be connected again still has its ERP."""
    if account is None or account.state is AccountState.UNINSTALLED:
        raise AccountInactive(state=str(account.state) if account else "unknown")
    return account


class ErpHub:
    """Implements `ports.connections.ErpConnections` over the registry of adapters.

    An adapter is made anew when the connection changes, and when the account was installed again: its secrets were
    forgotten with the first installation.
    """

    def __init__(self, store: Store, registry: ErpRegistry, journal: ExchangeJournal, alarms: ErpAlarms) -> None:
        self._store = store
        self._registry = registry
        self._journal = journal
        self._alarms = alarms
        self._kept: _Kept[int, ErpPort] = _Kept()

    def systems(self) -> Sequence[ErpSystem]:
        return self._registry.systems()

    def of(self, account_id: int) -> ErpPort:
        with self._store.read() as unit:
            account = unit.accounts.get(account_id)
            connection = unit.accounts.connection(account_id)
        installed = _working(account)
        if connection is None:
            raise NoConnection
        version = (connection.version, installed.installed_at)
        return self._kept.get(account_id, version, lambda: self._open(connection))

    def try_out(self, system: str, values: Mapping[str, str], secrets: Mapping[str, str]) -> ConnectionReport:
        return self._registry.open(system, values, secrets).check_connection()

    def _open(self, connection: Connection) -> ErpPort:
        account_id = connection.account_id
        return self._registry.open(
            connection.system,
            connection.values,
            connection.secrets,
            log=self._alarms.hearing(account_id, partial(self._journal.erp, account_id)),
            breaker=self._alarms.breaker(account_id),
        )


@dataclass(frozen=True, slots=True)
class CrmParts:
    """What every account's CRM adapter shares."""

    tokens: LiveTokens
    budget: RateBudget
    platform: Platform
    integration: Integration
    clock: Clock
    pool: Executor
    priority: Priority
    sink: ExchangeSink | None = None


class CrmHub:
    """Implements `ports.connections.CrmConnections`: one adapter an account, made anew when its set-up changes."""

    def __init__(self, store: Store, parts: CrmParts) -> None:
        self._store = store
        self._parts = parts
        self._kept: _Kept[int, CrmPort] = _Kept()
        self._caches: _Kept[int, TimedCache] = _Kept()

    def of(self, account_id: int) -> CrmPort:
        with self._store.read() as unit:
            account = unit.accounts.get(account_id)
            setup = unit.accounts.crm_setup(account_id)
        _working(account)
        parts = self._parts
        cache = self._caches.get(account_id, None, lambda: TimedCache(parts.clock))
        return self._kept.get(
            account_id,
            setup,
            lambda: AmoCrm(self._client(account_id), parts.clock, parts.pool, setup=setup, cache=cache),
        )

    def _client(self, account_id: int) -> AmoClient:
        parts = self._parts
        return AmoClient(
            account_id,
            tokens=parts.tokens,
            budget=parts.budget,
            platform=parts.platform,
            integration=parts.integration,
            clock=parts.clock,
            priority=parts.priority,
            sink=parts.sink,
        )
