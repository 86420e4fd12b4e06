"""Work and its memory: operations, journal, answers to writes, used tokens."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    FromClause,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    literal_column,
)

from backend.ports.store import OperationState
from backend.storage.tables.base import account_column, metadata
from backend.storage.types import BigKey, JsonObject, Moment, Snapshot

operation = Table(
    "operation",
    metadata,
    Column("sequence", BigKey, primary_key=True, autoincrement=True),
    Column("id", String(64), nullable=False, unique=True),
    account_column(),
    Column("deal_id", BigInteger),
    Column("kind", String(64), nullable=False),
    Column("payload", Snapshot(JsonObject), nullable=False),
    Column("key", String(255), nullable=False),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("worker", String(128)),
    Column("lease_until", Moment),
    Column("unsure", Boolean, nullable=False),
    Column("error_code", String(64)),
    Column("error_detail", Text),
    Column("created_at", Moment, nullable=False),
    Column("ended_at", Moment),
    UniqueConstraint("account_id", "key"),
    sqlite_autoincrement=True,
)


def unfinished(table: FromClause) -> ColumnElement[bool]:
    """Waiting or running. Spelt out, not bound: a partial index serves only a question that repeats its condition."""
    states = (OperationState.WAITING, OperationState.RUNNING)
    return table.c.state.in_([literal_column(f"'{state}'") for state in states])


for _name, *_columns in (
    ("ix_operation_unfinished", operation.c.account_id, operation.c.deal_id, operation.c.sequence),
    ("ix_operation_due", operation.c.due_at, operation.c.sequence),
):
    Index(_name, *_columns, sqlite_where=unfinished(operation), postgresql_where=unfinished(operation))

journal = Table(
    "journal",
    metadata,
    Column("id", BigKey, primary_key=True, autoincrement=True),
    account_column(),
    Column("at", Moment, nullable=False),
    Column("kind", String(64), nullable=False),
    Column("actor", BigInteger),
    Column("deal_id", BigInteger),
    Column("data", Snapshot(JsonObject)),
    Index("ix_journal_deal", "account_id", "deal_id", "id"),
    sqlite_autoincrement=True,
)

answer = Table(
    "answer",
    metadata,
    account_column(key=True),
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("key", String(128), primary_key=True),
    Column("request_hash", String(128), nullable=False),
    Column("status", Integer),
    Column("body", LargeBinary, nullable=False),
    Column("claimed_at", Moment, nullable=False),
    Index("ix_answer_claimed_at", "claimed_at"),
)
"""The first answer to an idempotency key; `status` null while it is worked on."""

token_use = Table(
    "token_use",
    metadata,
    Column("jti", String(255), primary_key=True),
    account_column(),
    Column("user_id", BigInteger, nullable=False),
    Column("deal_id", BigInteger),
    Column("expires_at", Moment, nullable=False),
    Index("ix_token_use_expires_at", "expires_at"),
)
