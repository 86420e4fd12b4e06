"""Tokens of accounts, and the one who may refresh them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import text

from backend.ports.crm import CrmReauthorise, CrmUnavailable
from backend.ports.store import AccountState
from backend.ports.tokens import AccountHome, AccountTokens, TokenPair
from backend.storage import SecretBox, SqlStore
from backend.storage.refresh_lock import LEASE, SqlRefreshLock
from backend.storage.tokens import SqlTokenStore
from tests.support.storage import ACCOUNT, OTHER, START, TickingClock, an_account

KEY = Fernet.generate_key().decode()


def pair(name: str) -> TokenPair:
    return TokenPair(f"access-{name}", f"refresh-{name}", START + timedelta(days=1), START)


@pytest.fixture
def tokens(store: SqlStore) -> SqlTokenStore:
    return SqlTokenStore(store.engine, SecretBox([KEY]))


def state(store: SqlStore, account_id: int = ACCOUNT) -> AccountState:
    with store.read() as unit:
        found = unit.accounts.get(account_id)
    assert found is not None
    return found.state


def test_a_saved_pair_is_loaded_with_the_accounts_domain(tokens: SqlTokenStore) -> None:
    tokens.save(ACCOUNT, pair("a"))
    tokens.save(ACCOUNT, pair("b"))
    tokens.rename(ACCOUNT, "moved.amocrm.ru")
    assert tokens.load(ACCOUNT) == AccountTokens(ACCOUNT, "moved.amocrm.ru", pair("b"))
    assert tokens.load(OTHER) == AccountTokens(OTHER, "shop2.amocrm.ru", None)
    assert tokens.load(99) is None


def test_home_opens_no_secret(tokens: SqlTokenStore) -> None:
    """Asked on every call of a card: it must not cost a decryption, and says whether there is anything to decrypt."""
    assert tokens.home(ACCOUNT) == AccountHome("shop1.amocrm.ru", connected=False)
    tokens.save(ACCOUNT, pair("a"))
    assert tokens.home(ACCOUNT) == AccountHome("shop1.amocrm.ru", connected=True)
    assert tokens.home(999) is None


def test_tokens_are_sealed_in_the_table(tokens: SqlTokenStore, store: SqlStore) -> None:
    tokens.save(ACCOUNT, pair("a"))
    with store.engine.connect() as connection:
        rows = repr(connection.execute(text("SELECT * FROM token")).all())
    assert "access-a" not in rows
    assert "refresh-a" not in rows


def test_only_the_stored_pair_can_be_declared_dead(tokens: SqlTokenStore, store: SqlStore) -> None:
    tokens.save(ACCOUNT, pair("new"))
    assert not tokens.mark_reauthorise(ACCOUNT, pair("old"))
    assert state(store) is AccountState.ACTIVE
    assert tokens.mark_reauthorise(ACCOUNT, pair("new"))
    assert state(store) is AccountState.REAUTHORISE
    dead = tokens.load(ACCOUNT)
    assert dead is not None
    assert dead.reauthorise
    tokens.save(ACCOUNT, pair("newer"))
    assert state(store) is AccountState.ACTIVE


def test_secrets_once_forgotten_stay_forgotten(tokens: SqlTokenStore, store: SqlStore) -> None:
    tokens.save(ACCOUNT, pair("a"))
    with store.write() as unit:
        unit.accounts.save(an_account(state=AccountState.UNINSTALLED))
        unit.accounts.forget_secrets(ACCOUNT)
    for account_id in (ACCOUNT, 99):
        with pytest.raises(CrmReauthorise):
            tokens.save(account_id, pair("late"))
    assert tokens.load(ACCOUNT) == AccountTokens(ACCOUNT, "shop1.amocrm.ru", None)
    assert not tokens.mark_reauthorise(ACCOUNT, pair("a"))
    assert state(store) is AccountState.UNINSTALLED


def test_the_lock_is_one_an_account_and_given_back(store: SqlStore, clock: TickingClock) -> None:
    here, there = lock(store, clock), lock(store, clock)
    with here.hold(ACCOUNT):
        with there.hold(OTHER):
            pass
        with pytest.raises(CrmUnavailable), there.hold(ACCOUNT):
            pass
    with there.hold(ACCOUNT):
        pass


def test_an_error_under_the_lock_gives_it_back(store: SqlStore, clock: TickingClock) -> None:
    with pytest.raises(KeyError), lock(store, clock).hold(ACCOUNT):
        raise KeyError
    with lock(store, clock).hold(ACCOUNT):
        pass


def test_a_dead_holders_lease_runs_out_and_its_late_end_takes_nothing(store: SqlStore, clock: TickingClock) -> None:
    with lock(store, clock).hold(ACCOUNT):
        clock.advance(LEASE)
        winner = lock(store, clock).hold(ACCOUNT)
        winner.__enter__()
    with pytest.raises(CrmUnavailable), lock(store, clock).hold(ACCOUNT):
        pass
    winner.__exit__(None, None, None)
    with lock(store, clock).hold(ACCOUNT):
        pass


def lock(store: SqlStore, clock: TickingClock) -> SqlRefreshLock:
    """As another process would have it: nothing shared but the database."""
    return SqlRefreshLock(store.engine, clock, wait=timedelta(milliseconds=20), sleep=lambda _: None)
