"""The last picture of a deal: read back as it was, never replaced by an older one, forgotten in time."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import insert

from backend.domain.policy import Outcome
from backend.ports.store import AccountState
from backend.storage import SqlStore
from backend.storage.tables import deal_watch
from tests.support.pictures import a_picture
from tests.support.storage import ACCOUNT, DEAL, OTHER, START, an_account

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
        unit.pictures.renew(ACCOUNT, [DEAL], stock_at=LATER)
        unit.pictures.renew(ACCOUNT, [DEAL], stock_at=START)
    with store.read() as unit:
        assert unit.pictures.check(ACCOUNT, DEAL) == a_picture(stock_at=LATER).check


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
