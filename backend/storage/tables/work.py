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
    Column("lane", String(8), nullable=False),
    Column("kind", String(64), nullable=False),
    Column("payload", Snapshot(JsonObject), nullable=False),
    Column("key", String(255), nullable=False),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("worker", String(128)),
    Column("lease_until", Moment),
    Column("unsure", Boolean, nullable=False),
    Column("vanished", Integer, nullable=False),
    Column("error_code", String(64)),
    Column("error_detail", Text),
    Column("created_at", Moment, nullable=False),
    Column("tried_since", Moment),
    Column("announced_at", Moment),
    Column("ended_at", Moment),
    Column("dismissed_by", BigInteger),
    Column("dismissed_why", Text),
    UniqueConstraint("account_id", "key"),
    Index("ix_operation_ended", "account_id", "state", "ended_at"),
    sqlite_autoincrement=True,
)


"""`lane`: operations of a deal run in order within their lane (what goes to the ERP, what goes to the CRM).
`tried_since`: when its patience began anew (revived); null = when it was made. `announced_at`: when the job engine's
last announcement of it was to reach a worker. `vanished`: how many workers in a row took it and were not heard of
again."""


def unfinished(table: FromClause) -> ColumnElement[bool]:
    """Waiting or running. Spelt out, not bound: a partial index serves only a question that repeats its condition."""
    states = (OperationState.WAITING, OperationState.RUNNING)
    return table.c.state.in_([literal_column(f"'{state}'") for state in states])


for _name, *_columns in (
    ("ix_operation_unfinished", operation.c.account_id, operation.c.deal_id, operation.c.lane, operation.c.sequence),
    ("ix_operation_due", operation.c.due_at, operation.c.sequence),
):
    Index(_name, *_columns, sqlite_where=unfinished(operation), postgresql_where=unfinished(operation))


def given_up(table: FromClause) -> ColumnElement[bool]:
    """Dead. Spelt out for the same reason."""
    dead: ColumnElement[bool] = table.c.state == literal_column(f"'{OperationState.DEAD}'")
    return dead


_dead = given_up(operation)
Index("ix_operation_dead", operation.c.account_id, operation.c.kind, sqlite_where=_dead, postgresql_where=_dead)

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
    Column("operation_id", String(64)),
    Index("ix_journal_deal", "account_id", "deal_id", "id"),
    Index("ix_journal_operation", "operation_id", "id"),
    sqlite_autoincrement=True,
)

hook = Table(
    "hook",
    metadata,
    Column("id", BigKey, primary_key=True, autoincrement=True),
    account_column(),
    Column("source", String(8), nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("handled_at", Moment),
    Column("refused", String(64)),
    Index("ix_hook_handled_at", "handled_at"),
    sqlite_autoincrement=True,
)
"""Webhooks as they came, until they were acted on. `source`: `crm` or `erp`. `refused`: why its body says nothing."""
waiting_hook = hook.c.handled_at.is_(None)
Index("ix_hook_waiting", hook.c.account_id, hook.c.id, sqlite_where=waiting_hook, postgresql_where=waiting_hook)

alert = Table(
    "alert",
    metadata,
    account_column(key=True),
    Column("key", String(255), primary_key=True),
    Column("kind", String(64), nullable=False),
    Column("data", Snapshot(JsonObject), nullable=False),
    Column("first_at", Moment, nullable=False),
    Column("last_at", Moment, nullable=False),
    Column("times", Integer, nullable=False),
    Column("closed_at", Moment),
    Column("told", String(8)),
    Index("ix_alert_open", "closed_at", "last_at"),
)
"""What somebody should look at, until it is closed. One row a key: a repeat counts. `told`: which state was last told
outside."""

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
