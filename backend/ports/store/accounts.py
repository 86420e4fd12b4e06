"""Accounts (tenants), their ERP connection, rules and set-up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from backend.domain.rules import Rules
from backend.ports.crm import CrmSetup
from backend.ports.erp import ConnectionReport


class AccountState(StrEnum):
    """`active`; `reauthorise`: tokens dead, an administrator must connect again; `uninstalled`: all work stopped,
    secrets forgotten."""

    ACTIVE = "active"
    REAUTHORISE = "reauthorise"
    UNINSTALLED = "uninstalled"


@dataclass(frozen=True, slots=True)
class Account:
    """One CRM account.

    `id` the CRM's account id; `domain` its host, may be renamed; `hook_secret` the secret path of its webhooks.
    """

    id: int
    domain: str
    name: str
    timezone: str
    currency: str
    language: str
    state: AccountState
    hook_secret: str
    installed_at: datetime


@dataclass(frozen=True, slots=True)
class Connection:
    """An account's ERP.

    `values` plain settings, `secrets` encrypted at rest (never in repr). `version` grows on each change.
    """

    account_id: int
    system: str
    values: Mapping[str, str]
    secrets: Mapping[str, str] = field(repr=False)
    version: int = 1
    report: ConnectionReport | None = None
    checked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SetupStep:
    """One step of set-up or clean-up. `state`: waiting, running, done, failed; `done`/`of` where it counts things."""

    step: str
    state: str
    done: int | None = None
    of: int | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class SetupProgress:
    """`state`: none, running, done, failed."""

    state: str = "none"
    steps: Sequence[SetupStep] = ()


@dataclass(frozen=True, slots=True)
class DealsMark:
    """How far an account's deals were read by age. Moments are of the CRM.

    `until`: every change before it was seen, None until the first reading of all deals ended. `page`: where that
    reading goes on; `newest`: the last change it met at its beginning.
    """

    until: datetime | None = None
    page: int = 1
    newest: datetime | None = None


class AccountRepository(Protocol):
    def get(self, account_id: int) -> Account | None: ...

    def by_hook_secret(self, secret: str) -> Account | None: ...

    def active(self) -> Sequence[Account]: ...

    def in_state(self, state: AccountState) -> Sequence[Account]: ...

    def save(self, account: Account) -> None:
        """Insert or replace."""
        ...

    def connection(self, account_id: int) -> Connection | None: ...

    def save_connection(self, connection: Connection) -> None: ...

    def rules(self, account_id: int) -> Rules:
        """The account's rules; the product's defaults where none were saved."""
        ...

    def save_rules(self, account_id: int, rules: Rules) -> None: ...

    def crm_setup(self, account_id: int) -> CrmSetup | None: ...

    def save_crm_setup(self, account_id: int, setup: CrmSetup | None) -> None: ...

    def setup_progress(self, account_id: int) -> SetupProgress: ...

    def save_setup_progress(self, account_id: int, progress: SetupProgress) -> None: ...

    def deals_mark(self, account_id: int) -> DealsMark: ...

    def save_deals_mark(self, account_id: int, mark: DealsMark | None) -> None: ...

    def forget_secrets(self, account_id: int) -> None:
        """Delete tokens and ERP secrets of the account (uninstall)."""
        ...
