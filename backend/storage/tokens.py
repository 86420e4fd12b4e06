"""Tokens of accounts: sealed, replaced in one transaction, compared before they are declared dead."""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy import Connection, Engine, bindparam, select, update

from backend.ports.crm import CrmReauthorise
from backend.ports.store import AccountState
from backend.ports.tokens import AccountHome, AccountTokens, TokenPair
from backend.storage.engine import transaction
from backend.storage.rows import put, same
from backend.storage.secrets import SecretBox
from backend.storage.tables import account, token

# Built once: every check of a widget's token asks it.
_LOAD = (
    select(account.c.domain, account.c.state, token.c.sealed)
    .outerjoin(token, token.c.account_id == account.c.id)
    .where(account.c.id == bindparam("account"))
)


_HOME = (
    select(account.c.domain, token.c.account_id)
    .outerjoin(token, token.c.account_id == account.c.id)
    .where(account.c.id == bindparam("account"))
)


class SqlTokenStore:
    """Implements `ports.tokens.TokenStore`. The account must be saved before its tokens are."""

    def __init__(self, engine: Engine, box: SecretBox) -> None:
        self._engine = engine
        self._box = box

    def home(self, account_id: int) -> AccountHome | None:
        with transaction(self._engine, writes=False) as sql:
            row = sql.execute(_HOME, {"account": account_id}).first()
        return None if row is None else AccountHome(row.domain, connected=row.account_id is not None)

    def load(self, account_id: int) -> AccountTokens | None:
        with transaction(self._engine, writes=False) as sql:
            row = sql.execute(_LOAD, {"account": account_id}).first()
        if row is None:
            return None
        pair = None if row.sealed is None else self._open(row.sealed)
        return AccountTokens(account_id, row.domain, pair, reauthorise=row.state == AccountState.REAUTHORISE)

    def save(self, account_id: int, pair: TokenPair) -> None:
        """Raises CrmReauthorise for an account never saved, or uninstalled meanwhile: its secrets stay forgotten."""
        with transaction(self._engine, writes=True) as sql:
            if _locked_state(sql, account_id) in (None, AccountState.UNINSTALLED):
                raise CrmReauthorise("the account is not connected")
            row = {"account_id": account_id, "sealed": self._seal(pair), "fingerprint": _fingerprint(pair)}
            put(sql, token, row)
            _set_state(sql, account_id, AccountState.ACTIVE)

    def mark_reauthorise(self, account_id: int, dead: TokenPair) -> bool:
        with transaction(self._engine, writes=True) as sql:
            state = _locked_state(sql, account_id)
            stored = select(token.c.fingerprint).where(same(token, account_id=account_id))
            if sql.execute(stored).scalar_one_or_none() != _fingerprint(dead):
                return False
            if state == AccountState.ACTIVE:
                _set_state(sql, account_id, AccountState.REAUTHORISE)
            return True

    def rename(self, account_id: int, domain: str) -> None:
        with transaction(self._engine, writes=True) as sql:
            sql.execute(update(account).where(account.c.id == account_id).values(domain=domain))

    def _seal(self, pair: TokenPair) -> str:
        return self._box.seal(
            {
                "access": pair.access,
                "refresh": pair.refresh,
                "expires_at": pair.expires_at.isoformat(),
                "issued_at": pair.issued_at.isoformat(),
            }
        )

    def _open(self, sealed: str) -> TokenPair:
        kept = self._box.open(sealed)
        return TokenPair(
            access=kept["access"],
            refresh=kept["refresh"],
            expires_at=datetime.fromisoformat(kept["expires_at"]),
            issued_at=datetime.fromisoformat(kept["issued_at"]),
        )


def _locked_state(sql: Connection, account_id: int) -> str | None:
    """The account's state, nobody else changing it or its tokens before this transaction ends."""
    query = select(account.c.state).where(account.c.id == account_id).with_for_update()
    state: str | None = sql.execute(query).scalar_one_or_none()
    return state


def _set_state(sql: Connection, account_id: int, state: AccountState) -> None:
    sql.execute(update(account).where(account.c.id == account_id).values(state=str(state)))


def _fingerprint(pair: TokenPair) -> str:
    return hashlib.sha256(f"{pair.access}\n{pair.refresh}".encode()).hexdigest()
