"""The schema's versions: brought up by the program itself, no command to remember."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from backend.storage.engine import make_engine

_SCRIPTS = Path(__file__).parent / "migrations"
_ONE_AT_A_TIME = 7081231


def upgrade(url: str, revision: str = "head") -> None:
    """Bring the database up to `revision`. Two at once wait for each other."""
    _run(url, lambda config: command.upgrade(config, revision))


def downgrade(url: str, revision: str) -> None:
    """Take the database back to `revision` (`base`: nothing left)."""
    _run(url, lambda config: command.downgrade(config, revision))


def is_current(connection: Connection) -> bool:
    """Whether the database has exactly the newest schema."""
    return MigrationContext.configure(connection).get_current_heads() == _newest()


@lru_cache(maxsize=1)
def _newest() -> tuple[str, ...]:
    return tuple(ScriptDirectory(str(_SCRIPTS)).get_heads())


def _run(url: str, work: Callable[[Config], None]) -> None:
    engine = make_engine(url)
    try:
        with engine.begin() as connection:
            if engine.dialect.name == "postgresql":
                connection.execute(text(f"SELECT pg_advisory_xact_lock({_ONE_AT_A_TIME})"))
            config = Config()
            config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
            config.attributes["connection"] = connection
            work(config)
    finally:
        engine.dispose()
