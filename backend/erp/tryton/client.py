"""JSON-RPC with one session per connection, shared by all threads."""

from __future__ import annotations

import base64
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

from tenacity import (
    Retrying,
    retry_if_exception_type,
    retry_if_not_exception_type,
    stop_after_attempt,
    stop_after_delay,
    wait_random_exponential,
)

from backend.erp.http import Answer, ErpHttp, NotAsked, Request
from backend.erp.slots import Crowded
from backend.erp.tryton import wire
from backend.erp.tryton.errors import error_from
from backend.erp.tryton.settings import TrytonSettings
from backend.ports.erp import (
    ErpBusy,
    ErpDenied,
    ErpGarbled,
    ErpOutcomeUnknown,
    ErpRefused,
    ErpSignInRefused,
    ErpUnavailable,
)

Row = Mapping[str, Any]
Context = Mapping[str, object]
Found = TypeVar("Found")

TOO_MANY_LOGINS = timedelta(seconds=30)
SIDE_BY_SIDE = 4
"""Calls of one question that may be under way at once."""


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in session: the header that carries it, and the user's preferences."""

    header: str
    user_id: int
    preferences: Row


class SessionLost(ErpUnavailable):
    """401: the session is unknown to the server (restarted, expired). Nothing was done."""


class TrytonClient:
    """Calls by name. Reads are repeated with back-off while the server is busy or away; writes are sent once."""

    def __init__(self, settings: TrytonSettings, http: ErpHttp, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self._settings = settings
        self._http = http
        self._sleep = sleep
        self._lock = threading.Lock()
        self._door = threading.Lock()
        self._session: Session | None = None
        self._path = f"/{settings.database}/rpc/"

    @property
    def calls(self) -> int:
        """Requests sent so far."""
        return self._http.calls

    def session(self) -> Session:
        """The shared session; signs in when there is none, one thread at a time: the others wait for it, but not behind
        a server that hangs. Raises ErpSignInRefused on wrong credentials, Crowded."""
        known = self._session
        if known is not None:
            return known
        if not self._door.acquire(timeout=self._settings.door_seconds):
            raise Crowded("another thread is signing in")
        try:
            known = self._session
            if known is None:
                known = self._session = self._sign_in()
            return known
        finally:
            self._door.release()

    def server_version(self) -> str:
        """'8.0', without a session."""
        return str(self._result(self._post("/rpc/", "common.server.version", []), writes=False))

    def read(self, method: str, *params: object, context: Context | None = None) -> Any:
        """A call that changes nothing."""
        return self.patiently(lambda: self._call(method, params, context, writes=False))

    def write(self, method: str, *params: object, context: Context | None = None) -> Any:
        """A call that may change something, sent once. ErpBusy: nothing was done. ErpOutcomeUnknown: look."""
        return self._call(method, params, context, writes=True)

    def rows(
        self,
        model: str,
        domain: Sequence[object],
        fields: Sequence[str],
        *,
        context: Context | None = None,
        order: Sequence[tuple[str, str]] | None = None,
        limit: int | None = None,
        offset: int = 0,
        archived: bool = False,
    ) -> list[Row]:
        """search_read, `archived` ones too if wished. Every row holds every field that was asked (dotted ones under
        'name.'), else ErpGarbled."""
        # A clause on `active` would not do: Tryton adds its own to every part of an OR that has none.
        context = {**(context or {}), "active_test": False} if archived else context
        found = self.read(f"model.{model}.search_read", domain, offset, limit, order, ["id", *fields], context=context)
        if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
            raise ErpGarbled(f"{model}: rows expected")
        wanted = {_key(name) for name in fields} | {"id"}
        for row in found:
            if not wanted <= row.keys():
                raise ErpGarbled(f"{model}: {', '.join(sorted(wanted - row.keys()))} missing")
        return found

    def patiently(self, step: Callable[[], Found]) -> Found:
        """Run `step` until it is neither refused for being busy nor unheard, a few times, with jitter. For steps that
        read, or that look at the state before they act."""
        retrying = Retrying(
            retry=retry_if_exception_type((ErpBusy, ErpUnavailable, ErpGarbled))
            & retry_if_not_exception_type((Crowded, NotAsked)),
            stop=stop_after_attempt(self._settings.attempts) | stop_after_delay(self._settings.patience_seconds),
            wait=wait_random_exponential(multiplier=0.1, max=2),
            sleep=self._sleep,
            reraise=True,
        )
        return retrying(step)

    def _call(self, method: str, params: Sequence[object], context: Context | None, *, writes: bool) -> Any:
        session = self.session()
        try:
            return self._call_in(session, method, params, context, writes=writes)
        except SessionLost:
            self._forget(session)
        return self._call_in(self.session(), method, params, context, writes=writes)

    def _call_in(
        self, session: Session, method: str, params: Sequence[object], context: Context | None, *, writes: bool
    ) -> Any:
        company = session.preferences.get("company")
        whole = {"company": company, "language": self._settings.language, **(context or {})}
        answer = self._post(self._path, method, [*params, whole], header=session.header, writes=writes)
        return self._result(answer, writes=writes)

    def _sign_in(self) -> Session:
        secret = {"password": self._settings.password}
        params = [self._settings.login, secret, self._settings.language]
        try:
            found = self._result(self._post(self._path, "common.db.login", params), writes=False)
        except (SessionLost, ErpRefused) as error:
            raise ErpSignInRefused("login refused") from error
        if not isinstance(found, list) or len(found) < 2:
            raise ErpGarbled("login answered oddly")
        token = base64.b64encode(f"{self._settings.login}:{found[0]}:{found[1]}".encode()).decode()
        header = f"Session {token}"
        answer = self._post(self._path, "model.res.user.get_preferences", [True, {}], header=header)
        preferences = self._result(answer, writes=False)
        if not isinstance(preferences, dict):
            raise ErpGarbled("preferences answered oddly")
        return Session(header, int(found[0]), preferences)

    def _forget(self, session: Session) -> None:
        with self._lock:
            if self._session is session:
                self._session = None

    def _post(
        self, path: str, method: str, params: Sequence[object], *, header: str = "", writes: bool = False
    ) -> Answer:
        body = wire.dumps({"id": 1, "method": method, "params": params})
        headers = {"Content-Type": "application/json"} | ({"Authorization": header} if header else {})
        return self._http.send(Request("POST", path, method, body, headers, writes))

    def _result(self, answer: Answer, *, writes: bool) -> Any:
        """What a 200 says; otherwise the error the status stands for."""
        if answer.status != 200:
            raise _status_error(answer.status, writes=writes)
        try:
            found = wire.loads(answer.body)
        except (ValueError, ArithmeticError, KeyError, TypeError) as error:
            raise _unreadable(writes) from error
        if not isinstance(found, dict) or not ("result" in found or "error" in found):
            # Tryton leaves the envelope away only for calls that carried no id.
            raise _unreadable(writes)
        if found.get("error") is not None:
            raise error_from(found["error"])
        return found["result"]


def _status_error(status: int, *, writes: bool) -> Exception:
    """What an HTTP status other than 200 means. A 503 comes from Tryton's own retries giving up: nothing was done."""
    known: Mapping[int, Exception] = {
        401: SessionLost("session unknown"),
        403: ErpDenied("method not open", right="method"),
        429: ErpBusy("too many sign-ins", after=TOO_MANY_LOGINS),
        503: ErpBusy("busy"),
    }
    if status in known:
        return known[status]
    if 400 <= status < 500:
        return ErpRefused(f"HTTP {status}", message="")
    return ErpOutcomeUnknown(f"HTTP {status}") if writes else ErpUnavailable(f"HTTP {status}")


def _unreadable(writes: bool) -> Exception:
    return ErpOutcomeUnknown("unreadable answer") if writes else ErpGarbled("unreadable answer")


def _key(name: str) -> str:
    base, dot, _ = name.partition(".")
    return base + dot
