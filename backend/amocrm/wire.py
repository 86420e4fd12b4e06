"""One HTTP request to amoCRM: time-outs, no redirects, no cookies, and what a lost connection means."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from http.cookiejar import DefaultCookiePolicy
from typing import Any, NoReturn

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NewConnectionError

from backend.ports.crm import CrmGarbled, CrmOutcomeUnknown, CrmUnavailable

TIMEOUT = (5.0, 20.0)
"""Seconds to connect, and of silence while reading; as the platform's own SDK has them."""
POOL = 16


@dataclass(frozen=True, slots=True)
class Call:
    """A request before it has a host and a token. `params` are query pairs, in order, names may repeat.

    `path` is below `/api/v4/`, or a whole address of the drive. `harmless`: losing the answer changes nothing that
    anybody sees, so a repeat is free.
    """

    method: str
    path: str
    params: tuple[tuple[str, str], ...] = ()
    body: Any = None
    as_user: int | None = None
    harmless: bool = False

    @property
    def write(self) -> bool:
        """Whether something may have happened if the answer is lost."""
        return self.method != "GET" and not self.harmless


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A request ready to leave. `content` raw bytes; headers carry the token, hence no `repr`."""

    method: str
    url: str
    write: bool
    params: tuple[tuple[str, str], ...] = ()
    headers: dict[str, str] = field(default_factory=dict, repr=False)
    content: bytes | None = field(default=None, repr=False)


def new_session() -> requests.Session:
    """A pooled session that threads may share: no cookies, nothing from the environment (a netrc would win)."""
    session = requests.Session()
    session.trust_env = False
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    adapter = HTTPAdapter(pool_connections=POOL, pool_maxsize=POOL)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session


def send(session: requests.Session, call: Outgoing, timeout: tuple[float, float]) -> requests.Response:
    """The whole answer, whatever its status.

    A connection that failed raises CrmUnavailable, CrmGarbled or, for a write that may have arrived,
    CrmOutcomeUnknown.
    """
    try:
        return session.request(
            call.method,
            call.url,
            params=list(call.params),
            data=call.content,
            headers=call.headers,
            timeout=timeout,
            allow_redirects=False,
        )
    except requests.RequestException as lost:
        _raise_lost(lost, write=call.write)


def encoded(body: Any) -> bytes:
    """JSON as amoCRM reads it."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def _raise_lost(lost: requests.RequestException, *, write: bool) -> NoReturn:
    name = type(lost).__name__
    if _never_sent(lost):
        raise CrmUnavailable(f"not sent: {name}") from lost
    if write:
        raise CrmOutcomeUnknown(f"no answer: {name}") from lost
    if isinstance(lost, requests.exceptions.ChunkedEncodingError | requests.exceptions.ContentDecodingError):
        raise CrmGarbled(f"half an answer: {name}") from lost
    raise CrmUnavailable(f"no answer: {name}") from lost


def _never_sent(lost: requests.RequestException) -> bool:
    if isinstance(lost, requests.exceptions.ConnectTimeout | requests.exceptions.SSLError):
        return True
    cause = lost.args[0] if lost.args else None
    reason = cause.reason if isinstance(cause, MaxRetryError) else cause
    return isinstance(reason, NewConnectionError | ConnectTimeoutError)
