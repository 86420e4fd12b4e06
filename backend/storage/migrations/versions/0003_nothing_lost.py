"""Lanes and searches of operations; the webhooks' inbox, alerts, deals as last seen and their last pictures.

Revision: 0003, after 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
UNFINISHED = sa.text("state IN ('waiting', 'running')")
NEW_COLUMNS = {
    "operation": ("lane", "vanished", "tried_since", "announced_at", "dismissed_by", "dismissed_why"),
    "journal": ("operation_id",),
}


def upgrade() -> None:
    _operations()
    op.add_column("journal", sa.Column("operation_id", sa.String(length=64), nullable=True))
    op.create_index("ix_journal_operation", "journal", ["operation_id", "id"], unique=False)
    _inbox()
    _deals()


def _operations() -> None:
    """Rows of before get the lane of their kind."""
    op.add_column("operation", sa.Column("lane", sa.String(length=8), nullable=False, server_default="erp"))
    op.add_column("operation", sa.Column("vanished", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("operation", sa.Column("tried_since", MOMENT, nullable=True))
    op.add_column("operation", sa.Column("announced_at", MOMENT, nullable=True))
    op.add_column("operation", sa.Column("dismissed_by", sa.BigInteger(), nullable=True))
    op.add_column("operation", sa.Column("dismissed_why", sa.Text(), nullable=True))
    op.execute("UPDATE operation SET lane = 'crm' WHERE kind LIKE 'crm.%'")
    op.create_index("ix_operation_ended", "operation", ["account_id", "state", "ended_at"], unique=False)
    dead = sa.text("state = 'dead'")
    op.create_index(
        "ix_operation_dead", "operation", ["account_id", "kind"], unique=False, sqlite_where=dead, postgresql_where=dead
    )
    op.drop_index("ix_operation_unfinished", table_name="operation")
    _unfinished_by("account_id", "deal_id", "lane", "sequence")


def _unfinished_by(*columns: str) -> None:
    op.create_index(
        "ix_operation_unfinished",
        "operation",
        list(columns),
        unique=False,
        sqlite_where=UNFINISHED,
        postgresql_where=UNFINISHED,
    )


def _inbox() -> None:
    op.create_table(
        "hook",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("account_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("source", sa.String(length=8), nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("handled_at", MOMENT, nullable=True),
        sa.Column("refused", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_hook_account_id"),
        sa.PrimaryKeyConstraint("id", name="pk_hook"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_hook_handled_at", "hook", ["handled_at"], unique=False)
    waiting = sa.text("handled_at IS NULL")
    op.create_index(
        "ix_hook_waiting", "hook", ["account_id", "id"], unique=False, sqlite_where=waiting, postgresql_where=waiting
    )
    op.create_table(
        "alert",
        sa.Column("account_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("first_at", MOMENT, nullable=False),
        sa.Column("last_at", MOMENT, nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.Column("told", sa.String(length=8), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_alert_account_id"),
        sa.PrimaryKeyConstraint("account_id", "key", name="pk_alert"),
    )
    op.create_index("ix_alert_open", "alert", ["closed_at", "last_at"], unique=False)


def _deals() -> None:
    op.create_table(
        "deal_watch",
        sa.Column("account_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("deal_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("pipeline_id", sa.BigInteger(), nullable=False),
        sa.Column("stage_id", sa.BigInteger(), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("responsible_id", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.Column("basket", sa.JSON(), nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.Column("home_pipeline_id", sa.BigInteger(), nullable=True),
        sa.Column("home_stage_id", sa.BigInteger(), nullable=True),
        sa.Column("returns", sa.Integer(), nullable=False),
        sa.Column("returns_since", MOMENT, nullable=True),
        sa.Column("returning_by", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_deal_watch_account_id"),
        sa.PrimaryKeyConstraint("account_id", "deal_id", name="pk_deal_watch"),
    )
    op.create_index("ix_deal_watch_open", "deal_watch", ["account_id", "closed", "deal_id"], unique=False)
    op.create_table(
        "deal_picture",
        sa.Column("account_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("deal_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("taken_at", MOMENT, nullable=False),
        sa.Column("stock_at", MOMENT, nullable=False),
        sa.Column("outcome", sa.String(length=8), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("basket", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("outdated", sa.Boolean(), nullable=False),
        sa.Column("told", sa.String(length=16), nullable=True),
        sa.Column("goods", sa.JSON(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_deal_picture_account_id"),
        sa.PrimaryKeyConstraint("account_id", "deal_id", name="pk_deal_picture"),
    )
    op.create_index("ix_deal_picture_stock_at", "deal_picture", ["stock_at"], unique=False)


def downgrade() -> None:
    for table in ("deal_picture", "deal_watch", "alert", "hook"):
        op.drop_table(table)
    op.drop_index("ix_journal_operation", table_name="journal")
    op.drop_index("ix_operation_dead", table_name="operation")
    op.drop_index("ix_operation_ended", table_name="operation")
    op.drop_index("ix_operation_unfinished", table_name="operation")
    for table, columns in NEW_COLUMNS.items():
        for column in columns:
            op.drop_column(table, column)
    _unfinished_by("account_id", "deal_id", "sequence")
