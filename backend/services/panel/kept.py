"""What panels keep in the cache. All of it may be lost at any moment."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta

from backend.ports.store import Cache

STAMP_FOR = timedelta(hours=12)
SEEN_FOR = timedelta(minutes=10)
ANSWER_FOR = timedelta(minutes=10)


def looked_anew(cache: Cache, account_id: int, deal_id: int) -> None:
    """The deal's stock was read just now: whole panels kept before tell an older age."""
    cache.put(_stamp(account_id, deal_id), uuid.uuid4().hex.encode(), ttl=STAMP_FOR)


def mark_seen(cache: Cache, account_id: int, deal_id: int, user_id: int) -> None:
    """The CRM let this user see this deal just now."""
    cache.put(_seen(account_id, deal_id, user_id), b"1", ttl=SEEN_FOR)


def forget_seen(cache: Cache, account_id: int, deal_id: int, user_id: int) -> None:
    """The CRM did not let them see it just now."""
    cache.drop(_seen(account_id, deal_id, user_id))


def was_seen(cache: Cache, account_id: int, deal_id: int, user_id: int) -> bool:
    return cache.get(_seen(account_id, deal_id, user_id)) is not None


@dataclass(frozen=True, slots=True)
class Kept:
    """A whole panel as it was sent (None where the deal's revision, its last live look or the account's rules are no
    longer those it was made from). `version` names what they are now, for `keep_answer`."""

    version: bytes
    answer: bytes | None


def forget_answers(cache: Cache, account_id: int) -> None:
    """The account's rules or connection changed, and what people may see with them; or its stock was read anew."""
    cache.put(_rules(account_id), uuid.uuid4().hex.encode(), ttl=STAMP_FOR)


def kept_answer(cache: Cache, account_id: int, deal_id: int, user_id: int, revision: int) -> Kept:
    """One question to the cache."""
    keys = [_answer(account_id, deal_id, user_id), _stamp(account_id, deal_id), _rules(account_id)]
    raw, stamp, rules = cache.get_many(keys)
    version = b"%d %s %s" % (revision, stamp or b"-", rules or b"-")
    made_from, _, answer = (raw or b"").partition(b"\n")
    return Kept(version, answer if made_from == version else None)


def keep_answer(cache: Cache, account_id: int, deal_id: int, user_id: int, version: bytes, answer: bytes) -> None:
    cache.put(_answer(account_id, deal_id, user_id), version + b"\n" + answer, ttl=ANSWER_FOR)


def _stamp(account_id: int, deal_id: int) -> str:
    return f"stamp:{account_id}:{deal_id}"


def _rules(account_id: int) -> str:
    return f"rules:{account_id}"


def _seen(account_id: int, deal_id: int, user_id: int) -> str:
    return f"seen:{account_id}:{deal_id}:{user_id}"


def _answer(account_id: int, deal_id: int, user_id: int) -> str:
    return f"panel:{account_id}:{deal_id}:{user_id}"
