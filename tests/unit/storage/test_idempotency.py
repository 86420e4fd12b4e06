"""The first answer to a key, and one-time tokens that wrote."""

from __future__ import annotations

from datetime import timedelta

from backend.ports.store import StoredAnswer, TokenUse
from backend.storage import SqlStore
from tests.support.storage import ACCOUNT, DEAL, OTHER, START

LATER = START + timedelta(seconds=5)


def test_the_first_claims_and_the_second_finds_the_claim_then_the_answer(store: SqlStore) -> None:
    with store.write() as unit:
        assert unit.idempotency.begin(ACCOUNT, 7, "key", "hash", now=START) is None
    with store.write() as unit:
        assert unit.idempotency.begin(ACCOUNT, 7, "key", "other", now=LATER) == StoredAnswer("hash", None, b"")
        unit.idempotency.finish(ACCOUNT, 7, "key", status=202, body=b'{"a":1}')
    with store.write() as unit:
        assert unit.idempotency.begin(ACCOUNT, 7, "key", "hash", now=LATER) == StoredAnswer("hash", 202, b'{"a":1}')


def test_keys_belong_to_a_person_of_an_account(store: SqlStore) -> None:
    with store.write() as unit:
        for account_id, user_id in ((ACCOUNT, 7), (ACCOUNT, 8), (OTHER, 7)):
            assert unit.idempotency.begin(account_id, user_id, "key", "hash", now=START) is None


def test_an_abandoned_claim_is_free_and_an_answer_is_not_abandoned(store: SqlStore) -> None:
    with store.write() as unit:
        unit.idempotency.begin(ACCOUNT, 7, "key", "hash", now=START)
        unit.idempotency.abandon(ACCOUNT, 7, "key")
        assert unit.idempotency.begin(ACCOUNT, 7, "key", "hash", now=START) is None
        unit.idempotency.finish(ACCOUNT, 7, "key", status=200, body=b"")
        unit.idempotency.abandon(ACCOUNT, 7, "key")
        assert unit.idempotency.begin(ACCOUNT, 7, "key", "hash", now=START) == StoredAnswer("hash", 200, b"")


def test_a_claim_whose_process_died_is_taken_over_by_the_same_request_only(store: SqlStore) -> None:
    much_later = START + timedelta(minutes=3)
    with store.write() as unit:
        unit.idempotency.begin(ACCOUNT, 7, "key", "hash", now=START)
        assert unit.idempotency.begin(ACCOUNT, 7, "key", "other", now=much_later) is not None
        assert unit.idempotency.begin(ACCOUNT, 7, "key", "hash", now=much_later) is None
        assert unit.idempotency.begin(ACCOUNT, 7, "key", "hash", now=much_later) is not None


def test_a_token_writes_for_one_deal(store: SqlStore) -> None:
    expires = START + timedelta(minutes=30)
    with store.write() as unit:

        def use(**changes: int | None) -> TokenUse:
            who: dict[str, int | None] = {"account_id": ACCOUNT, "user_id": 7, "deal_id": DEAL} | changes
            return unit.idempotency.use_token("jti", expires_at=expires, **who)  # type: ignore[arg-type]

        assert use() is TokenUse.FRESH
        assert use() is TokenUse.SAME_DEAL
        assert use(deal_id=DEAL + 1) is TokenUse.OTHER_DEAL
        assert use(deal_id=None) is TokenUse.OTHER_DEAL
        assert use(user_id=8) is TokenUse.OTHER_DEAL
        assert use(account_id=OTHER) is TokenUse.OTHER_DEAL


def test_purging_takes_what_no_repeat_can_need(store: SqlStore) -> None:
    with store.write() as unit:
        unit.idempotency.begin(ACCOUNT, 7, "old", "hash", now=START - timedelta(hours=49))
        unit.idempotency.begin(ACCOUNT, 7, "new", "hash", now=START)
        for jti, minutes in (("old", 0), ("new", 5)):
            expires = START + timedelta(minutes=minutes)
            unit.idempotency.use_token(jti, account_id=ACCOUNT, user_id=7, deal_id=DEAL, expires_at=expires)
    with store.write() as unit:
        assert unit.idempotency.purge(now=START) == 2
        assert unit.idempotency.begin(ACCOUNT, 7, "new", "hash", now=START) is not None
