"""Databases for tests: a SQLite file, or a database on a real PostgreSQL (the machine's, else one started here)."""

from __future__ import annotations

import glob
import os
import pwd
import shutil
import socket
import subprocess
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

from backend.storage import upgrade
from backend.storage.tables import metadata

HERE = "127.0.0.1"


@contextmanager
def postgres_server(folder: Path) -> Iterator[str]:
    """The conninfo of a server we may make databases on. Fails, rather than skips, where none can be had."""
    machine = os.environ.get("TEST_POSTGRES", f"host={HERE} port=5432 dbname=test")
    try:
        psycopg.connect(machine, connect_timeout=3).close()
    except psycopg.OperationalError:
        with _own_server(folder) as own:
            yield own
    else:
        yield machine


@contextmanager
def _own_server(folder: Path) -> Iterator[str]:
    programs = sorted(glob.glob("/usr/lib/postgresql/*/bin"))
    tools = Path(programs[-1]) if programs else Path(shutil.which("initdb") or "initdb").parent
    data = folder / "pg"
    data.mkdir()
    user = "postgres" if os.getuid() == 0 else pwd.getpwuid(os.getuid()).pw_name
    if os.getuid() == 0:
        _open_to_postgres(data)
    port = _free_port()
    subprocess.run([tools / "initdb", "-D", data, "-U", "test", "-A", "trust", "-N"], check=True, user=user, cwd=data)
    options = f"-c listen_addresses={HERE} -p {port} -k {data} -c fsync=off"
    control = [tools / "pg_ctl", "-D", data, "-w"]
    subprocess.run([*control, "-l", data / "log", "-o", options, "start"], check=True, user=user, cwd=data)
    try:
        yield f"host={HERE} port={port} dbname=postgres user=test"
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], check=True, user=user, cwd=data)


def _open_to_postgres(data: Path) -> None:
    """The server refuses to run as root: its folder is given to `postgres`, those above it are made passable."""
    owner = pwd.getpwnam("postgres")
    os.chown(data, owner.pw_uid, owner.pw_gid)
    for parent in data.parents:
        if parent.stat().st_uid == os.getuid() and parent != Path("/"):
            parent.chmod(parent.stat().st_mode | 0o011)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HERE, 0))
        port: int = probe.getsockname()[1]
        return port


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
        with psycopg.connect(self._conninfo) as connection:
            info = connection.info
            return f"postgresql+psycopg://{info.user}@{info.host}:{info.port}/{name}"


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
