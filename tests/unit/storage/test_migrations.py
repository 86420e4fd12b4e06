"""The migrations make exactly the schema the code was written for, and take it away again."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from backend.storage import make_engine, upgrade
from backend.storage.migrate import downgrade, is_current
from backend.storage.tables import metadata
from tests.support.databases import Databases


def tables(url: str) -> set[str]:
    engine = make_engine(url)
    try:
        return set(inspect(engine).get_table_names())
    finally:
        engine.dispose()


def test_the_migrated_schema_is_the_declared_one(databases: Databases) -> None:
    engine = make_engine(databases.migrated())
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
        assert is_current(connection)
    engine.dispose()


def test_up_and_down_and_up(databases: Databases) -> None:
    url = databases.empty()
    upgrade(url)
    assert set(metadata.tables) <= tables(url)
    downgrade(url, "base")
    assert tables(url) == {"alembic_version"}
    upgrade(url)
    assert set(metadata.tables) <= tables(url)


def test_upgrading_again_changes_nothing(databases: Databases) -> None:
    url = databases.migrated()
    upgrade(url)
    assert set(metadata.tables) <= tables(url)


def test_two_processes_may_upgrade_at_once(databases: Databases) -> None:
    url = databases.empty()
    with ThreadPoolExecutor(3) as pool:
        for done in [pool.submit(upgrade, url) for _ in range(3)]:
            done.result()
    assert set(metadata.tables) <= tables(url)


def test_every_table_knows_its_account() -> None:
    without = {name for name, table in metadata.tables.items() if "account_id" not in table.c}
    assert without == {"account"}
