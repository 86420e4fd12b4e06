"""Alerts: one row a cause, repeats count, a closed one opens anew."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from backend.ports.store import Alert, AlertKind
from backend.storage import SqlStore
from tests.support.storage import ACCOUNT, OTHER, START

KEY = "crm_blocked"
LATER = START + timedelta(minutes=5)


def raised(store: SqlStore, *, account_id: int = ACCOUNT, key: str = KEY, at: timedelta = timedelta(0)) -> bool:
    with store.write() as unit:
        return unit.alerts.raise_alert(
            account_id, kind=AlertKind.CRM_BLOCKED, key=key, data={"minutes": at.seconds // 60}, now=START + at
        )


def closed(store: SqlStore, at: timedelta) -> bool:
    with store.write() as unit:
        return unit.alerts.close(ACCOUNT, KEY, now=START + at)


def opened(store: SqlStore, account_id: int | None = None) -> list[Alert]:
    with store.read() as unit:
        return list(unit.alerts.open(account_id))


def untold(store: SqlStore) -> list[tuple[str, str]]:
    with store.read() as unit:
        return [(one.key, one.state) for one in unit.alerts.untold(limit=10)]


def tell_all(store: SqlStore) -> None:
    with store.write() as unit:
        for one in unit.alerts.untold(limit=10):
            unit.alerts.mark_told(one)


def test_a_new_one_is_news_and_says_what_it_was_told(store: SqlStore) -> None:
    assert raised(store)
    assert opened(store) == [Alert(ACCOUNT, KEY, "crm_blocked", {"minutes": 0}, START, START, 1)]


def test_a_repeat_counts_and_brings_the_newest_data(store: SqlStore) -> None:
    raised(store)
    assert not raised(store, at=timedelta(minutes=5))
    assert opened(store) == [Alert(ACCOUNT, KEY, "crm_blocked", {"minutes": 5}, START, LATER, 2)]


def test_a_closed_one_opens_anew_and_counts_from_one(store: SqlStore) -> None:
    raised(store)
    raised(store)
    assert closed(store, timedelta(minutes=1))
    assert opened(store) == []
    assert raised(store, at=timedelta(minutes=5))
    assert [(one.first_at, one.times) for one in opened(store)] == [(LATER, 1)]


def test_closing_twice_or_what_never_was_is_nothing(store: SqlStore) -> None:
    assert not closed(store, timedelta(0))
    raised(store)
    assert closed(store, timedelta(minutes=1))
    assert not closed(store, timedelta(minutes=2))


def test_accounts_do_not_see_each_others(store: SqlStore) -> None:
    raised(store)
    assert raised(store, account_id=OTHER, at=timedelta(minutes=1))
    assert [one.account_id for one in opened(store, OTHER)] == [OTHER]
    assert [one.account_id for one in opened(store)] == [OTHER, ACCOUNT]


def test_each_state_is_told_once(store: SqlStore) -> None:
    raised(store)
    assert untold(store) == [(KEY, "open")]
    tell_all(store)
    raised(store, at=timedelta(minutes=5))
    assert untold(store) == [], "a repeat is no news"
    closed(store, timedelta(minutes=6))
    assert untold(store) == [(KEY, "closed")]
    tell_all(store)
    assert untold(store) == []
    raised(store, at=timedelta(minutes=7))
    assert untold(store) == [(KEY, "open")]


def test_of_two_who_tell_one_is_first(store: SqlStore) -> None:
    raised(store)
    with store.write() as unit:
        seen = unit.alerts.untold(limit=10)[0]
        assert (unit.alerts.mark_told(seen), unit.alerts.mark_told(seen)) == (True, False)


def test_what_was_over_before_anybody_was_told_is_not_told(store: SqlStore) -> None:
    raised(store)
    closed(store, timedelta(seconds=1))
    assert untold(store) == []


def test_a_change_between_reading_and_telling_is_told_later(store: SqlStore) -> None:
    """Told is the state that was read, not the one that came meanwhile."""
    raised(store)
    with store.read() as unit:
        seen = unit.alerts.untold(limit=10)[0]
    closed(store, timedelta(minutes=1))
    with store.write() as unit:
        unit.alerts.mark_told(seen)
    assert untold(store) == [(KEY, "closed")]


def test_only_those_closed_long_ago_are_forgotten(store: SqlStore) -> None:
    for key in ("old", "recent", "open"):
        raised(store, key=key)
    with store.write() as unit:
        unit.alerts.close(ACCOUNT, "old", now=START)
        unit.alerts.close(ACCOUNT, "recent", now=LATER)
        assert unit.alerts.purge(before=START + timedelta(minutes=1)) == 1
    assert raised(store, key="recent", at=timedelta(minutes=9))
    assert {one.key for one in opened(store)} == {"recent", "open"}


def test_the_state_follows_the_closing() -> None:
    one = Alert(ACCOUNT, KEY, "crm_blocked", {}, START, START, 1)
    assert (one.state, replace(one, closed_at=START).state) == ("open", "closed")
