"""Requests to one account's API: token, budget, refresh, rename, errors and the record of the exchange."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from random import uniform
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests

from backend.amocrm.answers import BLOCK_PAUSE, Json, NotThere, Unauthorised, read_answer
from backend.amocrm.keeper import LiveTokens, pair_of
from backend.amocrm.platform import Integration, Platform
from backend.amocrm.wire import TIMEOUT, Call, Outgoing, encoded, new_session, send
from backend.domain.errors import OutsideError
from backend.ports.clock import Clock
from backend.ports.crm import (
    CrmBlocked,
    CrmDenied,
    CrmExchange,
    CrmGarbled,
    CrmRefused,
    CrmThrottled,
    ExchangeSink,
)
from backend.ports.tokens import AccountTokens, Priority, RateBudget, priority_now

API = "/api/v4/"
PAGES = 400
LONGEST_BACKOFF = 60.0
PATIENCE = timedelta(seconds=3)
LOOK_AGAIN = timedelta(minutes=10)

Pairs = Sequence[tuple[str, object]]


class AmoClient:
    """One account. Safe to call from several threads. Raises the errors of the CRM port and nothing else.

    `calls` counts requests that left (repeats after a refresh included); `sink` gets a record of each.
    """

    def __init__(
        self,
        account_id: int,
        *,
        tokens: LiveTokens,
        budget: RateBudget,
        platform: Platform,
        integration: Integration,
        clock: Clock,
        priority: Priority = Priority.PERSON,
        sink: ExchangeSink | None = None,
        session: requests.Session | None = None,
        timeout: tuple[float, float] = TIMEOUT,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.account_id = account_id
        self.calls = 0
        self._tokens = tokens
        self._budget = budget
        self._platform = platform
        self._agent = integration.user_agent
        self._client_id = integration.client_id
        self._clock = clock
        self._priority = priority
        self._sink = sink
        self._session = session or new_session()
        self._timeout = timeout
        self._sleep = sleep
        self._guard = threading.Lock()
        self._throttled_in_a_row = 0
        self._looked_at: datetime | None = None

    @property
    def domain(self) -> str:
        """The account's host as it is known now."""
        return self._tokens.current(self.account_id).domain

    def get(self, path: str, params: Pairs = (), *, as_user: int | None = None) -> Json | None:
        """One object or page; None for 204 and for an entity that does not exist."""
        return self._request(Call("GET", path, _texts(params), as_user=as_user))

    def pages(self, path: str, key: str, params: Pairs = ()) -> Iterator[Json]:
        """Every item of a list, following `_links.next` on this account's host only."""
        call: Call | None = Call("GET", path, _texts(params))
        for _ in range(PAGES):
            page = self._request(call) if call else None
            if page is None:
                return
            yield from embedded(page, key)
            call = self._next(page)
        raise CrmGarbled(f"more than {PAGES} pages of {key}")

    def write(self, method: str, path: str, body: Any = None) -> Json | None:
        """POST, PATCH, PUT or DELETE with the integration's own rights; None where the answer has no body."""
        return self._request(Call(method, path, body=body))

    def upload(self, url: str, body: Any) -> Json | None:
        """POST to a whole address of the drive: JSON, or bytes (then the address carries a token and is not recorded).

        Nothing is seen of an upload until it is attached, so a lost answer is CrmUnavailable.
        """
        if self._platform.host_of(url) is None:
            raise CrmGarbled("the drive's address is outside the platform")
        return self._request(Call("POST", url, body=body, harmless=True))

    def _next(self, page: Json) -> Call | None:
        link = (page.get("_links") or {}).get("next") or {}
        parts = urlsplit(str(link.get("href") or ""))
        if not parts.path.startswith(API):
            return None
        return Call("GET", parts.path.removeprefix(API), tuple(parse_qsl(parts.query, keep_blank_values=True)))

    def _request(self, call: Call) -> Json | None:
        """A person's request that is throttled for a moment waits it out, once; 429 means that nothing was done."""
        try:
            return self._attempt(call)
        except CrmThrottled as throttled:
            brief = throttled.after is not None and throttled.after <= PATIENCE
            if not brief or priority_now(self._priority) is not Priority.PERSON:
                raise
            self._sleep((throttled.after or PATIENCE).total_seconds())
        return self._attempt(call)

    def _attempt(self, call: Call) -> Json | None:
        self._budget.take(self.account_id, priority_now(self._priority))
        access = self._tokens.current(self.account_id)
        try:
            return self._once(call, access)
        except Unauthorised:
            return self._authorised_again(call, access)
        except NotThere as missing:
            moved = self._moved(access, missing)
            if moved is not None:
                return self._again(call, moved)
            _missing(call, missing)
            return None

    def _authorised_again(self, call: Call, access: AccountTokens) -> Json | None:
        if call.as_user is None:
            return self._again(call, self._tokens.renew(access))
        self._request(Call("GET", "account"))  # is it our token, or this user whom the platform refuses?
        newer = self._tokens.current(self.account_id)
        if newer.domain == access.domain and pair_of(newer).access == pair_of(access).access:
            raise CrmDenied("401 for this user only", user_id=call.as_user)
        return self._again(call, newer)

    def _again(self, call: Call, access: AccountTokens, *, may_move: bool = True) -> Json | None:
        self._budget.take(self.account_id, priority_now(self._priority))
        try:
            return self._once(call, access)
        except NotThere as missing:
            _missing(call, missing)
            return None
        except Unauthorised:
            if call.as_user is not None:
                raise CrmDenied("401 for this user only", user_id=call.as_user) from None
            moved = self._tokens.follow(access) if may_move else None
            if moved is None:
                raise self._tokens.give_up(access) from None
        return self._again(call, moved, may_move=False)

    def _moved(self, access: AccountTokens, missing: NotThere) -> AccountTokens | None:
        """A renamed account answers 404 to everything, which must not read as "the deal was deleted".

        The platform is asked at every page of a gateway, and at most once in ten minutes for the API's own 404.
        """
        now = self._clock.now()
        if missing.api and self._looked_at is not None and now - self._looked_at < LOOK_AGAIN:
            return None
        self._looked_at = now
        return self._tokens.follow(access)

    def _once(self, call: Call, access: AccountTokens) -> Json | None:
        started = time.monotonic()
        response: requests.Response | None = None
        outcome = "ok"
        try:
            response = send(self._session, self._outgoing(call, access), self._timeout)
            answer = read_answer(response, write=call.write)
            self._throttled_in_a_row = 0
            return answer
        except (Unauthorised, NotThere) as refused:
            outcome = type(refused).__name__.lower()
            raise
        except OutsideError as failed:
            outcome = failed.code
            raise self._stop(failed) from failed.__cause__
        finally:
            self._record(call, response, timedelta(seconds=time.monotonic() - started), outcome)

    def _outgoing(self, call: Call, access: AccountTokens) -> Outgoing:
        headers = {
            "Authorization": f"Bearer {pair_of(access).access}",
            "User-Agent": self._agent,
            "X-Client-UUID": self._client_id,
            "Accept": "application/hal+json, application/json",
        }
        if call.as_user is not None:
            headers["X-Context-User-ID"] = str(call.as_user)
        content = call.body if isinstance(call.body, bytes) else None
        if call.body is not None and content is None:
            content = encoded(call.body)
            headers["Content-Type"] = "application/json"
        absolute = call.path.startswith(("https://", "http://"))
        url = call.path if absolute else self._platform.origin(access.domain) + API + call.path
        return Outgoing(call.method, url, call.write, call.params, headers, content)

    def _stop(self, failed: OutsideError) -> OutsideError:
        """After 429 or a block nothing of this account leaves for a while, in any process."""
        now = self._clock.now()
        if isinstance(failed, CrmBlocked):
            self._budget.stop(self.account_id, now + BLOCK_PAUSE, blocked=True)
        if isinstance(failed, CrmThrottled):
            with self._guard:
                failed.after = failed.after or self._backoff()
                self._throttled_in_a_row += 1
            self._budget.stop(self.account_id, now + failed.after)
        return failed

    def _backoff(self) -> timedelta:
        """1, 2, 4 … 60 seconds, and up to a quarter more so that processes do not come back together."""
        seconds = min(2.0 ** min(self._throttled_in_a_row, 6), LONGEST_BACKOFF)
        return timedelta(seconds=seconds * uniform(1.0, 1.25))  # noqa: S311

    def _record(self, call: Call, response: requests.Response | None, took: timedelta, outcome: str) -> None:
        with self._guard:
            self.calls += 1
        if self._sink is None:
            return
        status = None if response is None else response.status_code
        request_id = "" if response is None else response.headers.get("X-Request-Id", "")[:100]
        path = "drive:upload" if isinstance(call.body, bytes) else urlsplit(call.path).path
        self._sink(CrmExchange(self.account_id, call.method, path, status, request_id, took, outcome, call.as_user))


def _missing(call: Call, missing: NotThere) -> None:
    """Nothing, for a read of an entity that is not there; an error where something had to be."""
    if call.write:
        raise CrmRefused("404", status=404, message=missing.words)
    if not missing.api:
        raise CrmGarbled("404 with a page instead of JSON")


def embedded(page: Json | None, key: str) -> list[Json]:
    """The list `_embedded[key]`, empty where there is none. Raises CrmGarbled for another shape."""
    found = ((page or {}).get("_embedded") or {}).get(key)
    if found is None:
        return []
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        raise CrmGarbled(f"{key} is not a list of objects")
    return found


def _texts(params: Pairs) -> tuple[tuple[str, str], ...]:
    return tuple((name, str(value)) for name, value in params)
