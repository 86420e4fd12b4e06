"""Everything one running account consists of, handed to whoever needs it."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import current_app
from joserfc.jwk import RSAKey

from .bus import Bus
from .clock import Clock
from .faults import Faults
from .limits import Limiter, LimitRules
from .store import Doc, Store


@dataclass
class TokenMode:
    """How disposable tokens are made: with or without `is_admin`, spoilt on purpose, new for each call or not."""

    is_admin_claim: bool = True
    expired: bool = False
    wrong_audience: bool = False
    wrong_key: bool = False
    cached: bool = False


@dataclass
class World:
    """One account: state, time, and the switches of the control surface."""

    store: Store
    clock: Clock
    data_dir: Path
    limiter: Limiter = field(default_factory=lambda: Limiter(LimitRules()))
    faults: Faults = field(default_factory=Faults)
    bus: Bus = field(default_factory=Bus)
    token_mode: TokenMode = field(default_factory=TokenMode)
    request_log: deque[Doc] = field(default_factory=lambda: deque(maxlen=20000))
    hook_log: deque[Doc] = field(default_factory=lambda: deque(maxlen=5000))
    install_log: deque[Doc] = field(default_factory=lambda: deque(maxlen=500))
    switches: dict[str, Any] = field(default_factory=lambda: {"reuse_widget_object": False})
    signing_key: RSAKey | None = None
    hooks: Any = None
    url: str = ""
    drive_url: str = ""
    lock: threading.RLock = field(default_factory=threading.RLock)

    @property
    def account(self) -> Doc:
        """The account's document."""
        account = self.store.get("account", "account")
        assert account is not None, "the account is seeded before anything is served"
        return account

    @property
    def host(self) -> str:
        """Where the account lives now, `name:port`; a rename changes the name."""
        parts = urlsplit(self.url)
        return f"{self.account.get('host') or parts.hostname}:{parts.port}"

    @property
    def base_url(self) -> str:
        """The account's address."""
        return f"http://{self.host}"

    @property
    def cookie_name(self) -> str:
        """Cookies do not know ports: several accounts on one machine must not share a name."""
        return f"session_id_{urlsplit(self.url).port}"


def world() -> World:
    """The world of the request being answered."""
    found: World = current_app.extensions["world"]
    return found
