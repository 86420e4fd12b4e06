"""Which hosts are amoCRM, and how they are reached."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

_LABELS = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")


@dataclass(frozen=True, slots=True)
class Platform:
    """Allowed hosts. A token or a code is never sent anywhere else.

    `suffixes` begin with a dot and are reached by https without a port; `insecure_hosts` are exact `host:port`
    names of a sandbox, reached by http; `authorize_host` serves the consent page.
    """

    suffixes: tuple[str, ...] = (".amocrm.ru", ".amocrm.com", ".kommo.com")
    insecure_hosts: frozenset[str] = frozenset()
    authorize_host: str = "www.amocrm.ru"

    def host(self, text: str) -> str | None:
        """`text` (a bare host) in lower case if it is one of the platform's, else None."""
        host = text.strip().lower()
        if host in self.insecure_hosts:
            return host
        for suffix in self.suffixes:
            if host.endswith(suffix) and _LABELS.fullmatch(host.removesuffix(suffix)):
                return host
        return None

    def host_of(self, url: str) -> str | None:
        """The allowed host of an absolute address with the right scheme, else None."""
        try:
            parts = urlsplit(url)
        except ValueError:
            return None
        host = self.host(parts.netloc)
        return host if host and parts.scheme == self._scheme(host) else None

    def origin(self, host: str) -> str:
        """Scheme and host; what a browser calls the page's origin."""
        return f"{self._scheme(host)}://{host}"

    def _scheme(self, host: str) -> str:
        return "http" if host in self.insecure_hosts else "https"


@dataclass(frozen=True, slots=True)
class Integration:
    """One integration registered with amoCRM. `redirect_uri` must equal the registered one byte for byte."""

    client_id: str
    client_secret: str = field(repr=False)
    redirect_uri: str = ""
    user_agent: str = "Stockgate/0.1"

    @property
    def audience(self) -> str:
        """Scheme and host (no port) that a one-time token must be meant for."""
        parts = urlsplit(self.redirect_uri)
        return f"{parts.scheme}://{parts.hostname}"
