"""One application per test, on a copy of a migrated database."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from flask import Flask

from backend.storage import SecretBox, SqlStore, make_engine, upgrade
from tests.support.api_house import ApiHouse
from tests.support.storage import RecordingAnnouncer, TickingClock, an_account, sqlite_url

KEY = Fernet.generate_key().decode()


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database of the newest schema; migrating takes longer than a test."""
    folder = tmp_path_factory.mktemp("migrated")
    upgrade(sqlite_url(folder))
    return folder / "stockgate.db"


@pytest.fixture
def house(migrated: Path, tmp_path: Path) -> Iterator[ApiHouse]:
    shutil.copy(migrated, tmp_path / "stockgate.db")
    clock, box = TickingClock(), SecretBox([KEY])
    store = SqlStore(make_engine(sqlite_url(tmp_path)), clock=clock, box=box, announcer=RecordingAnnouncer())
    with store.write() as unit:
        unit.accounts.save(an_account())
    built = ApiHouse(store, clock, box)
    yield built
    built.close()


@pytest.fixture
def app(house: ApiHouse) -> Flask:
    """For pytest-flask."""
    return house.app
