"""The metadata all tables hang on, with fixed names for constraints so that migrations can speak of them."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, MetaData

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def account_column(*, key: bool = False) -> Column[int]:
    """The account every row belongs to (R28)."""
    return Column(
        "account_id", BigInteger, ForeignKey("account.id"), primary_key=key, nullable=False, autoincrement=False
    )
