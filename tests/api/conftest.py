"""One application per test, on a copy of a migrated database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from backend.storage import upgrade
from tests.support.api_house import ApiHouse, make_house
from tests.support.storage import sqlite_url


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database of the newest schema; migrating takes longer than a test."""
    folder = tmp_path_factory.mktemp("migrated")
    upgrade(sqlite_url(folder))
    return folder / "stockgate.db"


@pytest.fixture
def house(migrated: Path, tmp_path: Path) -> Iterator[ApiHouse]:
    built = make_house(tmp_path, migrated)
    yield built
    built.close()


@pytest.fixture
def app(house: ApiHouse) -> Flask:
    """For pytest-flask."""
    return house.app
