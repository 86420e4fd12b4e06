"""Accounts, settings, connections and their secrets."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import text

from backend.domain.rules import Rules, ShortageRule, Supervisor
from backend.ports.crm import CrmSetup, DealField
from backend.ports.erp import ConnectionReport, MissingRight
from backend.ports.store import AccountState, Connection, SetupProgress, SetupStep
from backend.storage import SqlStore
from backend.storage.errors import StoreRefused
from tests.support.storage import ACCOUNT, OTHER, START, an_account

CONNECTION = Connection(
    account_id=ACCOUNT,
    system="tryton",
    values={"url": "https://erp.example", "user": "stockgate"},
    secrets={"password": "s3cret-пароль"},
    version=3,
    report=ConnectionReport("Tryton", "8.0", "ООО", "RUB", missing=(MissingRight("read", "stock.move"),)),
    checked_at=START,
)


def test_accounts_are_found_by_id_and_by_their_hook(store: SqlStore) -> None:
    with store.read() as unit:
        assert unit.accounts.get(ACCOUNT) == an_account()
        assert unit.accounts.by_hook_secret("hook-2") == an_account(OTHER)
        assert unit.accounts.get(99) is None
        assert unit.accounts.by_hook_secret("") is None


def test_saving_replaces_and_only_active_ones_are_listed(store: SqlStore) -> None:
    renamed = replace(an_account(), domain="new.amocrm.ru")
    with store.write() as unit:
        unit.accounts.save(renamed)
        unit.accounts.save(an_account(OTHER, AccountState.UNINSTALLED))
    with store.read() as unit:
        assert unit.accounts.active() == [renamed]


def test_two_accounts_cannot_share_a_hook(store: SqlStore) -> None:
    with pytest.raises(StoreRefused), store.write() as unit:
        unit.accounts.save(replace(an_account(3), hook_secret="hook-1"))


def test_a_connection_is_read_as_it_was_written(store: SqlStore) -> None:
    with store.write() as unit:
        unit.accounts.save_connection(CONNECTION)
    with store.read() as unit:
        assert unit.accounts.connection(ACCOUNT) == CONNECTION
        assert unit.accounts.connection(OTHER) is None


def test_secrets_are_sealed_in_the_table_and_hidden_from_repr(store: SqlStore) -> None:
    with store.write() as unit:
        unit.accounts.save_connection(CONNECTION)
    with store.engine.connect() as connection:
        rows = repr(connection.execute(text("SELECT * FROM connection")).all())
    assert "erp.example" in rows
    assert "s3cret" not in rows
    assert "s3cret" not in repr(CONNECTION)


def test_forgetting_takes_the_secrets_and_leaves_the_rest(store: SqlStore) -> None:
    with store.write() as unit:
        unit.accounts.save_connection(CONNECTION)
        unit.accounts.save_connection(replace(CONNECTION, account_id=OTHER))
    with store.write() as unit:
        unit.accounts.forget_secrets(ACCOUNT)
    with store.read() as unit:
        assert unit.accounts.connection(ACCOUNT) == replace(CONNECTION, secrets={})
        assert unit.accounts.connection(OTHER) == replace(CONNECTION, account_id=OTHER)


def test_rules_have_the_products_defaults_until_saved(store: SqlStore) -> None:
    strict = Rules(shortage=ShortageRule.BLOCK, supervisors=(Supervisor(8, Decimal("1000.50")),))
    with store.write() as unit:
        assert unit.accounts.rules(ACCOUNT) == Rules()
        unit.accounts.save_rules(ACCOUNT, strict)
    with store.read() as unit:
        assert unit.accounts.rules(ACCOUNT) == strict
        assert unit.accounts.rules(OTHER) == Rules()


def test_crm_setup_can_be_saved_and_taken_away(store: SqlStore) -> None:
    setup = CrmSetup(
        {DealField.RESERVE: 5}, "group", 17, 1, None, 3, "https://hook", made_field_ids=(5,), made_group=True
    )
    with store.write() as unit:
        assert unit.accounts.crm_setup(ACCOUNT) is None
        unit.accounts.save_crm_setup(ACCOUNT, setup)
        assert unit.accounts.crm_setup(ACCOUNT) == setup
        unit.accounts.save_crm_setup(ACCOUNT, None)
        assert unit.accounts.crm_setup(ACCOUNT) is None


def test_setup_progress(store: SqlStore) -> None:
    progress = SetupProgress("running", (SetupStep("fields", "done"), SetupStep("import", "running", 12, 60)))
    with store.write() as unit:
        assert unit.accounts.setup_progress(ACCOUNT) == SetupProgress()
        unit.accounts.save_setup_progress(ACCOUNT, progress)
        assert unit.accounts.setup_progress(ACCOUNT) == progress
