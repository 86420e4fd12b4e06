"""Secrets at rest: sealed with the first key, opened with any (so keys can be changed without a stop)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from backend.storage.errors import KeyMissing, KeyUnusable, SecretUnreadable


class SecretBox:
    """Seals small mappings of text. Raises KeyMissing without keys, KeyUnusable for something that is no Fernet key."""

    def __init__(self, keys: Sequence[str]) -> None:
        if not keys:
            raise KeyMissing
        try:
            self._fernet = MultiFernet([Fernet(key) for key in keys])
        except ValueError as error:
            raise KeyUnusable from error

    def seal(self, secrets: Mapping[str, str]) -> str:
        return self._fernet.encrypt(json.dumps(dict(secrets)).encode()).decode()

    def open(self, sealed: str) -> Mapping[str, str]:
        """Raises SecretUnreadable where no key fits."""
        try:
            opened: dict[str, str] = json.loads(self._fernet.decrypt(sealed.encode()))
        except InvalidToken as error:
            raise SecretUnreadable from error
        return opened

    def reseal(self, sealed: str) -> str:
        """The same secret under the first key. Raises SecretUnreadable."""
        try:
            return self._fernet.rotate(sealed.encode()).decode()
        except InvalidToken as error:
            raise SecretUnreadable from error
