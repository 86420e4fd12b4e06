"""What belongs to a deal: draft, what we last saw of it, orders, approvals, documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, String, Table, Text, UniqueConstraint

from backend.domain.approval import Approval, ApprovalState
from backend.domain.basket import Draft
from backend.domain.order import LIVE, Order
from backend.ports.erp import DocumentRef
from backend.storage.tables.base import account_column, metadata
from backend.storage.types import JsonObject, Moment, Snapshot, money

deal = Table(
    "deal",
    metadata,
    account_column(key=True),
    Column("deal_id", BigInteger, primary_key=True, autoincrement=False),
    Column("revision", BigInteger, nullable=False),
    Column("draft", Snapshot(Draft)),
)

deal_watch = Table(
    "deal_watch",
    metadata,
    account_column(key=True),
    Column("deal_id", BigInteger, primary_key=True, autoincrement=False),
    Column("pipeline_id", BigInteger, nullable=False),
    Column("stage_id", BigInteger, nullable=False),
    Column("closed", Boolean, nullable=False),
    Column("responsible_id", BigInteger, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("basket", Snapshot(Mapping[str, str]), nullable=False),
    Column("seen_at", Moment, nullable=False),
    Column("home_pipeline_id", BigInteger),
    Column("home_stage_id", BigInteger),
    Column("returns", Integer, nullable=False),
    Column("returns_since", Moment),
    Column("returning_by", String(64)),
    Index("ix_deal_watch_open", "account_id", "closed", "deal_id"),
)
"""A deal as the CRM last told it, and what the guard remembers of it; see `ports.store.watch`."""

deal_picture = Table(
    "deal_picture",
    metadata,
    account_column(key=True),
    Column("deal_id", BigInteger, primary_key=True, autoincrement=False),
    Column("taken_at", Moment, nullable=False),
    Column("stock_at", Moment, nullable=False),
    Column("outcome", String(8), nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("basket", Snapshot(Mapping[str, str]), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("outdated", Boolean, nullable=False),
    Column("told", String(16)),
    Column("goods", Snapshot(Sequence[str]), nullable=False),
    Column("figures", Snapshot(JsonObject), nullable=False),
    Column("parts", Snapshot(JsonObject), nullable=False),
    Index("ix_deal_picture_stock_at", "stock_at"),
)
"""The last picture of a deal; see `ports.store.pictures`. What is large comes last: the rest is read without it.
`parts` become `PictureParts` one by one: what another version wrote must not spoil a page of others."""

order = Table(
    "sales_order",
    metadata,
    Column("id", String(64), primary_key=True),
    account_column(),
    Column("deal_id", BigInteger, nullable=False),
    Column("status", String(16), nullable=False),
    Column("total", money(), nullable=False),
    Column("currency", String(8), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("placed_at", Moment),
    Column("synced_at", Moment),
    Column("body", Snapshot(Order), nullable=False),
    Index("ix_sales_order_deal", "account_id", "deal_id", "created_at"),
    Index("ix_sales_order_follow", "account_id", "status", "synced_at"),
)
"""`body` is the order; the columns beside it repeat what constraints and questions need, always written with it."""
living = order.c.status.in_([str(status) for status in sorted(LIVE)])
Index(
    "uq_sales_order_living",
    order.c.account_id,
    order.c.deal_id,
    unique=True,
    sqlite_where=living,
    postgresql_where=living,
)

approval = Table(
    "approval",
    metadata,
    Column("id", String(64), primary_key=True),
    account_column(),
    Column("deal_id", BigInteger, nullable=False),
    Column("state", String(16), nullable=False),
    Column("total", money(), nullable=False),
    Column("currency", String(8), nullable=False),
    Column("requested_at", Moment, nullable=False),
    Column("deadline", Moment, nullable=False),
    Column("body", Snapshot(Approval), nullable=False),
    Index("ix_approval_deal", "account_id", "deal_id", "requested_at"),
    Index("ix_approval_deadline", "state", "deadline"),
)
"""`body` is the approval; the columns beside it repeat what constraints and questions need, always written with it."""
pending = approval.c.state == str(ApprovalState.PENDING)
Index(
    "uq_approval_pending",
    approval.c.account_id,
    approval.c.deal_id,
    unique=True,
    sqlite_where=pending,
    postgresql_where=pending,
)

document = Table(
    "document",
    metadata,
    Column("id", String(64), primary_key=True),
    account_column(),
    Column("deal_id", BigInteger, nullable=False),
    Column("order_part", String(128), nullable=False),
    Column("ref_id", String(255), nullable=False),
    Column("ref", Snapshot(DocumentRef), nullable=False),
    Column("file_uuid", String(64)),
    Column("attached_version", Text),
    UniqueConstraint("account_id", "order_part", "ref_id"),
    Index("ix_document_deal", "account_id", "deal_id"),
)
