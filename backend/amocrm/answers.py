"""What an answer of amoCRM means: data, nothing, or one of the port's errors."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import Any, NoReturn

import requests

from backend.ports.crm import (
    CrmBlocked,
    CrmDenied,
    CrmGarbled,
    CrmOutcomeUnknown,
    CrmPaymentRequired,
    CrmRefused,
    CrmThrottled,
    CrmUnavailable,
)

Json = dict[str, Any]

BLOCK_PAUSE = timedelta(minutes=15)
LONGEST_WAIT = timedelta(hours=1)


class Unauthorised(Exception):
    """401, for the client alone: a refresh may help."""


class NotThere(Exception):
    """404, for the client alone: no such entity, or no such account any more at this subdomain.

    `api`: the API itself said so (JSON), not a gateway's page. `words` are its own.
    """

    def __init__(self, *, api: bool, words: str) -> None:
        super().__init__(words)
        self.api = api
        self.words = words


def read_answer(response: requests.Response, *, write: bool) -> Json | None:
    """The JSON object, or None for 204 and for an accepted (202) write.

    Numbers with a point become Decimal. Raises the errors of the CRM port, Unauthorised and NotThere.
    """
    status = response.status_code
    if status == 204 or (write and status == 202 and not response.content):
        return None
    if status in (200, 201, 202):
        return _parsed(response, write=write)
    return raise_for(response, write=write)


def raise_for(response: requests.Response, *, write: bool) -> NoReturn:
    """Raise what a status that is no success means."""
    status = response.status_code
    if status == 401:
        raise Unauthorised
    if status == 402:
        raise CrmPaymentRequired("402", message=_words(response))
    if status == 403 and not is_json(response):
        raise CrmBlocked("403 with a page instead of JSON", after=BLOCK_PAUSE)
    if status == 403:
        raise CrmDenied("403", message=_words(response))
    if status == 404:
        raise NotThere(api=is_json(response), words=_words(response))
    if status == 429:
        raise CrmThrottled("429", after=told_to_wait(response))
    if status >= 500:
        raise CrmOutcomeUnknown(str(status)) if write else CrmUnavailable(str(status))
    if status >= 400:
        raise CrmRefused(str(status), status=status, message=_words(response), paths=_paths(response))
    raise CrmGarbled(f"status {status} is not part of the API")


def is_json(response: requests.Response) -> bool:
    """Whether the answer calls itself JSON (application/json, hal+json, problem+json)."""
    kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    return kind == "application/json" or kind.endswith("+json")


def body_of(response: requests.Response) -> Json:
    """The JSON object of an error, or an empty one: errors are parsed defensively, their shape is not promised."""
    if not is_json(response):
        return {}
    try:
        body = json.loads(response.content)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def told_to_wait(response: requests.Response) -> timedelta | None:
    """How long a 429 asks us to wait: `Retry-After` (seconds or a date), else `retry_after` of the JSON, else None."""
    header = response.headers.get("Retry-After", "").strip()
    seconds: object = int(header) if header.isdigit() else None
    if header and seconds is None:
        seconds = _seconds_between(response.headers.get("Date", ""), header)
    if seconds is None:
        seconds = body_of(response).get("retry_after")
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or seconds <= 0:
        return None
    return min(timedelta(seconds=seconds), LONGEST_WAIT)


def _seconds_between(sent: str, until: str) -> float | None:
    """Both by the server's clock, which need not agree with ours."""
    try:
        return (parsedate_to_datetime(until) - parsedate_to_datetime(sent)).total_seconds()
    except (TypeError, ValueError):
        return None


def _parsed(response: requests.Response, *, write: bool) -> Json:
    try:
        body = json.loads(response.content, parse_float=Decimal) if is_json(response) else None
    except ValueError:
        body = None
    if isinstance(body, dict):
        return body
    if write:
        raise CrmOutcomeUnknown("the answer to a write is not a JSON object")
    raise CrmGarbled("the answer is not a JSON object")


def _words(response: requests.Response) -> str:
    body = body_of(response)
    found = [e.get("detail") for e in _errors(body) if isinstance(e.get("detail"), str)]
    words = found or [body.get("detail"), body.get("title")]
    return " ".join(w for w in words if isinstance(w, str))[:500]


def _paths(response: requests.Response) -> list[str]:
    return [e["path"] for e in _errors(body_of(response)) if isinstance(e.get("path"), str)]


def _errors(body: Json) -> list[Json]:
    groups = body.get("validation-errors")
    if not isinstance(groups, list):
        return []
    lists = [g.get("errors") for g in groups if isinstance(g, dict)]
    return [e for errors in lists if isinstance(errors, list) for e in errors if isinstance(e, dict)]
