"""Answers to writes, and used tokens."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, delete, select, update

from backend.ports.store import StoredAnswer, TokenUse
from backend.storage.rows import add_new, same
from backend.storage.tables import answer, token_use

KEPT = timedelta(hours=48)
CLAIM_LASTS = timedelta(minutes=2)


class SqlIdempotency:
    """Implements `ports.store.IdempotencyRepository`."""

    def __init__(self, sql: Connection) -> None:
        self._sql = sql

    def begin(
        self, account_id: int, user_id: int, key: str, request_hash: str, *, now: datetime
    ) -> StoredAnswer | None:
        """A claim left open longer than any request lives (its process died) may be taken over by the same request."""
        place = {"account_id": account_id, "user_id": user_id, "key": key}
        claim = {**place, "request_hash": request_hash, "status": None, "body": b"", "claimed_at": now}
        if add_new(self._sql, answer, claim):
            return None
        deserted = and_(answer.c.status.is_(None), answer.c.claimed_at <= now - CLAIM_LASTS)
        same_request = same(answer, **place, request_hash=request_hash)
        if self._sql.execute(update(answer).where(same_request, deserted).values(claimed_at=now)).rowcount:
            return None
        row = self._sql.execute(select(answer).where(same(answer, **place))).mappings().one()
        return StoredAnswer(row["request_hash"], row["status"], row["body"])

    def finish(self, account_id: int, user_id: int, key: str, *, status: int, body: bytes) -> None:
        place = same(answer, account_id=account_id, user_id=user_id, key=key)
        self._sql.execute(update(answer).where(place).values(status=status, body=body))

    def abandon(self, account_id: int, user_id: int, key: str) -> None:
        place = same(answer, account_id=account_id, user_id=user_id, key=key)
        self._sql.execute(delete(answer).where(place, answer.c.status.is_(None)))

    def use_token(
        self, jti: str, *, account_id: int, user_id: int, deal_id: int | None, expires_at: datetime
    ) -> TokenUse:
        use = {"account_id": account_id, "user_id": user_id, "deal_id": deal_id}
        if add_new(self._sql, token_use, {"jti": jti, **use, "expires_at": expires_at}):
            return TokenUse.FRESH
        row = self._sql.execute(select(token_use).where(same(token_use, jti=jti))).mappings().one()
        matches = all(row[name] == value for name, value in use.items())
        return TokenUse.SAME_DEAL if matches else TokenUse.OTHER_DEAL

    def purge(self, *, now: datetime) -> int:
        """Tokens that expired, and answers older than two days (an open claim too). How many rows went."""
        old = answer.c.claimed_at <= now - KEPT
        answers = self._sql.execute(delete(answer).where(old)).rowcount
        tokens = self._sql.execute(delete(token_use).where(token_use.c.expires_at <= now)).rowcount
        return answers + tokens
