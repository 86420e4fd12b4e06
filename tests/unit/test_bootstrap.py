"""The real container on an empty directory: embedded Redis, SQLite, every part plugged in."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from backend.bootstrap import Container, Outside, clock_parts, container, worker_parts
from backend.config import Config, ConfigError
from backend.jobs.rest import Rest
from backend.jobs.schedule import Schedule
from backend.jobs.work import Work
from backend.operations import handlers
from backend.ports.connections import AccountInactive
from backend.ports.tokens import Priority
from backend.storage import upgrade
from tests.support.storage import TickingClock
from tests.support.waiting import until

ACCOUNT = 31_000_001


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Container]:
    folder: Path = tmp_path_factory.mktemp("var")
    config = Config(data_dir=folder, amocrm_client_id="id", amocrm_client_secret="a-long-secret-of-the-integration")
    upgrade(config.database_url)
    with container(config, priority=Priority.PERSON) as built:
        yield built


def test_everything_answers(parts: Container) -> None:
    assert {check.name: check.run() for check in parts.api.health} == {"database": True, "redis": True}


def test_cache_is_the_embedded_redis(parts: Container) -> None:
    parts.services.cache.put("k", b"v", ttl=timedelta(minutes=1))
    assert parts.services.cache.get_many(["k", "none"]) == [b"v", None]


def test_systems_that_can_be_connected_are_offered(parts: Container) -> None:
    assert "tryton" in [one.system for one in parts.services.erps.systems()]


def test_unknown_account_has_neither_erp_nor_crm(parts: Container) -> None:
    for hub in (parts.services.erps, parts.services.crms):
        with pytest.raises(AccountInactive):
            hub.of(ACCOUNT)


def test_processes_have_their_work(parts: Container) -> None:
    assert [type(one) for one in worker_parts(parts)] == [Work, Schedule]
    assert [type(one) for one in clock_parts(parts)] == [Schedule, Rest]
    assert "order.place" in handlers(parts.services)


def test_secrets_stay_out_of_repr(parts: Container) -> None:
    assert "a-long-secret" not in repr(parts.config)


def test_nothing_is_left_running(tmp_path: Path) -> None:
    config = Config(data_dir=tmp_path, amocrm_client_secret="a-long-secret-of-the-integration")
    upgrade(config.database_url)
    with container(config, priority=Priority.BACKGROUND) as built:
        assert built.services.cache.get("k") is None
    until(lambda: not _processes_of(tmp_path))


def test_another_outside_and_another_clock_are_used_throughout(tmp_path: Path, parts: Container) -> None:
    """What the proofs give in place of the adapters; nothing else of the container changes."""
    config = Config(data_dir=tmp_path, amocrm_client_secret="a-long-secret-of-the-integration")
    upgrade(config.database_url)
    outside, clock = Outside(parts.services.erps, parts.services.crms), TickingClock()
    with container(config, priority=Priority.BACKGROUND, outside=outside, clock=clock) as built:
        assert (built.services.erps, built.services.crms) == (outside.erps, outside.crms)
        assert built.clock is built.services.clock is clock


def test_without_the_integrations_secret_nothing_starts(tmp_path: Path) -> None:
    """Said in words, and before anything was started."""
    with pytest.raises(ConfigError) as caught, container(Config(data_dir=tmp_path), priority=Priority.PERSON):
        pass
    assert caught.value.data["variable"] == "STOCKGATE_AMOCRM_CLIENT_SECRET"
    assert list(tmp_path.iterdir()) == []


def _processes_of(folder: Path) -> list[str]:
    """Command lines of living processes that name the folder."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                line = (entry / "cmdline").read_bytes().decode(errors="replace")
            except OSError:
                continue
            if str(folder) in line:
                found.append(line)
    return found
