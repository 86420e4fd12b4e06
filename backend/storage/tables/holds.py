"""Holds and the ledger that rivals meet at."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Index, String, Table

from backend.storage.tables.base import account_column, metadata
from backend.storage.types import Moment, quantity

hold = Table(
    "hold",
    metadata,
    account_column(key=True),
    Column("part_key", String(128), primary_key=True),
    Column("product_id", String(128), primary_key=True),
    Column("warehouse_id", String(128), primary_key=True),
    Column("quantity", quantity(), nullable=False),
    Column("taken_at", Moment, nullable=False),
    Column("counts_until", Moment, nullable=False),
    Column("released_at", Moment),
    CheckConstraint("quantity > 0", name="positive"),
    Index("ix_hold_counted", "account_id", "product_id", "warehouse_id", "counts_until"),
    Index("ix_hold_part", "part_key"),
)
"""A hold counts against a reading taken at t0 while `counts_until` > t0: for ever when taken, until the moment of its
reflection once reflected, never once released."""

ledger = Table(
    "hold_ledger",
    metadata,
    account_column(key=True),
    Column("product_id", String(128), primary_key=True),
    Column("warehouse_id", String(128), primary_key=True),
    Column("granted", quantity(), nullable=False),
    Column("ceiling", quantity()),
    CheckConstraint("granted >= 0", name="not_negative"),
    CheckConstraint("ceiling IS NULL OR granted <= ceiling", name="not_beyond"),
)
"""The last grant of a product in a warehouse: all that counted then, with it, and the ceiling it was granted under
(null = a supervisor allowed it beyond stock). The row is what rivals lock; its check stands behind the conditional
write."""
