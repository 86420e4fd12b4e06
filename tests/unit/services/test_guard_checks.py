"""The stage guard and the stock check: what lets a deal through, and what does not."""

from __future__ import annotations

from datetime import timedelta

import pytest

from backend.ports.store import HookSource
from backend.services.receive_hook import receive_hook
from tests.support.crm_hooks import hook_body
from tests.support.guarding import drag, guard, guard_notes, run_one, stage, tell, watched
from tests.support.house import FILLABLE, ORDERED, SHORT, STAGE, WON, House
from tests.support.storage import ACCOUNT

OFFER = (1, 11)


@pytest.fixture
def guarded(house: House) -> House:
    return guard(house)


def test_a_deal_that_passed_its_check_stays(guarded: House) -> None:
    guarded.live(FILLABLE)
    drag(guarded, FILLABLE)
    assert stage(guarded, FILLABLE) == ORDERED
    assert watched(guarded, FILLABLE).home == ORDERED
    assert guard_notes(guarded, FILLABLE) == []


def test_a_deal_whose_check_failed_goes_back_and_is_told_so(guarded: House) -> None:
    guarded.live(SHORT)
    drag(guarded, SHORT)
    assert stage(guarded, SHORT) == STAGE
    assert "проверка остатков не пройдена" in guard_notes(guarded, SHORT)[0]


def test_a_check_of_another_basket_is_none(guarded: House) -> None:
    guarded.live(FILLABLE)
    guarded.set_quantity(FILLABLE, "SOCKET", "11")
    drag(guarded, FILLABLE)
    assert stage(guarded, FILLABLE) == STAGE
    assert "сделка изменилась" in guard_notes(guarded, FILLABLE)[0]


def test_a_deal_that_stands_there_rightly_is_left_when_its_check_goes_stale(guarded: House) -> None:
    """Being moved there is what needs a check; what becomes of it later is marked, not undone."""
    guarded.live(FILLABLE)
    drag(guarded, FILLABLE)
    guarded.clock.advance(timedelta(seconds=5))
    guarded.set_quantity(FILLABLE, "SOCKET", "11")
    tell(guarded, hook_body(FILLABLE))
    assert stage(guarded, FILLABLE) == ORDERED


def test_from_one_protected_stage_it_goes_back_to_the_other(guarded: House) -> None:
    guarded.live(FILLABLE)
    drag(guarded, FILLABLE)
    guarded.set_quantity(FILLABLE, "SOCKET", "11")
    drag(guarded, FILLABLE, WON, old=ORDERED)
    assert stage(guarded, FILLABLE) == ORDERED
    assert len(guard_notes(guarded, FILLABLE)) == 1


def test_one_that_passed_while_it_was_to_be_moved_stays(guarded: House) -> None:
    guarded.clock.advance(timedelta(seconds=2))
    guarded.crm.move(FILLABLE, ORDERED[1])
    receive_hook(guarded.services, guarded.services.account(ACCOUNT), HookSource.CRM, hook_body(FILLABLE))
    run_one(guarded, "account.read_hooks")
    assert watched(guarded, FILLABLE).returning_by is not None
    guarded.live(FILLABLE)
    guarded.drain()
    assert stage(guarded, FILLABLE) == ORDERED
    assert guard_notes(guarded, FILLABLE) == []
    assert watched(guarded, FILLABLE).returning_by is None


def test_won_by_a_deal_that_passed_stays_though_its_card_was_looked_at_first(guarded: House) -> None:
    """Of a closed deal no picture is kept, but the guard that rules a moment later still needs its check."""
    guarded.live(FILLABLE)
    guarded.clock.advance(timedelta(seconds=2))
    guarded.crm.move(FILLABLE, WON[1])
    guarded.live(FILLABLE)
    drag(guarded, FILLABLE, WON)
    assert stage(guarded, FILLABLE) == WON
    assert guard_notes(guarded, FILLABLE) == []
