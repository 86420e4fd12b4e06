"""Configuration from the environment: typed, told in words, silent about secrets, strict about names."""

from __future__ import annotations

import os
from dataclasses import fields
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from backend.config import PREFIX, Config, ConfigError, load_config, variables_table


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [one for one in os.environ if one.startswith(PREFIX)]:
        monkeypatch.delenv(name)


def test_defaults_are_those_of_one_machine() -> None:
    config = load_config()
    assert config.database_url == "sqlite:///var/stockgate.db"
    assert (config.redis_url, config.broker_url, config.secret_keys) == ("", "", ())
    assert config.amocrm_redirect_uri == "http://127.0.0.1:8001/oauth/callback"
    assert config.amocrm_hosts == (".amocrm.ru", ".amocrm.com", ".kommo.com")
    assert config.amocrm_sandbox_hosts == config.erp_private_hosts == ()


def test_what_is_given_is_read_by_its_type(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {
        "PUBLIC_URL": "https://wb.example/",
        "DATA_DIR": "/srv/stockgate",
        "AMOCRM_SANDBOX_HOSTS": "127.0.0.1:8000, localhost:8000,",
        "FOLLOW_SECONDS": "30",
        "LOG_FORMAT": "json",
    }
    for name, value in given.items():
        monkeypatch.setenv(f"{PREFIX}{name}", value)
    config = load_config()
    assert config.public_url == "https://wb.example"
    assert config.https
    assert config.amocrm_redirect_uri == "https://wb.example/oauth/callback"
    assert config.database_url == "sqlite:////srv/stockgate/stockgate.db"
    assert config.data_dir == Path("/srv/stockgate")
    assert config.amocrm_sandbox_hosts == ("127.0.0.1:8000", "localhost:8000")
    assert (config.follow_seconds, config.log_format) == (30, "json")


def test_empty_counts_as_not_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STOCKGATE_PORT", "  ")
    assert load_config().port == 8001


def test_a_registered_redirect_address_is_kept_letter_by_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STOCKGATE_AMOCRM_REDIRECT_URI", "https://wb.example/oauth/callback/")
    assert load_config().amocrm_redirect_uri == "https://wb.example/oauth/callback/"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "eighty"),
        ("PORT", "70000"),
        ("FOLLOW_SECONDS", "0"),
        ("LOG_LEVEL", "loud"),
        ("LOG_FORMAT", "xml"),
        ("PUBLIC_URL", "wb.example"),
        ("PUBLIC_URL", "ftp://wb.example"),
        ("AMOCRM_HOSTS", "amocrm.ru"),
        ("DATABSE_URL", "sqlite://"),
    ],
)
def test_what_cannot_be_understood_names_the_variable(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"{PREFIX}{name}", value)
    with pytest.raises(ConfigError) as refused:
        load_config()
    assert refused.value.data == {"variable": f"{PREFIX}{name}"}


def test_secrets_are_in_no_representation(monkeypatch: pytest.MonkeyPatch) -> None:
    key = Fernet.generate_key().decode()
    secrets = {
        "SECRET_KEYS": key,
        "AMOCRM_CLIENT_SECRET": "client-secret",
        "DATABASE_URL": "postgresql+psycopg://me:pass@db/stockgate",
        "REDIS_URL": "redis://:pass@redis/0",
        "BROKER_URL": "amqp://me:pass@rabbit",
    }
    for name, value in secrets.items():
        monkeypatch.setenv(f"{PREFIX}{name}", value)
    config = load_config()
    assert config.secret_keys == (key,)
    for value in (key, "client-secret", "pass"):
        assert value not in repr(config)


def test_the_table_tells_of_every_variable_and_of_no_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STOCKGATE_AMOCRM_CLIENT_SECRET", "client-secret")
    table = variables_table()
    for one in fields(Config):
        row = next(line for line in table.splitlines() if line.startswith(f"| `{PREFIX}{one.name.upper()}` |"))
        assert len(row.split("|")[3].split()) >= 2, row
    assert "client-secret" not in table
