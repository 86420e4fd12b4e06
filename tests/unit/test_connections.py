"""From an account to its adapters: kept while nothing changed, made anew when it did, refused when it must be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from backend.connections import ErpHub, _Kept
from backend.erp.network import NetworkPolicy
from backend.erp.registry import ErpRegistry
from backend.erp_alarms import ErpAlarms
from backend.exchange_journal import ExchangeJournal
from backend.ports.connections import AccountInactive, NoConnection
from backend.ports.store import AccountState, Connection
from backend.storage import SqlStore
from tests.support.storage import ACCOUNT, TickingClock, make_store, sqlite_url

VALUES = {"url": "https://erp.example", "database": "demo", "login": "stockgate"}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    opened = make_store(sqlite_url(tmp_path), clock=TickingClock())
    yield opened
    opened.close()


@pytest.fixture
def hub(store: SqlStore) -> ErpHub:
    clock = TickingClock()
    registry = ErpRegistry(policy=NetworkPolicy(), clock=clock)
    return ErpHub(store, registry, ExchangeJournal(store, clock), ErpAlarms(store, clock))


def connect(store: SqlStore, version: int = 1, password: str = "secret") -> None:
    with store.write() as unit:
        unit.accounts.save_connection(Connection(ACCOUNT, "tryton", VALUES, {"password": password}, version))


def set_state(store: SqlStore, state: AccountState, later: timedelta = timedelta(0)) -> None:
    with store.write() as unit:
        account = unit.accounts.get(ACCOUNT)
        assert account is not None
        unit.accounts.save(replace(account, state=state, installed_at=account.installed_at + later))


def test_adapter_is_kept_with_its_session(store: SqlStore, hub: ErpHub) -> None:
    connect(store)
    assert hub.of(ACCOUNT) is hub.of(ACCOUNT)


def test_changed_connection_makes_a_new_adapter(store: SqlStore, hub: ErpHub) -> None:
    connect(store)
    before = hub.of(ACCOUNT)
    connect(store, version=2, password="other")
    assert hub.of(ACCOUNT) is not before


def test_account_without_a_connection(hub: ErpHub) -> None:
    with pytest.raises(NoConnection):
        hub.of(ACCOUNT)


def test_unknown_account(hub: ErpHub) -> None:
    with pytest.raises(AccountInactive):
        hub.of(ACCOUNT + 77)


def test_uninstalled_account_has_no_adapter_left(store: SqlStore, hub: ErpHub) -> None:
    connect(store)
    hub.of(ACCOUNT)
    set_state(store, AccountState.UNINSTALLED)
    with pytest.raises(AccountInactive):
        hub.of(ACCOUNT)


def test_forgotten_secrets_do_not_live_on_in_a_kept_adapter(store: SqlStore, hub: ErpHub) -> None:
    """Uninstalled and installed again while this process ran: the old session must not serve the new installation."""
    connect(store)
    before = hub.of(ACCOUNT)
    set_state(store, AccountState.UNINSTALLED)
    set_state(store, AccountState.ACTIVE, later=timedelta(hours=1))
    assert hub.of(ACCOUNT) is not before


def test_account_to_be_connected_again_still_has_its_erp(store: SqlStore, hub: ErpHub) -> None:
    """Orders under way need the ERP, not the CRM."""
    connect(store)
    set_state(store, AccountState.REAUTHORISE)
    assert hub.of(ACCOUNT) is not None


def test_one_value_for_each_version() -> None:
    kept: _Kept[int, object] = _Kept()
    first = kept.get(1, "a", object)
    assert kept.get(1, "a", object) is first
    assert kept.get(2, "a", object) is not first
    assert kept.get(1, "b", object) is not first
