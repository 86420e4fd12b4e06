"""Engines: SQLite in WAL mode by default, PostgreSQL by its URL."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_random

from backend.storage.errors import StoreBusy, StoreRefused
from backend.storage.turns import WriteLine

SWITCH_SECONDS = 10
_WRITES = "stockgate_writes"
_QUERY_ONLY = "stockgate_query_only"
_LINE = "stockgate_line"
_READ_ONLY = "25006"
_STATEMENT = 120


def make_engine(url: str, *, pool_size: int = 10, busy: timedelta = timedelta(seconds=15)) -> Engine:
    """An engine for `sqlite:///file` or `postgresql+psycopg://…`. Opens nothing yet.

    `busy`: how long to wait for somebody else's lock. What was bound to a statement stays out of its errors: it holds
    personal data.
    """
    if make_url(url).get_backend_name() == "sqlite":
        return _sqlite(url, pool_size, busy)
    return _postgresql(url, pool_size, busy)


def _postgresql(url: str, pool_size: int, busy: timedelta) -> Engine:
    engine = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={"connect_timeout": 10},
    )
    greeting = f"SET TIME ZONE 'UTC'; SET lock_timeout = {int(busy / timedelta(milliseconds=1))}"
    event.listen(engine, "connect", partial(_greet, greeting))
    return engine


def _greet(greeting: str, connection: Any, _record: object) -> None:
    """UTC, so that no moment leaves the calendar on its way; no wait for a lock without end."""
    with connection.cursor() as cursor:
        cursor.execute(greeting)
    connection.commit()


def _sqlite(url: str, pool_size: int, busy: timedelta) -> Engine:
    file = make_url(url).database
    line = WriteLine(Path(file), patience=busy) if file and file != ":memory:" else None
    engine = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=pool_size,
        hide_parameters=True,
        connect_args={"timeout": busy.total_seconds()},
        execution_options={_LINE: line},
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: Any, _record: object) -> None:
    """The driver's own BEGIN comes too late (before the first write), so we say it ourselves.

    `FULL`: a commit survives a power cut. Of processes that meet a new file at once one switches it to WAL; SQLite does
    not let the others wait for that, so they ask again.
    """
    connection.isolation_level = None
    for switching in Retrying(
        retry=retry_if_exception_type(sqlite3.OperationalError),
        stop=stop_after_delay(SWITCH_SECONDS),
        wait=wait_random(0.01, 0.05),
        reraise=True,
    ):
        with switching:
            connection.execute("PRAGMA journal_mode=WAL")
    for pragma in ("synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    """A writer takes the write lock at once: a lock asked for in mid-transaction fails instead of waiting."""
    writes = connection.get_execution_options().get(_WRITES, True)
    mode = "OFF" if writes else "ON"
    if connection.info.get(_QUERY_ONLY) != mode:
        connection.exec_driver_sql(f"PRAGMA query_only={mode}")
        connection.info[_QUERY_ONLY] = mode
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def transaction(engine: Engine, *, writes: bool) -> Iterator[Connection]:
    """One transaction: a write, or a consistent look. Raises StoreBusy where the database did not take part,
    StoreRefused where it would not."""
    options: dict[str, Any] = {_WRITES: writes}
    if engine.dialect.name == "postgresql" and not writes:
        options |= {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    try:
        with _turn(engine, writes), engine.connect().execution_options(**options) as connection, connection.begin():
            yield connection
    except (OperationalError, PoolTimeout) as error:
        raise StoreBusy(type(error).__name__) from error
    except SQLAlchemyError as error:
        if isinstance(error, DBAPIError) and (error.connection_invalidated or _read_only(error)):
            raise StoreBusy(type(error).__name__) from error
        raise StoreRefused(f"{type(error).__name__}: {str(getattr(error, 'statement', ''))[:_STATEMENT]}") from error


def _turn(engine: Engine, writes: bool) -> AbstractContextManager[None]:
    """Writers of SQLite stand in a line; PostgreSQL's have one for every row."""
    line: WriteLine | None = engine.get_execution_options().get(_LINE)
    return line.turn() if writes and line is not None else nullcontext()


def _read_only(error: DBAPIError) -> bool:
    """PostgreSQL that lets nobody write: a standby, or one whose owner said so. It will again."""
    return getattr(error.orig, "sqlstate", None) == _READ_ONLY
