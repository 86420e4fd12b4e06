"""Where the encryption key comes from when nobody configured one."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from cryptography.fernet import Fernet
from sqlalchemy.engine import make_url

from backend.storage.errors import KeyMissing, KeyUnusable


def encryption_keys(configured: Sequence[str], *, database_url: str, key_file: Path) -> Sequence[str]:
    """The configured keys (first seals, all open); else, on SQLite, one kept in `key_file`, made at the first start.

    Raises KeyMissing for another database: several machines would each make their own.
    """
    if configured:
        return configured
    if make_url(database_url).get_backend_name() != "sqlite":
        raise KeyMissing("configure an encryption key for this database")
    return [load_or_make(key_file)]


def load_or_make(key_file: Path) -> str:
    """The key in the file, made (readable by its owner only) if it is not there.

    Raises KeyUnusable for a file that others may read or that holds no key.
    """
    key_file.parent.mkdir(parents=True, exist_ok=True)
    if not key_file.exists():
        _make(key_file)
    return _load(key_file)


def _make(key_file: Path) -> None:
    """Written aside and linked into place: of two that start at once both read the first one's whole key."""
    descriptor, draft = tempfile.mkstemp(dir=key_file.parent, prefix=".key-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(Fernet.generate_key())
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(draft, key_file)
    finally:
        os.unlink(draft)


def _load(key_file: Path) -> str:
    if key_file.stat().st_mode & 0o077:
        raise KeyUnusable("the key file may be read by others")
    key = key_file.read_text("ascii").strip()
    try:
        Fernet(key)
    except ValueError as error:
        raise KeyUnusable("the key file holds no key") from error
    return key
