"""`stockgate doctor` on installations that are well, half there, or broken in one place each."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet

from backend.config import Config
from backend.doctor.examine import examine
from backend.doctor.finding import Finding, Verdict, healthy
from backend.ports.store import AccountState, AlertKind, Connection
from backend.storage import SecretBox, SqlStore, make_engine, upgrade
from backend.storage.tables import hook
from tests.support.storage import ACCOUNT, OTHER, RecordingAnnouncer, WallClock, an_account
from tests.support.waiting import until

NOW = datetime.now(UTC)
METRICS_PORT = 20_000 + 2 * (os.getpid() % 5_000)
"""Below the ports that the system gives to whoever asks for any."""
KEY = Fernet.generate_key().decode()


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return Config(
        data_dir=tmp_path,
        public_url="https://stockgate.example",
        amocrm_client_id="id",
        amocrm_client_secret="a-long-secret-of-the-integration",
        secret_keys=(KEY,),
    )


@pytest.fixture
def store(config: Config) -> Iterator[SqlStore]:
    upgrade(config.database_url)
    with opened(config, KEY) as found:
        with found.write() as unit:
            for account_id in (ACCOUNT, OTHER):
                unit.accounts.save(an_account(account_id))
        yield found


@contextmanager
def opened(config: Config, key: str) -> Iterator[SqlStore]:
    engine = make_engine(config.database_url)
    made = SqlStore(engine, clock=WallClock(), box=SecretBox([key]), announcer=RecordingAnnouncer())
    yield made
    made.close()


def by_check(config: Config) -> Mapping[str, Finding]:
    """The worst finding of each check."""
    found: dict[str, Finding] = {}
    for one in examine(config):
        if one.check not in found or found[one.check].verdict is Verdict.OK:
            found[one.check] = one
    return found


def sick(config: Config) -> set[str]:
    return {name for name, one in by_check(config).items() if one.verdict is Verdict.UNHEALTHY}


IDLE = {"redis", "worker", "clock"}
"""What an installation lacks whose processes do not run."""


def test_an_installation_whose_processes_do_not_run(config: Config, store: SqlStore) -> None:
    assert sick(config) == IDLE
    found = by_check(config)
    assert "stockgate worker" in found["worker"].todo
    assert all(one.todo for one in found.values() if one.verdict is Verdict.UNHEALTHY)


def test_an_empty_folder_is_told_what_to_do_first_and_stays_empty(config: Config) -> None:
    found = by_check(config)
    assert (found["database"].verdict, found["rest"].verdict) == (Verdict.UNHEALTHY, Verdict.UNKNOWN)
    assert "stockgate migrate" in found["database"].todo
    assert list(config.data_dir.iterdir()) == []


def test_an_old_schema(config: Config, store: SqlStore) -> None:
    with store.engine.begin() as sql:
        sql.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
    assert "schema" in by_check(config)["database"].found


def test_a_database_that_is_nowhere(config: Config, tmp_path: Path) -> None:
    away = Config(
        data_dir=tmp_path,
        database_url="postgresql+psycopg://nobody@127.0.0.1:1/none",
        amocrm_client_id="id",
        amocrm_client_secret="a-long-secret-of-the-integration",
        secret_keys=(KEY,),
    )
    assert "database" in sick(away)


def test_a_redis_and_a_broker_that_are_nowhere(config: Config, store: SqlStore) -> None:
    """What only Redis knows is unknown, not well."""
    values = {name: getattr(config, name) for name in ("data_dir", "amocrm_client_id", "amocrm_client_secret")}
    away = Config(**values, secret_keys=(KEY,), public_url="https://x.example", redis_url="redis://127.0.0.1:1/0")
    found = by_check(away)
    assert {"redis", "broker"} <= {name for name, one in found.items() if one.verdict is Verdict.UNHEALTHY}
    assert (found["worker"].verdict, found["clock"].verdict) == (Verdict.UNKNOWN, Verdict.UNKNOWN)


def test_a_key_that_is_none(config: Config, store: SqlStore) -> None:
    values = {name: getattr(config, name) for name in ("data_dir", "amocrm_client_id", "amocrm_client_secret")}
    assert {"keys", "configuration"} <= sick(Config(**values, secret_keys=("short",)))


def test_secrets_of_another_key(config: Config, store: SqlStore) -> None:
    with opened(config, Fernet.generate_key().decode()) as other, other.write() as unit:
        unit.accounts.save_connection(Connection(OTHER, "tryton", {"url": "https://erp"}, {"password": "s"}))
    found = by_check(config)["secrets"]
    assert (found.verdict, str(OTHER) in found.found, KEY in found.found) == (Verdict.UNHEALTHY, True, False)


def test_accounts_that_lost_their_access(config: Config, store: SqlStore) -> None:
    with store.write() as unit:
        unit.accounts.save(an_account(OTHER, AccountState.REAUTHORISE))
    assert f"shop{OTHER}" in by_check(config)["access"].found


def test_dead_operations_by_account_and_kind(config: Config, store: SqlStore) -> None:
    with store.write() as unit:
        dead = unit.operations.add(ACCOUNT, kind="crm.note", key="k", payload={}, deal_id=1, due_at=NOW)
        unit.operations.claim(dead, worker="w", now=NOW, lease=timedelta(seconds=9))
        unit.operations.die(dead, worker="w", now=NOW, code="crm_refused", detail="")
    assert by_check(config)["dead"].found == f"account {ACCOUNT}: 1 crm.note (crm_refused)"


def test_work_that_nobody_takes(config: Config, store: SqlStore) -> None:
    with store.write() as unit:
        late = NOW - timedelta(minutes=2)
        unit.operations.add(ACCOUNT, kind="crm.note", key="k", payload={}, deal_id=1, due_at=late)
    assert "queue" in sick(config)


def test_work_that_waits_for_its_time_is_not_late(config: Config, store: SqlStore) -> None:
    with store.write() as unit:
        later = NOW + timedelta(minutes=30)
        unit.operations.add(ACCOUNT, kind="crm.note", key="k", payload={}, deal_id=1, due_at=later)
    assert by_check(config)["queue"].verdict is Verdict.OK


def test_webhooks_that_nobody_reads(config: Config, store: SqlStore) -> None:
    row = {"account_id": ACCOUNT, "source": "crm", "received_at": NOW - timedelta(minutes=6), "body": b""}
    with store.engine.begin() as sql:
        sql.execute(hook.insert().values(**row))
    assert "hooks" in sick(config)


def test_open_alerts_are_told(config: Config, store: SqlStore) -> None:
    with store.write() as unit:
        unit.alerts.raise_alert(ACCOUNT, kind=AlertKind.CRM_BLOCKED, key="crm_blocked", data={}, now=NOW)
    found = by_check(config)["alerts"]
    assert (found.verdict, "crm_blocked" in found.found) == (Verdict.UNHEALTHY, True)


def test_an_erp_that_does_not_let_us_in(config: Config, store: SqlStore) -> None:
    values = {"url": "https://127.0.0.1:1", "database": "d", "user": "u"}
    with store.write() as unit:
        unit.accounts.save_connection(Connection(ACCOUNT, "tryton", values, {"password": "s"}))
    found = by_check(config)["erp"]
    assert (found.verdict, f"account {ACCOUNT}" in found.found) == (Verdict.UNHEALTHY, True)


def test_health_is_nothing_unhealthy() -> None:
    parts = [Finding("a", Verdict.OK, ""), Finding("b", Verdict.UNKNOWN, "")]
    assert healthy(parts)
    assert not healthy([*parts, Finding("c", Verdict.UNHEALTHY, "")])


def environment(config: Config) -> dict[str, str]:
    given = {
        "STOCKGATE_DATA_DIR": str(config.data_dir),
        "STOCKGATE_PUBLIC_URL": config.public_url,
        "STOCKGATE_AMOCRM_CLIENT_ID": "id",
        "STOCKGATE_AMOCRM_CLIENT_SECRET": config.amocrm_client_secret,
        "STOCKGATE_SECRET_KEYS": KEY,
        "STOCKGATE_METRICS_PORT": str(METRICS_PORT),
    }
    return {**os.environ, **given}


def figures(port: int) -> str:
    """What a process tells Prometheus."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
        return str(answer.read().decode())


