"""Records ↔ rows: a column has the name of its field, so little is left to write."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Table, and_
from sqlalchemy.dialects import postgresql, sqlite

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement
    from sqlalchemy.dialects.postgresql import Insert as PgInsert
    from sqlalchemy.dialects.sqlite import Insert as LiteInsert


def values(record: Any, table: Table) -> dict[str, Any]:
    """The fields of `record` that `table` keeps under their own names."""
    return {field.name: getattr(record, field.name) for field in fields(record) if field.name in table.c}


def insert(conn: Connection, table: Table) -> PgInsert | LiteInsert:
    """An INSERT that knows ON CONFLICT, in the connection's dialect."""
    return postgresql.insert(table) if conn.dialect.name == "postgresql" else sqlite.insert(table)


def add_new(conn: Connection, table: Table, row: Mapping[str, Any]) -> bool:
    """Insert unless any unique constraint is in the way; whether it was inserted. The transaction stays usable."""
    return written(conn, insert(conn, table).values(**row).on_conflict_do_nothing())


def written(conn: Connection, statement: PgInsert | LiteInsert) -> bool:
    """Execute an INSERT of one row; whether it was written (the count of an INSERT is dropped unless asked for)."""
    return conn.execute(statement, execution_options={"preserve_rowcount": True}).rowcount == 1


def put(conn: Connection, table: Table, row: Mapping[str, Any]) -> None:
    """Insert, or replace all given columns of the row with the same primary key."""
    key = [column.name for column in table.primary_key]
    statement = insert(conn, table).values(**row)
    changed = {name: statement.excluded[name] for name in row if name not in key}
    conn.execute(statement.on_conflict_do_update(index_elements=key, set_=changed))


def same(table: Table, **key: Any) -> ColumnElement[bool]:
    """All of these columns equal these values."""
    return and_(*(table.c[name] == value for name, value in key.items()))
