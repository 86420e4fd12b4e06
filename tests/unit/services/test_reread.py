"""What no webhook told is found by its date; the mark moves only when all was read."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from backend.domain.rules import ProtectedStage
from backend.ports.crm import CrmUnavailable
from backend.ports.store import AccountState, DealsMark
from backend.services.reread_deals import OVERLAP, PAGES_A_TURN, reread_all
from backend.services.set_up_account import start_set_up
from tests.support.crm_hooks import hook_body
from tests.support.crm_memory import PAGE
from tests.support.guarding import stage, tell, watched
from tests.support.house import ADMINISTRATOR, ANNA, FILLABLE, ORDERED, RIVAL, SHORT, STAGE, House
from tests.support.storage import ACCOUNT

TURN = timedelta(minutes=3)


@pytest.fixture
def ready(house: House) -> House:
    """Set up in the CRM; nobody has read its deals yet."""
    start_set_up(house.services, ADMINISTRATOR)
    house.drain()
    house.crm.calls.clear()
    return house


def turn(house: House) -> list[str]:
    """One turn of the clock, some minutes later; the calls it cost."""
    house.clock.advance(TURN)
    house.crm.calls.clear()
    reread_all(house.services)
    calls = list(house.crm.calls)
    house.drain()
    return calls


def mark(house: House) -> DealsMark:
    with house.store.read() as unit:
        return unit.accounts.deals_mark(ACCOUNT)


def test_an_account_that_was_not_set_up_is_not_read(house: House) -> None:
    reread_all(house.services)
    assert house.crm.calls == []


def test_the_first_turn_reads_every_deal_and_later_ones_only_what_changed(ready: House) -> None:
    ready.settle(protected_stages=(ProtectedStage(*ORDERED),))
    ready.clock.advance(2 * OVERLAP)
    ready.crm.move(RIVAL, ORDERED[1])
    assert turn(ready) == ["deals_changed"] * 2
    assert watched(ready, RIVAL).home == ORDERED, "it stood there before us"
    assert stage(ready, RIVAL) == ORDERED
    assert turn(ready) == ["deals_changed"]


def test_a_move_whose_webhook_was_lost_is_found_and_guarded(ready: House) -> None:
    ready.settle(protected_stages=(ProtectedStage(*ORDERED),))
    turn(ready)
    ready.clock.advance(timedelta(seconds=30))
    ready.crm.move(FILLABLE, ORDERED[1])
    turn(ready)
    assert stage(ready, FILLABLE) == STAGE
    assert len(ready.notes(FILLABLE)) == 1


def test_a_long_first_reading_goes_on_where_the_last_turn_ended(ready: House) -> None:
    many = PAGE * PAGES_A_TURN + 10
    for deal_id in range(10_000, 10_000 + many):
        ready.crm.add_deal(deal_id, stage=STAGE, responsible_id=ANNA)
    assert len(turn(ready)) == PAGES_A_TURN
    assert (mark(ready).until, mark(ready).page) == (None, PAGES_A_TURN + 1)
    ready.crm.add_deal(99_999, stage=STAGE, responsible_id=ANNA)
    assert len(turn(ready)) == 2
    assert mark(ready).until is not None
    with ready.store.read() as unit:
        seen = sum(unit.watch.get(ACCOUNT, one) is not None for one in range(10_000, 10_000 + many))
    assert seen == many
    turn(ready)
    assert watched(ready, 99_999).stage == STAGE, "made while the others were read"


def test_the_mark_stays_where_it_was_when_a_page_fails(ready: House) -> None:
    turn(ready)
    before = mark(ready)
    ready.clock.advance(TURN)
    ready.crm.move(FILLABLE, ORDERED[1])
    ready.crm.fail_next("deals_changed", CrmUnavailable())
    turn(ready)
    assert mark(ready) == before
    turn(ready)
    assert watched(ready, FILLABLE).stage == ORDERED
    assert mark(ready).until == watched(ready, FILLABLE).updated_at


def test_what_changed_within_the_last_minute_read_is_read_again(ready: House) -> None:
    """The clocks need not agree, and a deal may have changed while its page was under way."""
    turn(ready)
    until = mark(ready).until
    assert until is not None
    late = ready.crm.deals[FILLABLE]
    ready.crm.move(FILLABLE, ORDERED[1])
    late.deal = replace(late.deal, updated_at=until - OVERLAP / 2)
    with ready.store.write() as unit:
        unit.watch.forget(ACCOUNT, [FILLABLE])
    turn(ready)
    assert watched(ready, FILLABLE).stage == ORDERED


def test_a_date_of_the_future_blinds_nobody(ready: House) -> None:
    """Anybody with the API can write any date into a deal."""
    kept = ready.crm.deals[SHORT]
    kept.deal = replace(kept.deal, updated_at=datetime(2099, 1, 1, tzinfo=UTC))
    turn(ready)
    turn(ready)
    ready.clock.advance(timedelta(seconds=5))
    ready.crm.move(FILLABLE, ORDERED[1])
    turn(ready)
    assert watched(ready, FILLABLE).stage == ORDERED
    ready.crm.move(SHORT, ORDERED[1])
    tell(ready, hook_body(SHORT))
    assert watched(ready, SHORT).stage == ORDERED


def test_an_account_to_be_connected_again_is_left_alone(ready: House) -> None:
    with ready.store.write() as unit:
        account = unit.accounts.get(ACCOUNT)
        assert account is not None
        unit.accounts.save(replace(account, state=AccountState.REAUTHORISE))
    assert turn(ready) == []