def asked(config: Config) -> tuple[int, Any]:
    command = [sys.executable, "-m", "backend.cli", "doctor", "--json"]
    done = subprocess.run(command, env=environment(config), capture_output=True, text=True, check=False)
    return done.returncode, json.loads(done.stdout)


def test_real_processes_are_seen_alive_and_missed_when_they_are_gone(config: Config, store: SqlStore) -> None:
    """The whole installation is well with exit status 0; without its worker it is not."""
    commands = [[sys.executable, "-m", "backend.cli", kind] for kind in ("worker", "clock")]
    running = [subprocess.Popen(one, env=environment(config), stderr=subprocess.DEVNULL) for one in commands]
    try:
        until(lambda: asked(config)[0] == 0, seconds=90)
        status, told = asked(config)
        assert (status, told["healthy"], {one["verdict"] for one in told["findings"]}) == (0, True, {"ok"})
        assert "stockgate_operations_total" in figures(METRICS_PORT)
        assert "stockgate_database_up 1.0" in figures(METRICS_PORT + 1)
    finally:
        for process in running:
            process.send_signal(signal.SIGTERM)
        assert [process.wait(timeout=60) for process in running] == [0, 0]
    status, told = asked(config)
    assert (status, told["healthy"]) == (1, False)
    assert {one["check"] for one in told["findings"] if one["verdict"] == "unhealthy"} == IDLE
