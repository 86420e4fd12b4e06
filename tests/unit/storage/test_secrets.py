"""Secrets at rest, their keys, and where a key comes from."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from backend.storage import SecretBox
from backend.storage.errors import KeyMissing, KeyUnusable, SecretUnreadable
from backend.storage.keyfile import encryption_keys, load_or_make

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()
SECRETS = {"password": "пароль", "token": ""}


def test_sealed_secrets_open_and_do_not_show() -> None:
    sealed = SecretBox([OLD]).seal(SECRETS)
    assert SecretBox([OLD]).open(sealed) == SECRETS
    assert "пароль" not in sealed


def test_the_first_key_seals_and_all_open() -> None:
    sealed = SecretBox([OLD]).seal(SECRETS)
    both = SecretBox([NEW, OLD])
    assert both.open(sealed) == SECRETS
    assert SecretBox([NEW]).open(both.reseal(sealed)) == SECRETS


def test_a_foreign_key_and_a_damaged_secret_are_told() -> None:
    sealed = SecretBox([OLD]).seal(SECRETS)
    for box, text in ((SecretBox([NEW]), sealed), (SecretBox([OLD]), sealed[:-4]), (SecretBox([OLD]), "")):
        with pytest.raises(SecretUnreadable):
            box.open(text)
        with pytest.raises(SecretUnreadable):
            box.reseal(text)


def test_no_key_and_a_bad_key_are_refused_without_showing_it() -> None:
    with pytest.raises(KeyMissing):
        SecretBox([])
    with pytest.raises(KeyUnusable) as refused:
        SecretBox(["not-a-key"])
    assert "not-a-key" not in str(refused.value)


def test_the_embedded_default_makes_a_key_once_for_its_owner_only(tmp_path: Path) -> None:
    key_file = tmp_path / "data" / "key"
    with ThreadPoolExecutor(4) as pool:
        keys = {keys[0] for keys in pool.map(lambda _: embedded(key_file), range(8))}
    assert len(keys) == 1
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600
    assert [path.name for path in key_file.parent.iterdir()] == ["key"]
    SecretBox(list(keys)).seal(SECRETS)


def embedded(key_file: Path) -> list[str]:
    return list(encryption_keys([], database_url="sqlite:///x.db", key_file=key_file))


def test_configured_keys_win_and_another_database_needs_them(tmp_path: Path) -> None:
    url, key_file = "postgresql+psycopg://db/stockgate", tmp_path / "key"
    assert encryption_keys([NEW, OLD], database_url=url, key_file=key_file) == [NEW, OLD]
    with pytest.raises(KeyMissing):
        encryption_keys([], database_url=url, key_file=key_file)
    assert not key_file.exists()


def test_a_key_others_may_read_or_that_is_none_is_refused(tmp_path: Path) -> None:
    key_file = tmp_path / "key"
    load_or_make(key_file)
    key_file.chmod(0o644)
    with pytest.raises(KeyUnusable):
        load_or_make(key_file)
    key_file.chmod(0o600)
    key_file.write_text("garbage")
    with pytest.raises(KeyUnusable):
        load_or_make(key_file)
