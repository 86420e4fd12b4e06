"""Databases of proofs: a PostgreSQL that is there or one started for the time being, and fresh databases on it."""

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
from sqlalchemy import URL

from backend.proofs.command import Impossible
from backend.storage import upgrade

HERE = "127.0.0.1"
MACHINE = f"host={HERE} port=5432 dbname=test"
_PROGRAMS = "/usr/lib/postgresql/*/bin"


@contextmanager
def postgres_server(folder: Path, wanted: str | None = None) -> Iterator[str]:
    """The conninfo of a server on which databases may be made: the `wanted` one (a URL or a conninfo), else the
    machine's, else one of its own, kept in `folder`. Raises Impossible where none can be had."""
    asked = (wanted or os.environ.get("TEST_POSTGRES") or MACHINE).replace("postgresql+psycopg:", "postgresql:")
    try:
        psycopg.connect(asked, connect_timeout=3).close()
    except psycopg.OperationalError as error:
        if wanted:
            raise Impossible(f"PostgreSQL does not answer: {type(error).__name__}") from error
        with own_server(folder) as own:
            yield own
    else:
        yield asked


@contextmanager
def own_server(folder: Path) -> Iterator[str]:
    """A PostgreSQL from the programs of the distribution, for the time of the block. Raises Impossible without them."""
    found = sorted(glob.glob(_PROGRAMS))
    initdb = Path(found[-1]) / "initdb" if found else Path(shutil.which("initdb") or "")
    if not initdb.is_file():
        raise Impossible("No PostgreSQL answers and its programs are not installed: name one with --postgres URL.")
    data = folder / "pg"
    data.mkdir()
    user = "postgres" if os.getuid() == 0 else pwd.getpwuid(os.getuid()).pw_name
    if os.getuid() == 0:
        _open_to_postgres(data)
    port = _free_port()
    options = f"-c listen_addresses={HERE} -p {port} -k {data} -c fsync=off"
    control = [str(initdb.parent / "pg_ctl"), "-D", str(data), "-w"]
    _run([str(initdb), "-D", str(data), "-U", "test", "-A", "trust", "-N"], user, data)
    _run([*control, "-l", str(data / "log"), "-o", options, "start"], user, data)
    try:
        yield f"host={HERE} port={port} dbname=postgres user=test"
    finally:
        _run([*control, "-m", "immediate", "stop"], user, data)


def _run(words: list[str], user: str, where: Path) -> None:
    """Quiet: standard output belongs to the answer of the command."""
    subprocess.run(words, check=True, user=user, cwd=where, stdout=subprocess.DEVNULL)  # noqa: S603 (our own words)


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


def postgres_url(conninfo: str, name: str) -> str:
    """The URL of a database on this server, as our configuration takes it."""
    with psycopg.connect(conninfo) as connection:
        info = connection.info
        url = URL.create(
            "postgresql+psycopg", info.user, info.password or None, host=info.host, port=info.port, database=name
        )
        return url.render_as_string(hide_password=False)


@contextmanager
def fresh_postgres(conninfo: str) -> Iterator[str]:
    """The URL of a new database at the newest schema, dropped at the end."""
    name = f"stockgate_{uuid.uuid4().hex[:12]}"
    _say(conninfo, sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        url = postgres_url(conninfo, name)
        upgrade(url)
        yield url
    finally:
        _say(conninfo, sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def fresh_sqlite(folder: Path) -> str:
    """The URL of a new file at the newest schema."""
    url = f"sqlite:///{folder / f'{uuid.uuid4().hex[:12]}.db'}"
    upgrade(url)
    return url


def _say(conninfo: str, statement: sql.Composed) -> None:
    with psycopg.connect(conninfo, autocommit=True) as connection:
        connection.execute(statement)
