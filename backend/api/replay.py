"""Writes that may be sent twice: one key, one answer (docs/http-api.md), and what a one-time token may still do."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass

import structlog
from flask import Response, request
from prometheus_client import Counter

from backend.api.access import caller, identity
from backend.api.answers import send
from backend.api.context import context
from backend.api.json_body import read_json
from backend.api.problems import PROBLEM_TYPE, problem_of
from backend.domain.errors import Conflict, Forbidden, Invalid, Refused, Retryable, StockgateError
from backend.ports.store import StoredAnswer, TokenUse
from backend.services.accept_order import NotAllowed, StockTaken
from backend.services.deps import Services
from backend.services.show_panel import show_now
from backend.services.viewer import Caller
from backend.services.write_order import NotInQueue, PictureChanged

log = structlog.get_logger()

KEY_HEADER = "Idempotency-Key"
REPLAY_HEADER = "Idempotent-Replay"
UNKEPT = Counter("stockgate_answers_unkept_total", "Answers of writes that could not be kept for a repeat")
_WITH_PANEL = (PictureChanged, NotAllowed, StockTaken, NotInQueue)

Action = Callable[[Services, Caller], Response]


class KeyMissing(Invalid):
    """A write came without an Idempotency-Key."""

    code = "idempotency_key_missing"
    http_status = 400


class KeyInvalid(Invalid):
    """The Idempotency-Key is no UUID."""

    code = "idempotency_key_invalid"
    http_status = 400


class KeyMismatch(Conflict):
    """The key was used for another request."""

    code = "idempotency_mismatch"


class InProgress(Conflict):
    """The first request with this key is still being worked on."""

    code = "in_progress"


class TokenReused(Forbidden):
    """The one-time token wrote for another deal already."""

    code = "token_reused"


@dataclass(frozen=True, slots=True)
class _Claim:
    account_id: int
    user_id: int
    key: str


def write(action: Action, *, deal_id: int | None = None) -> Response:
    """Run a write once per key. A refusal is an answer too and is kept; after a failure outside the key is free again.

    Raises KeyMissing, KeyInvalid, KeyMismatch, InProgress, TokenReused, and what `action` raises.
    """
    claim = _Claim(caller().account_id, caller().user_id, _key())
    kept = _begin(claim, _request_hash(), deal_id)
    if kept is not None:
        return _again(kept)
    finished = False
    try:
        response = _answered(action, deal_id)
        finished = True
    finally:
        if not finished:
            _abandon(claim)
    _keep(claim, response)
    return response


def _begin(claim: _Claim, request_hash: str, deal_id: int | None) -> StoredAnswer | None:
    services, token = context().services, identity()
    with services.store.write() as unit:
        kept = unit.idempotency.begin(
            claim.account_id, claim.user_id, claim.key, request_hash, now=services.clock.now()
        )
        if kept is None:
            use = unit.idempotency.use_token(
                token.jti,
                account_id=claim.account_id,
                user_id=claim.user_id,
                deal_id=deal_id,
                expires_at=token.expires_at,
            )
            if use is TokenUse.OTHER_DEAL:
                raise TokenReused
    if kept is not None and kept.request_hash != request_hash:
        raise KeyMismatch
    return kept


def _again(kept: StoredAnswer) -> Response:
    if kept.status is None:
        waiting = problem_of(InProgress())
        waiting.headers["Retry-After"] = "2"
        return waiting
    response = send(kept.body, kept.status)
    if kept.status >= 400:
        response.mimetype = PROBLEM_TYPE
    response.headers[REPLAY_HEADER] = "true"
    return response


def _answered(action: Action, deal_id: int | None) -> Response:
    """The action's answer, or the refusal it ended with."""
    try:
        return action(context().services, caller())
    except Refused as refused:
        panel = _newest_panel(deal_id) if isinstance(refused, _WITH_PANEL) else None
        return problem_of(refused, panel=panel)


def _newest_panel(deal_id: int | None) -> bytes | None:
    """Where the refusal comes after a fresh look at the deal, the person gets that look with it."""
    if deal_id is None:
        return None
    try:
        return show_now(context().services, caller(), deal_id)
    except StockgateError as error:
        log.warning("panel.left_out", code=error.code)
        return None


def _keep(claim: _Claim, response: Response) -> None:
    """The work is done and its answer true even where it cannot be kept: a repeat then waits until the claim ends."""
    try:
        with context().services.store.write() as unit:
            unit.idempotency.finish(
                claim.account_id,
                claim.user_id,
                claim.key,
                status=response.status_code,
                body=response.get_data(),
            )
    except Retryable as error:
        UNKEPT.inc()
        log.warning("answer.unkept", code=error.code)


def _abandon(claim: _Claim) -> None:
    try:
        with context().services.store.write() as unit:
            unit.idempotency.abandon(claim.account_id, claim.user_id, claim.key)
    except Retryable as error:
        log.warning("key.unreleased", code=error.code)


def _key() -> str:
    text = request.headers.get(KEY_HEADER, "").strip()
    if not text:
        raise KeyMissing
    try:
        return str(uuid.UUID(text))
    except ValueError as no_uuid:
        raise KeyInvalid from no_uuid


def _request_hash() -> str:
    """Of what is asked, not of how it is written: order of fields and spaces do not count."""
    body = json.dumps(read_json(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return context().signer.digest(f"{request.method} {request.path}\n{body}".encode())
