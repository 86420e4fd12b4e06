"""What panels keep in the cache. All of it may be lost at any moment."""

from __future__ import annotations

import json
from datetime import timedelta

from backend.ports.store import Cache
from backend.services.panel.texts import Json

FIGURES_FOR = timedelta(hours=12)
SEEN_FOR = timedelta(minutes=10)
ANSWER_FOR = timedelta(minutes=10)


def keep_figures(cache: Cache, account_id: int, deal_id: int, figures: Json) -> None:
    cache.put(_figures(account_id, deal_id), json.dumps(figures, ensure_ascii=False).encode(), ttl=FIGURES_FOR)


def kept_figures(cache: Cache, account_id: int, deal_id: int) -> Json | None:
    raw = cache.get(_figures(account_id, deal_id))
    return dict(json.loads(raw)) if raw else None


def mark_seen(cache: Cache, account_id: int, deal_id: int, user_id: int) -> None:
    """The CRM let this user see this deal just now."""
    cache.put(_seen(account_id, deal_id, user_id), b"1", ttl=SEEN_FOR)


def was_seen(cache: Cache, account_id: int, deal_id: int, user_id: int) -> bool:
    return cache.get(_seen(account_id, deal_id, user_id)) is not None


def keep_answer(cache: Cache, account_id: int, deal_id: int, user_id: int, revision: int, answer: bytes) -> None:
    """The whole panel as sent, good while the deal's revision is the same."""
    cache.put(_answer(account_id, deal_id, user_id), b"%d\n" % revision + answer, ttl=ANSWER_FOR)


def kept_answer(cache: Cache, account_id: int, deal_id: int, user_id: int) -> tuple[int, bytes] | None:
    raw = cache.get(_answer(account_id, deal_id, user_id))
    if raw is None:
        return None
    revision, _, answer = raw.partition(b"\n")
    return int(revision), answer


def _figures(account_id: int, deal_id: int) -> str:
    return f"figures:{account_id}:{deal_id}"


def _seen(account_id: int, deal_id: int, user_id: int) -> str:
    return f"seen:{account_id}:{deal_id}:{user_id}"


def _answer(account_id: int, deal_id: int, user_id: int) -> str:
    return f"panel:{account_id}:{deal_id}:{user_id}"
