"""Databases for tests: a SQLite file, or a database on a real PostgreSQL (the machine's, else one started here)."""

from __future__ import annotations

import shutil
import uuid
from pathlib import Path

import psycopg
from psycopg import sql

from backend.proofs.databases import postgres_server, postgres_url
from backend.storage import upgrade
from backend.storage.tables import metadata

__all__ = ["Databases", "Postgres", "Sqlite", "postgres_server"]


class Postgres:
    """Databases on one server, dropped at the end. Making one costs seconds, so they are emptied and given again."""

    def __init__(self, conninfo: str) -> None:
        self._conninfo = conninfo
        self._made: list[str] = []
        self._migrated: str | None = None
        self._empty: str | None = None

    def empty(self) -> str:
        """The URL of a second database, emptied of its whole schema."""
        if self._empty is None:
            self._empty = self._make()
        with psycopg.connect(self._conninfo, dbname=self._empty) as connection:
            connection.execute("DROP SCHEMA public CASCADE")
            connection.execute("CREATE SCHEMA public")
        return self._url(self._empty)

    def migrated(self) -> str:
        """The URL of the one database at the newest schema, emptied of what an earlier test left."""
        if self._migrated is None:
            self._migrated = self._make()
            upgrade(self._url(self._migrated))
        with psycopg.connect(self._conninfo, dbname=self._migrated) as connection:
            tables = sql.SQL(", ").join(sql.Identifier(name) for name in metadata.tables)
            connection.execute(sql.SQL("TRUNCATE {} RESTART IDENTITY").format(tables))
        return self._url(self._migrated)

    def close(self) -> None:
        for name in self._made:
            self._say(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def _make(self) -> str:
        name = f"stockgate_{uuid.uuid4().hex[:12]}"
        self._say(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        self._made.append(name)
        return name

    def _say(self, statement: sql.Composed) -> None:
        with psycopg.connect(self._conninfo, autocommit=True) as connection:
            connection.execute(statement)

    def _url(self, name: str) -> str:
        return postgres_url(self._conninfo, name)


class Sqlite:
    """The same on files in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._template: Path | None = None

    def empty(self) -> str:
        return self._url(self._new())

    def migrated(self) -> str:
        if self._template is None:
            self._template = self._new()
            upgrade(self._url(self._template))
        return self._url(Path(shutil.copy(self._template, self._new())))

    def close(self) -> None:
        """The folder is the test run's; nothing to give back."""

    def _new(self) -> Path:
        return self._folder / f"{uuid.uuid4().hex[:12]}.db"

    def _url(self, path: Path) -> str:
        return f"sqlite:///{path}"


Databases = Postgres | Sqlite
