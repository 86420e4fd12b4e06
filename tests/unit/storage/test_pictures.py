"""The last picture of a deal: read back as it was, never replaced by an older one, forgotten in time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, update

from backend.domain.order import OrderStatus
from backend.domain.policy import Outcome
from backend.ports.store import AccountState
from backend.storage import SqlStore
from backend.storage.codec import encode
from backend.storage.tables import deal_picture, deal_watch
from tests.support.pictures import a_picture
from tests.support.storage import ACCOUNT, DEAL, OTHER, START, an_account, an_order

LATER = START + timedelta(minutes=4)


def watch(store: SqlStore, deal_id: int = DEAL, *, closed: bool = False, basket: dict[str, str] | None = None) -> None:
    """The CRM told us of this deal."""
    row = {"account_id": ACCOUNT, "deal_id": deal_id, "pipeline_id": 1, "stage_id": 10, "closed": closed}
    row |= {"responsible_id": 7, "updated_at": START, "basket": basket or {}, "seen_at": START, "returns": 0}
    with store.engine.begin() as sql:
        sql.execute(insert(deal_watch).values(**row))


def test_a_picture_comes_back_whole(store: SqlStore) -> None:
    """Kits, packs, split lines, unknown products, requisites and money: with it the picture is drawn again."""
    kept = a_picture(outcome=Outcome.ASK, told="failed")
    with store.write() as unit:
        assert unit.pictures.keep(kept)
    with store.read() as unit:
        assert list(unit.pictures.read(ACCOUNT, [DEAL, 999])) == [kept]
        assert unit.pictures.check(ACCOUNT, DEAL) == kept.check
        assert unit.pictures.figures(ACCOUNT, DEAL) == (START, kept.figures)


def test_one_that_another_version_wrote_spoils_no_others(store: SqlStore) -> None:
    with store.write() as unit:
        for deal_id in (DEAL, 502, 503):
            unit.pictures.keep(a_picture(deal_id=deal_id))
    later = {**encode(a_picture().parts), "since": "a later version"}
    with store.engine.begin() as sql:
        for deal_id, parts in ((DEAL, {"deal": None}), (502, later)):
            sql.execute(update(deal_picture).where(deal_picture.c.deal_id == deal_id).values(parts=parts))
    with store.read() as unit:
        assert [one.check.deal_id for one in unit.pictures.read(ACCOUNT, [DEAL, 502, 503])] == [502, 503]
        assert unit.pictures.check(ACCOUNT, DEAL) is not None


def test_what_nobody_kept_is_not_there(store: SqlStore) -> None:
    with store.write() as unit:
        unit.pictures.keep(a_picture())
    with store.read() as unit:
        assert unit.pictures.check(OTHER, DEAL) is None
        assert unit.pictures.figures(ACCOUNT, 999) is None
        assert list(unit.pictures.read(OTHER, [DEAL])) == []


def test_older_stock_never_replaces_newer(store: SqlStore) -> None:
    """A live look and the refresh in the background may finish in either order."""
    with store.write() as unit:
        unit.pictures.keep(a_picture(stock_at=LATER, digest="new"))
        assert not unit.pictures.keep(a_picture(stock_at=START, digest="old"))
        assert unit.pictures.keep(a_picture(stock_at=LATER, digest="newer"))
    with store.read() as unit:
        found = unit.pictures.check(ACCOUNT, DEAL)
        assert found is not None
        assert (found.digest, found.stock_at) == ("newer", LATER)


def test_what_was_told_outlives_a_new_picture(store: SqlStore) -> None:
    with store.write() as unit:
        unit.pictures.keep(a_picture())
        unit.pictures.tell(ACCOUNT, DEAL, "passed")
        unit.pictures.keep(a_picture(stock_at=LATER))
    with store.read() as unit:
        found = unit.pictures.check(ACCOUNT, DEAL)
        assert found is not None
        assert found.told == "passed"


def test_stock_read_again_only_moves_its_moment(store: SqlStore) -> None:
    with store.write() as unit:
        unit.pictures.keep(a_picture())
        unit.pictures.keep(a_picture(deal_id=502, digest="another"))
        again = [a_picture(deal_id=deal_id, stock_at=LATER).check for deal_id in (DEAL, 502, 503)]
        unit.pictures.renew(again)
        unit.pictures.renew([a_picture(stock_at=START).check])
        unit.pictures.renew([])
        assert unit.pictures.check(ACCOUNT, DEAL) == a_picture(stock_at=LATER).check
        assert unit.pictures.check(ACCOUNT, 502) == a_picture(deal_id=502, digest="another").check, "other figures"


def test_drawn_again_from_the_same_parts(store: SqlStore) -> None:
    was = a_picture(told="passed")
    changes = {
        "stock_at": LATER,
        "outcome": Outcome.ASK,
        "fingerprint": "f2",
        "digest": "d2",
        "figures": {"lines": [1]},
    }
    with store.write() as unit:
        unit.pictures.keep(was)
        assert unit.pictures.redraw(a_picture(**changes), was=was.check)
        assert list(unit.pictures.read(ACCOUNT, [DEAL])) == [a_picture(told="passed", **changes)]


@pytest.mark.parametrize(
    "now",
    [
        {"digest": "d9"},
        {"taken_at": START - timedelta(hours=1)},
        {"stock_at": LATER + timedelta(seconds=1)},
        {"deal_id": 502},
    ],
)
def test_what_was_replaced_meanwhile_is_not_drawn_over(store: SqlStore, now: dict[str, Any]) -> None:
    """Somebody looked live while the refresh was drawing from what was kept before."""
    with store.write() as unit:
        unit.pictures.keep(a_picture(**now))
        assert not unit.pictures.redraw(a_picture(stock_at=LATER, digest="d2"), was=a_picture().check)
        assert unit.pictures.read(ACCOUNT, [DEAL, 502])[0] == a_picture(**now)


def test_an_order_taken_meanwhile_keeps_its_picture(store: SqlStore) -> None:
    with store.write() as unit:
        unit.pictures.keep(a_picture())
        unit.orders.add(an_order())
        assert not unit.pictures.redraw(a_picture(stock_at=LATER, digest="d2"), was=a_picture().check)


def test_what_is_refreshed(store: SqlStore) -> None:
    """Open deals without a living order, whose picture is not worn out, nor read just now."""
    with store.write() as unit:
        for deal_id in range(501, 507):
            unit.pictures.keep(a_picture(deal_id=deal_id, goods=(str(deal_id),)))
        unit.pictures.keep(a_picture(account_id=OTHER))
        unit.pictures.keep(a_picture(deal_id=502, stock_at=LATER))
        unit.pictures.outdate(ACCOUNT, 503)
        unit.orders.add(an_order(deal_id=504))
        unit.orders.add(an_order("order-2", deal_id=505, status=OrderStatus.CANCELLED))
    watch(store, 506, closed=True)
    watch(store, 501)
    with store.read() as unit:
        assert unit.pictures.to_refresh(ACCOUNT, stock_before=LATER) == {501: ("501",), 505: ("505",)}


def test_what_is_taken_whole(store: SqlStore) -> None:
    """Worn pictures, and open deals with a basket that have none."""
    with store.write() as unit:
        for deal_id in (501, 502, 503, 504):
            unit.pictures.keep(a_picture(deal_id=deal_id))
        unit.pictures.keep(a_picture(deal_id=505, taken_at=START - timedelta(hours=1)))
        unit.pictures.keep(a_picture(deal_id=506, taken_at=LATER + timedelta(hours=1)))
        for deal_id in (502, 503, 504):
            unit.pictures.outdate(ACCOUNT, deal_id)
        unit.orders.add(an_order(deal_id=503))
        unit.orders.add(an_order("order-2", deal_id=603))
    watch(store, 504, closed=True)
    watch(store, 501, basket={"9001": "1"})
    watch(store, 601, basket={"9001": "1"})
    watch(store, 602)
    watch(store, 603, basket={"9001": "1"})
    watch(store, 604, basket={"9001": "1"}, closed=True)
    with store.read() as unit:
        assert sorted(unit.pictures.to_take(ACCOUNT, taken_between=(START, LATER), limit=9)) == [502, 505, 506, 601]
        assert len(unit.pictures.to_take(ACCOUNT, taken_between=(START, LATER), limit=2)) == 2


def test_whose_field_is_to_be_told(store: SqlStore) -> None:
    """Never told, outdated, or older than a check is good for; not twice, and not of a deal with an order."""
    told = {501: None, 502: "passed", 503: "passed", 504: "stale", 505: "failed", 506: "passed"}
    with store.write() as unit:
        for deal_id, state in told.items():
            unit.pictures.keep(a_picture(deal_id=deal_id, told=state, stock_at=START if deal_id == 505 else LATER))
        for deal_id in (503, 504, 506):
            unit.pictures.outdate(ACCOUNT, deal_id)
        unit.orders.add(an_order(deal_id=506))
        assert sorted(unit.pictures.to_tell(ACCOUNT, stock_before=LATER, limit=9)) == [501, 503, 505]
        unit.pictures.tell_again(ACCOUNT)
        assert len(unit.pictures.to_tell(ACCOUNT, stock_before=LATER, limit=9)) == 5


def test_outdated_until_a_new_one_is_kept(store: SqlStore) -> None:
    with store.write() as unit:
        unit.pictures.keep(a_picture())
        unit.pictures.keep(a_picture(deal_id=502))
        unit.pictures.keep(a_picture(account_id=OTHER))
        unit.pictures.outdate(ACCOUNT, DEAL)
        assert _outdated(unit) == [True, False, False]
        unit.pictures.outdate(ACCOUNT)
        assert _outdated(unit) == [True, True, False]
        unit.pictures.keep(a_picture(stock_at=LATER))
        assert _outdated(unit) == [False, True, False]


def _outdated(unit: object) -> list[bool]:
    pictures = unit.pictures  # type: ignore[attr-defined]
    return [pictures.check(*key).outdated for key in ((ACCOUNT, DEAL), (ACCOUNT, 502), (OTHER, DEAL))]


def test_forgetting_one_and_all(store: SqlStore) -> None:
    with store.write() as unit:
        for deal_id in (DEAL, 502, 503):
            unit.pictures.keep(a_picture(deal_id=deal_id))
        unit.pictures.keep(a_picture(account_id=OTHER))
        unit.pictures.forget(ACCOUNT, DEAL)
        assert [one.check.deal_id for one in unit.pictures.read(ACCOUNT, [DEAL, 502, 503])] == [502, 503]
        unit.pictures.forget(ACCOUNT)
        assert list(unit.pictures.read(ACCOUNT, [502, 503])) == []
        assert unit.pictures.check(OTHER, DEAL) is not None


def test_names_of_customers_are_not_kept_longer_than_needed(store: SqlStore) -> None:
    """Closed deals, accounts that left, and pictures nobody renewed for long."""
    with store.write() as unit:
        for deal_id, stock_at in ((DEAL, LATER), (502, LATER), (503, START)):
            unit.pictures.keep(a_picture(deal_id=deal_id, stock_at=stock_at))
        unit.pictures.keep(a_picture(account_id=OTHER, stock_at=LATER))
        unit.accounts.save(an_account(OTHER, AccountState.UNINSTALLED))
    watch(store, 502, closed=True)
    watch(store, DEAL)
    with store.write() as unit:
        assert unit.pictures.purge(before=LATER) == 3
        assert [one.check.deal_id for one in unit.pictures.read(ACCOUNT, [DEAL, 502, 503])] == [DEAL]
        assert unit.pictures.check(OTHER, DEAL) is None
