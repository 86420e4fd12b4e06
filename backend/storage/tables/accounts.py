"""Accounts, their settings, ERP connection and tokens."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import BigInteger, Column, Integer, String, Table, Text

from backend.ports.erp import ConnectionReport
from backend.storage.tables.base import account_column, metadata
from backend.storage.types import Moment, Snapshot

account = Table(
    "account",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("domain", String(255), nullable=False),
    Column("name", Text, nullable=False),
    Column("timezone", String(64), nullable=False),
    Column("currency", String(8), nullable=False),
    Column("language", String(8), nullable=False),
    Column("state", String(16), nullable=False),
    Column("hook_secret", String(128), nullable=False, unique=True),
    Column("installed_at", Moment, nullable=False),
)

setting = Table(
    "account_setting",
    metadata,
    account_column(key=True),
    Column("name", String(32), primary_key=True),
    Column("body", Snapshot(Mapping[str, object]), nullable=False),
)
"""One named document of an account: rules, crm_setup, setup_progress, deals_mark."""

connection = Table(
    "connection",
    metadata,
    account_column(key=True),
    Column("system", String(32), nullable=False),
    Column("values", Snapshot(Mapping[str, str]), nullable=False),
    Column("sealed", Text),
    Column("version", Integer, nullable=False),
    Column("report", Snapshot(ConnectionReport)),
    Column("checked_at", Moment),
)
"""`sealed`: the secrets, encrypted; null once forgotten."""

token = Table(
    "token",
    metadata,
    account_column(key=True),
    Column("sealed", Text, nullable=False),
    Column("fingerprint", String(64), nullable=False),
)
"""`fingerprint`: SHA-256 of the pair, for compare-and-set without opening it."""

refresh_lease = Table(
    "refresh_lease",
    metadata,
    account_column(key=True),
    Column("owner", String(64), nullable=False),
    Column("until", Moment, nullable=False),
)
"""Who may refresh the account's tokens just now."""
