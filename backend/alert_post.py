"""Alerts leave as a small JSON by POST to the address in the configuration."""

from __future__ import annotations

import json
from collections.abc import Mapping

import requests

from backend.ports.alarms import AlertRefused, AlertUndelivered

TIMEOUT = (3.0, 10.0)
"""Seconds to connect, and of silence while waiting for the answer."""
_LATER = frozenset({408, 425, 429})


class AlertPost:
    """Implements `ports.alarms.AlertSink`. Nothing from the environment, no redirects: a notice goes where it was meant
    to or nowhere. The address may hold a token and is never told to anybody."""

    def __init__(self, url: str, *, timeout: tuple[float, float] = TIMEOUT) -> None:
        self._url = url
        self._timeout = timeout

    def send(self, notice: Mapping[str, object]) -> None:
        body = json.dumps(dict(notice), ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json", "User-Agent": "Stockgate"}
        try:
            with requests.Session() as session:
                session.trust_env = False
                status = session.post(
                    self._url, data=body, headers=headers, timeout=self._timeout, allow_redirects=False, stream=True
                ).status_code
        except requests.RequestException as error:
            raise AlertUndelivered(type(error).__name__) from None
        if status >= 500 or status in _LATER:
            raise AlertUndelivered(f"HTTP {status}")
        if status >= 300:
            raise AlertRefused(f"HTTP {status}", status=status)
