"""Accounts, their settings and their ERP connection."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from sqlalchemy import Connection as SqlConnection
from sqlalchemy import RowMapping, delete, select, update

from backend.domain.rules import Rules
from backend.ports.crm import CrmSetup
from backend.ports.store import Account, AccountState, Connection, DealsMark, SetupProgress
from backend.storage.codec import decode, encode
from backend.storage.rows import put, same, values
from backend.storage.secrets import SecretBox
from backend.storage.tables import account, connection, setting, token

T = TypeVar("T")


class SqlAccounts:
    """Implements `ports.store.AccountRepository`."""

    def __init__(self, sql: SqlConnection, box: SecretBox) -> None:
        self._sql = sql
        self._box = box

    def get(self, account_id: int) -> Account | None:
        return self._one(account.c.id == account_id)

    def by_hook_secret(self, secret: str) -> Account | None:
        return self._one(account.c.hook_secret == secret)

    def active(self) -> Sequence[Account]:
        return self.in_state(AccountState.ACTIVE)

    def in_state(self, state: AccountState) -> Sequence[Account]:
        rows = self._sql.execute(select(account).where(account.c.state == state).order_by(account.c.id))
        return [_account(row) for row in rows.mappings()]

    def save(self, new: Account) -> None:
        put(self._sql, account, values(new, account))

    def connection(self, account_id: int) -> Connection | None:
        row = self._sql.execute(select(connection).where(same(connection, account_id=account_id))).mappings().first()
        if row is None:
            return None
        secrets = {} if row["sealed"] is None else self._box.open(row["sealed"])
        plain = {name: item for name, item in row.items() if name != "sealed"}
        return Connection(secrets=secrets, **plain)

    def save_connection(self, new: Connection) -> None:
        row = values(new, connection) | {"sealed": self._box.seal(new.secrets)}
        put(self._sql, connection, row)

    def rules(self, account_id: int) -> Rules:
        return self._setting(account_id, "rules", Rules) or Rules()

    def save_rules(self, account_id: int, rules: Rules) -> None:
        self._save_setting(account_id, "rules", rules)

    def crm_setup(self, account_id: int) -> CrmSetup | None:
        return self._setting(account_id, "crm_setup", CrmSetup)

    def save_crm_setup(self, account_id: int, setup: CrmSetup | None) -> None:
        self._save_setting(account_id, "crm_setup", setup)

    def setup_progress(self, account_id: int) -> SetupProgress:
        return self._setting(account_id, "setup_progress", SetupProgress) or SetupProgress()

    def save_setup_progress(self, account_id: int, progress: SetupProgress) -> None:
        self._save_setting(account_id, "setup_progress", progress)

    def deals_mark(self, account_id: int) -> DealsMark:
        return self._setting(account_id, "deals_mark", DealsMark) or DealsMark()

    def save_deals_mark(self, account_id: int, mark: DealsMark | None) -> None:
        self._save_setting(account_id, "deals_mark", mark)

    def forget_secrets(self, account_id: int) -> None:
        self._sql.execute(delete(token).where(same(token, account_id=account_id)))
        self._sql.execute(update(connection).where(same(connection, account_id=account_id)).values(sealed=None))

    def _one(self, condition: Any) -> Account | None:
        row = self._sql.execute(select(account).where(condition)).mappings().first()
        return None if row is None else _account(row)

    def _setting(self, account_id: int, name: str, kind: type[T]) -> T | None:
        query = select(setting.c.body).where(same(setting, account_id=account_id, name=name))
        body = self._sql.execute(query).scalar_one_or_none()
        found: T | None = None if body is None else decode(kind, body)
        return found

    def _save_setting(self, account_id: int, name: str, body: object | None) -> None:
        if body is None:
            self._sql.execute(delete(setting).where(same(setting, account_id=account_id, name=name)))
        else:
            put(self._sql, setting, {"account_id": account_id, "name": name, "body": encode(body)})


def _account(row: RowMapping) -> Account:
    return Account(**(dict(row) | {"state": AccountState(row["state"])}))
