"""The HTTP session of ERP adapters: time-outs, checked addresses, size limit, circuit breaker, exchange log."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from http.cookiejar import DefaultCookiePolicy
from urllib.parse import urlsplit

import pybreaker
import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NameResolutionError, NewConnectionError

from backend.domain.errors import OutsideError
from backend.erp.exchange import Exchange, ExchangeLog, no_log
from backend.erp.network import NetworkPolicy
from backend.erp.slots import Slots
from backend.ports.erp import (
    ErpAddressForbidden,
    ErpBusy,
    ErpDenied,
    ErpGarbled,
    ErpOutcomeUnknown,
    ErpRefused,
    ErpUnavailable,
)

CHUNK = 64 * 1024
GATEWAY = frozenset({502, 504})
"""What a proxy answers for an ERP that does not."""


@dataclass(frozen=True, slots=True)
class HttpLimits:
    """Seconds to connect, to wait for a byte, and for a whole answer; answer size in bytes; connections kept open;
    requests under way at once, and seconds without movement after which more are turned away; failures in a row that
    open the breaker, and seconds until it lets one through again."""

    connect_seconds: float = 3.0
    read_seconds: float = 20.0
    total_seconds: float = 60.0
    answer_bytes: int = 50_000_000
    connections: int = 8
    at_once: int = 8
    stuck_seconds: float = 1.0
    breaker_failures: int = 5
    breaker_seconds: float = 15.0


class NotAsked(ErpUnavailable):
    """The breaker is open: the ERP failed too often and is left alone for a while; asking at once again is no use."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be sent. `operation`: the adapter's name for it, for the log. `writes`: it may change something."""

    method: str
    path: str
    operation: str
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    writes: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer read to its end."""

    status: int
    body: bytes
    content_type: str


class ErpHttp:
    """One connection's session. Thread-safe. `calls` counts the requests that left; `breaker` is told when the breaker
    opens (True) and closes."""

    def __init__(
        self,
        base_url: str,
        *,
        policy: NetworkPolicy,
        limits: HttpLimits = HttpLimits(),
        log: ExchangeLog = no_log,
        breaker: Callable[[bool], None] = lambda opened: None,
        verify: bool | str = True,
    ) -> None:
        policy.check_url(base_url)
        self._base = base_url.rstrip("/")
        self._host = urlsplit(base_url).hostname or ""
        self._limits = limits
        self._log = log
        self._verify = verify
        self._session = _session(policy, limits)
        self._breaker = pybreaker.CircuitBreaker(
            fail_max=limits.breaker_failures,
            reset_timeout=limits.breaker_seconds,
            exclude=[ErpBusy, ErpDenied, ErpRefused, ErpAddressForbidden, ErpGarbled],
            throw_new_error_on_trip=False,
            listeners=[_BreakerState(breaker)],
        )
        breaker(False)
        self._slots = Slots(limits.at_once, stuck_seconds=limits.stuck_seconds)
        self._counter = threading.Lock()
        self.calls = 0

    def send(self, request: Request) -> Answer:
        """Send and read the answer; any HTTP status but a redirect or a gateway's comes back. Raises ErpUnavailable
        (nothing was done), NotAsked, Crowded (too much waits for it), ErpAddressForbidden, and once a request that
        `writes` has left: ErpOutcomeUnknown."""
        try:
            with self._slots.taken(), self._breaker.calling():
                return self._once(request)
        except pybreaker.CircuitBreakerError as error:
            wait = timedelta(seconds=self._limits.breaker_seconds)
            raise NotAsked("it failed too often", after=wait) from error

    def close(self) -> None:
        """Close pooled connections."""
        self._session.close()

    def _once(self, request: Request) -> Answer:
        with self._counter:
            self.calls += 1
        with self._logged(request) as note:
            answer = note.found = self._exchange(request)
            if 300 <= answer.status < 400:
                # Nothing is done by a redirect, and a body or a password must not follow it to another place.
                raise ErpUnavailable(f"HTTP {answer.status}: the address in the settings is not the final one")
            if answer.status in GATEWAY:
                raise _unheard(f"HTTP {answer.status}", request.writes)
            return answer

    def _exchange(self, request: Request) -> Answer:
        limits = self._limits
        deadline = time.monotonic() + limits.total_seconds
        try:
            with self._session.request(
                request.method,
                self._base + request.path,
                data=request.body or None,
                headers=dict(request.headers),
                timeout=(limits.connect_seconds, limits.read_seconds),
                allow_redirects=False,
                verify=self._verify,
                stream=True,
            ) as response:
                content = _read(response, limits.answer_bytes, deadline, request.writes)
                return Answer(response.status_code, content, response.headers.get("Content-Type", ""))
        except requests.RequestException as error:
            raise _lost(error, request.writes) from error

    @contextmanager
    def _logged(self, request: Request) -> Iterator[_Note]:
        started = time.monotonic()
        note = _Note()
        exchange = Exchange(request.method, self._host, request.operation, None, 0.0, len(request.body), 0)
        try:
            yield note
        except OutsideError as error:
            status = note.found.status if note.found is not None else None
            failure = type(error).__name__
            self._log(replace(exchange, seconds=time.monotonic() - started, status=status, failure=failure))
            raise
        if note.found is not None:
            seconds = time.monotonic() - started
            found = note.found
            self._log(replace(exchange, seconds=seconds, status=found.status, received=len(found.body)))


class _BreakerState(pybreaker.CircuitBreakerListener):
    """Tells when the breaker opens and closes; a half-open one is still open."""

    def __init__(self, told: Callable[[bool], None]) -> None:
        self._told = told

    def state_change(
        self,
        cb: pybreaker.CircuitBreaker,
        old_state: pybreaker.CircuitBreakerState | None,
        new_state: pybreaker.CircuitBreakerState,
    ) -> None:
        if new_state.name != pybreaker.STATE_HALF_OPEN:
            self._told(new_state.name == pybreaker.STATE_OPEN)


class _Note:
    """Carries the answer out of the logged block."""

    found: Answer | None = None


def _read(response: requests.Response, limit: int, deadline: float, writes: bool) -> bytes:
    """The body, decoded; stops at the size limit and at the deadline."""
    parts: list[bytes] = []
    size = 0
    for chunk in _pieces(response):
        size += len(chunk)
        if size > limit:
            raise _unheard("answer too large", writes)
        if time.monotonic() > deadline:
            raise _unheard("answer too slow", writes)
        parts.append(chunk)
    return b"".join(parts)


def _pieces(response: requests.Response) -> Iterator[bytes]:
    """The body as it comes. `iter_content` would wait until a chunk is full: hours, where a byte comes now and then."""
    try:
        while piece := response.raw.read1(CHUNK, decode_content=True):
            yield piece
    except HTTPError as error:
        raise requests.ConnectionError(error) from error


def _unheard(why: str, writes: bool) -> OutsideError:
    return ErpOutcomeUnknown(why) if writes else ErpUnavailable(why)


def _lost(error: requests.RequestException, writes: bool) -> OutsideError:
    """Was the request sent? Only a failure to connect proves that it was not."""
    reason = getattr(error.args[0], "reason", None) if error.args else None
    never_sent = isinstance(error, requests.ConnectTimeout) or isinstance(
        reason, (NewConnectionError, ConnectTimeoutError, NameResolutionError)
    )
    if never_sent or not writes:
        return ErpUnavailable(type(error).__name__)
    return ErpOutcomeUnknown(type(error).__name__)


def _session(policy: NetworkPolicy, limits: HttpLimits) -> requests.Session:
    session = requests.Session()
    session.trust_env = False
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    adapter = _GuardedAdapter(policy, limits.connections)
    session.mount("http://", adapter)
    session.mount("https://", adapter)
    return session


class _GuardedAdapter(HTTPAdapter):
    """Opens connections only to addresses the policy allows."""

    def __init__(self, policy: NetworkPolicy, connections: int) -> None:
        self._policy = policy
        super().__init__(pool_connections=1, pool_maxsize=connections, pool_block=False, max_retries=0)

    def init_poolmanager(self, *args: object, **kwargs: object) -> None:
        super().init_poolmanager(*args, **kwargs)  # type: ignore[arg-type]
        self.poolmanager.pool_classes_by_scheme = _guarded_pools(self._policy)


def _guarded_pools(policy: NetworkPolicy) -> dict[str, type[HTTPConnectionPool]]:
    """Pools whose connections resolve once, check, and connect to what was checked (no second look-up)."""

    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return _connect(policy, self)

    class Secure(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return _connect(policy, self)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}


def _connect(policy: NetworkPolicy, connection: HTTPConnection) -> socket.socket:
    failure: OSError | None = None
    for address in policy.addresses(connection.host, connection.port or 443):
        try:
            opened = socket.create_connection((address, connection.port), timeout=_seconds(connection))
        except TimeoutError as error:
            raise ConnectTimeoutError(connection, "connect timed out") from error
        except OSError as error:
            failure = error
        else:
            opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return opened
    raise NewConnectionError(connection, "cannot connect") from failure


def _seconds(connection: HTTPConnection) -> float | None:
    timeout = connection.timeout
    return float(timeout) if isinstance(timeout, (int, float)) else None
