"""The first schema.

Revision: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

DROPPED = (
    "token_use",
    "token",
    "sales_order",
    "refresh_lease",
    "operation",
    "journal",
    "hold_ledger",
    "hold",
    "document",
    "deal",
    "connection",
    "approval",
    "answer",
    "account_setting",
    "account",
)


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("domain", sa.String(length=255), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("timezone", sa.String(length=64), nullable=False),
        sa.Column("currency", sa.String(length=8), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("hook_secret", sa.String(length=128), nullable=False),
        sa.Column("installed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_account"),
        sa.UniqueConstraint("hook_secret", name="uq_account_hook_secret"),
    )
    op.create_table(
        "account_setting",
        sa.Column("account_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_account_setting_account_id"),
        sa.PrimaryKeyConstraint("account_id", "name", name="pk_account_setting"),
    )
    op.create_table(
        "answer",
        sa.Column("account_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("key", sa.String(length=128), nullable=False),
        sa.Column("request_hash", sa.String(length=128), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_answer_account_id"),
        sa.PrimaryKeyConstraint("account_id", "user_id", "key", name="pk_answer"),
    )
    op.create_index("ix_answer_claimed_at", "answer", ["claimed_at"], unique=False)
    op.create_table(
        "approval",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("deal_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=8), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deadline", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_approval_account_id"),
        sa.PrimaryKeyConstraint("id", name="pk_approval"),
    )
    op.create_index("ix_approval_deadline", "approval", ["state", "deadline"], unique=False)
    op.create_index("ix_approval_deal", "approval", ["account_id", "deal_id", "requested_at"], unique=False)
    op.create_index(
        "uq_approval_pending",
        "approval",
        ["account_id", "deal_id"],
        unique=True,
        sqlite_where=sa.text("state = 'pending'"),
        postgresql_where=sa.text("state = 'pending'"),
    )
    op.create_table(
        "connection",
        sa.Column("account_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("system", sa.String(length=32), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("report", sa.JSON(), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_connection_account_id"),
        sa.PrimaryKeyConstraint("account_id", name="pk_connection"),
    )
    op.create_table(
        "deal",
        sa.Column("account_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("deal_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("draft", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_deal_account_id"),
        sa.PrimaryKeyConstraint("account_id", "deal_id", name="pk_deal"),
    )
    op.create_table(
        "document",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("deal_id", sa.BigInteger(), nullable=False),
        sa.Column("order_part", sa.String(length=128), nullable=False),
        sa.Column("ref_id", sa.String(length=255), nullable=False),
        sa.Column("ref", sa.JSON(), nullable=False),
        sa.Column("file_uuid", sa.String(length=64), nullable=True),
        sa.Column("attached_version", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_document_account_id"),
        sa.PrimaryKeyConstraint("id", name="pk_document"),
        sa.UniqueConstraint("account_id", "order_part", "ref_id", name="uq_document_account_id_order_part_ref_id"),
    )
    op.create_index("ix_document_deal", "document", ["account_id", "deal_id"], unique=False)
    op.create_table(
        "hold",
        sa.Column("account_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("part_key", sa.String(length=128), nullable=False),
        sa.Column("product_id", sa.String(length=128), nullable=False),
        sa.Column("warehouse_id", sa.String(length=128), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("counts_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("quantity > 0", name="ck_hold_positive"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_hold_account_id"),
        sa.PrimaryKeyConstraint("account_id", "part_key", "product_id", "warehouse_id", name="pk_hold"),
    )
    op.create_index(
        "ix_hold_counted", "hold", ["account_id", "product_id", "warehouse_id", "counts_until"], unique=False
    )
    op.create_index("ix_hold_part", "hold", ["part_key"], unique=False)
    op.create_table(
        "hold_ledger",
        sa.Column("account_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("product_id", sa.String(length=128), nullable=False),
        sa.Column("warehouse_id", sa.String(length=128), nullable=False),
        sa.Column("granted", sa.BigInteger(), nullable=False),
        sa.Column("ceiling", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("ceiling IS NULL OR granted <= ceiling", name="ck_hold_ledger_not_beyond"),
        sa.CheckConstraint("granted >= 0", name="ck_hold_ledger_not_negative"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_hold_ledger_account_id"),
        sa.PrimaryKeyConstraint("account_id", "product_id", "warehouse_id", name="pk_hold_ledger"),
    )
    op.create_table(
        "journal",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("account_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("actor", sa.BigInteger(), nullable=True),
        sa.Column("deal_id", sa.BigInteger(), nullable=True),
        sa.Column("data", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_journal_account_id"),
        sa.PrimaryKeyConstraint("id", name="pk_journal"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_journal_deal", "journal", ["account_id", "deal_id", "id"], unique=False)
    op.create_table(
        "operation",
        sa.Column("sequence", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("deal_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("worker", sa.String(length=128), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("unsure", sa.Boolean(), nullable=False),
        sa.Column("error_code", sa.String(length=64), nullable=True),
        sa.Column("error_detail", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_operation_account_id"),
        sa.PrimaryKeyConstraint("sequence", name="pk_operation"),
        sa.UniqueConstraint("account_id", "key", name="uq_operation_account_id_key"),
        sa.UniqueConstraint("id", name="uq_operation_id"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_operation_due",
        "operation",
        ["due_at", "sequence"],
        unique=False,
        sqlite_where=sa.text("state IN ('waiting', 'running')"),
        postgresql_where=sa.text("state IN ('waiting', 'running')"),
    )
    op.create_index(
        "ix_operation_unfinished",
        "operation",
        ["account_id", "deal_id", "sequence"],
        unique=False,
        sqlite_where=sa.text("state IN ('waiting', 'running')"),
        postgresql_where=sa.text("state IN ('waiting', 'running')"),
    )
    op.create_table(
        "refresh_lease",
        sa.Column("account_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("owner", sa.String(length=64), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_refresh_lease_account_id"),
        sa.PrimaryKeyConstraint("account_id", name="pk_refresh_lease"),
    )
    op.create_table(
        "sales_order",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("deal_id", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=8), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("synced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_sales_order_account_id"),
        sa.PrimaryKeyConstraint("id", name="pk_sales_order"),
    )
    op.create_index("ix_sales_order_deal", "sales_order", ["account_id", "deal_id", "created_at"], unique=False)
    op.create_index("ix_sales_order_follow", "sales_order", ["account_id", "status", "synced_at"], unique=False)
    op.create_index(
        "uq_sales_order_living",
        "sales_order",
        ["account_id", "deal_id"],
        unique=True,
        sqlite_where=sa.text("status IN ('part_shipped', 'placed', 'placing', 'shipped')"),
        postgresql_where=sa.text("status IN ('part_shipped', 'placed', 'placing', 'shipped')"),
    )
    op.create_table(
        "token",
        sa.Column("account_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_token_account_id"),
        sa.PrimaryKeyConstraint("account_id", name="pk_token"),
    )
    op.create_table(
        "token_use",
        sa.Column("jti", sa.String(length=255), nullable=False),
        sa.Column("account_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("deal_id", sa.BigInteger(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_token_use_account_id"),
        sa.PrimaryKeyConstraint("jti", name="pk_token_use"),
    )
    op.create_index("ix_token_use_expires_at", "token_use", ["expires_at"], unique=False)


def downgrade() -> None:
    for table in DROPPED:
        op.drop_table(table)
