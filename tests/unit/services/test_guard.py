"""The stage guard: who may stay, who goes back and where to, what is said, and when it gives up."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from decimal import Decimal

import pytest

from backend.domain.rules import ProtectedStage
from backend.ports.crm import CrmDenied, CrmOutcomeUnknown, CrmUnavailable
from backend.ports.store import AlertKind, HookSource
from backend.services.guard_stage import FIGHT, MOST_RETURNS
from backend.services.operations.desk import Desk
from backend.services.operations.dismiss import dismiss_operation
from backend.services.payload import PayloadUnreadable
from backend.services.receive_hook import receive_hook
from backend.services.return_deals import target
from tests.support.crm_hooks import hook_body, moved_body
from tests.support.guarding import SOON, drag, guard, guard_notes, run_one, stage, tell, watched
from tests.support.house import ADMIN, ANNA, FILLABLE, ORDERED, SHORT, STAGE, WON, House
from tests.support.storage import ACCOUNT

OFFER = (1, 11)
LOST = (1, 143)


@pytest.fixture
def guarded(house: House) -> House:
    return guard(house)


@pytest.mark.parametrize("to", [ORDERED, WON])
def test_a_deal_that_was_never_checked_goes_back_with_a_word(guarded: House, to: tuple[int, int]) -> None:
    drag(guarded, FILLABLE, to)
    assert stage(guarded, FILLABLE) == STAGE
    (note,) = guard_notes(guarded, FILLABLE)
    assert "остатки по ней не проверены" in note
    assert "«Подбор»" in note
    assert ("«Заказ»" if to == ORDERED else "«Успешно»") in note


def test_a_deal_with_an_order_stays(guarded: House) -> None:
    guarded.order(FILLABLE)
    drag(guarded, FILLABLE)
    assert stage(guarded, FILLABLE) == ORDERED


def test_the_guard_needs_no_erp_and_says_when_it_is_down(guarded: House) -> None:
    guarded.erp.script.down()
    with guarded.store.write() as unit:
        unit.alerts.raise_alert(ACCOUNT, kind=AlertKind.ERP_DOWN, key="erp_down", data={}, now=guarded.clock.now())
    drag(guarded, FILLABLE)
    assert stage(guarded, FILLABLE) == STAGE
    assert "учётная система не отвечает" in guard_notes(guarded, FILLABLE)[0]


def test_without_protected_stages_nothing_is_guarded(guarded: House) -> None:
    guarded.settle(protected_stages=())
    drag(guarded, FILLABLE)
    assert stage(guarded, FILLABLE) == ORDERED
    guarded.settle(protected_stages=(ProtectedStage(*ORDERED),))
    tell(guarded, hook_body(FILLABLE))
    assert stage(guarded, FILLABLE) == ORDERED, "it stood there before the stage was protected"


def test_a_deal_goes_back_to_the_last_stage_it_was_allowed_in(guarded: House) -> None:
    drag(guarded, FILLABLE, OFFER)
    drag(guarded, FILLABLE, old=(1, 10))
    assert stage(guarded, FILLABLE) == OFFER, "what we saw counts, not what a webhook says"


def test_the_same_webhooks_again_and_in_any_order_change_nothing(guarded: House) -> None:
    body = moved_body(FILLABLE, old=STAGE, new=ORDERED)
    drag(guarded, FILLABLE)
    for again in (body, hook_body(FILLABLE), moved_body(FILLABLE, old=ORDERED, new=STAGE), body):
        tell(guarded, again)
    assert stage(guarded, FILLABLE) == STAGE
    assert len(guard_notes(guarded, FILLABLE)) == 1
    assert watched(guarded, FILLABLE).returns == 1


def test_a_new_deal_made_in_a_protected_stage_goes_where_it_may_begin(guarded: House) -> None:
    guarded.crm.add_deal(900, stage=ORDERED, responsible_id=ANNA)
    tell(guarded, hook_body(900, action="add"))
    assert stage(guarded, 900) == STAGE


def test_deals_that_stood_there_before_us_are_left_alone(house: House) -> None:
    """The first reading of an account: nobody knows since when they are there. One that is just moved is no such."""
    house.settle(protected_stages=(ProtectedStage(*ORDERED),))
    for deal_id in (FILLABLE, SHORT):
        house.crm.move(deal_id, ORDERED[1])
    tell(house, hook_body(FILLABLE))
    tell(house, moved_body(SHORT, old=OFFER, new=ORDERED))
    assert stage(house, FILLABLE) == ORDERED
    assert stage(house, SHORT) == OFFER, "never seen before: the webhook's word for where it came from has to do"


def test_one_that_was_taken_back_by_hand_meanwhile_is_not_spoken_of(guarded: House) -> None:
    guarded.clock.advance(timedelta(seconds=2))
    guarded.crm.move(FILLABLE, ORDERED[1])
    receive_hook(guarded.services, guarded.services.account(ACCOUNT), HookSource.CRM, hook_body(FILLABLE))
    run_one(guarded, "account.read_hooks")
    guarded.clock.advance(timedelta(seconds=2))
    guarded.crm.move(FILLABLE, OFFER[1])
    guarded.drain()
    assert stage(guarded, FILLABLE) == OFFER
    assert guard_notes(guarded, FILLABLE) == []


@pytest.mark.parametrize("done", [True, False])
def test_a_lost_answer_ends_in_one_return_and_one_note(guarded: House, done: bool) -> None:
    guarded.crm.fail_next("move_deals", CrmOutcomeUnknown("lost"), after=done)
    drag(guarded, FILLABLE, patience=SOON)
    assert stage(guarded, FILLABLE) == STAGE
    assert len(guard_notes(guarded, FILLABLE)) == 1
    assert watched(guarded, FILLABLE).returns == 1


def test_a_crm_that_is_down_is_waited_for(guarded: House) -> None:
    guarded.crm.fail_next("move_deals", CrmUnavailable())
    drag(guarded, FILLABLE, patience=SOON)
    assert stage(guarded, FILLABLE) == STAGE
    assert len(guard_notes(guarded, FILLABLE)) == 1


def test_a_return_that_was_given_up_is_tried_anew_with_the_next_word(guarded: House) -> None:
    guarded.crm.fail_next("move_deals", CrmDenied("no right"))
    drag(guarded, FILLABLE)
    assert stage(guarded, FILLABLE) == ORDERED
    assert watched(guarded, FILLABLE).returning_by is None
    tell(guarded, hook_body(FILLABLE))
    assert stage(guarded, FILLABLE) == STAGE


def test_one_the_crm_will_not_move_keeps_no_other(guarded: House) -> None:
    """It vanishes between the look and the move, and the CRM refuses it."""
    for deal_id in (FILLABLE, SHORT):
        guarded.crm.move(deal_id, ORDERED[1])
    guarded.clock.advance(timedelta(seconds=2))

    def vanish(method: str) -> None:
        if method == "move_deals":
            guarded.crm.delete_deal(FILLABLE)
        else:
            guarded.crm.before = vanish

    guarded.crm.before = vanish
    tell(guarded, moved_body(FILLABLE, SHORT, old=STAGE, new=ORDERED))
    assert stage(guarded, SHORT) == STAGE
    assert guard_notes(guarded, FILLABLE) == []


def test_a_hundred_deals_cost_few_calls_and_a_note_each(guarded: House) -> None:
    many = list(range(1000, 1100))
    for deal_id in many:
        guarded.crm.add_deal(deal_id, stage=STAGE, responsible_id=ANNA, lines={1: Decimal(1)})
    tell(guarded, hook_body(*many))
    guarded.clock.advance(timedelta(seconds=2))
    for deal_id in many:
        guarded.crm.move(deal_id, ORDERED[1])
    guarded.crm.calls.clear()
    tell(guarded, moved_body(*many, old=STAGE, new=ORDERED), timedelta(seconds=120))
    assert {stage(guarded, one) for one in many} == {STAGE}
    calls = Counter(guarded.crm.calls)
    assert calls.pop("add_note") == 100
    assert calls == {"deals_seen": 3, "pipelines": 2, "move_deals": 2}, "fifty at a time, each looked at once more"
    assert {len(guard_notes(guarded, one)) for one in many} == {1}


def test_a_fight_is_given_up_told_and_raised_until_the_deal_stands_elsewhere(guarded: House) -> None:
    for _ in range(MOST_RETURNS):
        drag(guarded, FILLABLE)
        assert stage(guarded, FILLABLE) == STAGE
    for _ in range(3):
        drag(guarded, FILLABLE)
        assert stage(guarded, FILLABLE) == ORDERED
    assert len([one for one in guard_notes(guarded, FILLABLE) if "вернули" in one]) == 1
    assert fights(guarded) == 1
    drag(guarded, FILLABLE, OFFER, old=ORDERED)
    assert fights(guarded) == 0
    drag(guarded, FILLABLE, old=OFFER)
    assert stage(guarded, FILLABLE) == OFFER


def test_returns_over_a_long_time_are_no_fight(guarded: House) -> None:
    for _ in range(MOST_RETURNS + 3):
        drag(guarded, FILLABLE)
        guarded.clock.advance(FIGHT / MOST_RETURNS)
    assert stage(guarded, FILLABLE) == STAGE
    assert fights(guarded) == 0


def fights(house: House) -> int:
    with house.store.read() as unit:
        return sum(one.kind == AlertKind.GUARD_FIGHT for one in unit.alerts.open(ACCOUNT))


@pytest.mark.parametrize(
    ("home", "left", "to"),
    [
        (STAGE, OFFER, STAGE),
        (None, OFFER, OFFER),
        ((1, 999), OFFER, OFFER),
        ((1, 999), (1, 998), STAGE),
        (None, WON, STAGE),
        (None, None, STAGE),
        (LOST, None, LOST),
    ],
)
def test_where_a_deal_is_sent(
    house: House, home: tuple[int, int] | None, left: tuple[int, int] | None, to: tuple[int, int]
) -> None:
    assert target(ORDERED, home, left, house.crm.pipelines(), {ORDERED, WON}) == to


def test_where_every_stage_is_protected_there_is_no_way_back(house: House) -> None:
    everything = {STAGE, OFFER, ORDERED, WON, LOST}
    assert target(ORDERED, None, None, house.crm.pipelines(), everything) is None


def test_no_deal_is_sent_where_it_would_be_closed(house: House) -> None:
    """It was made in a protected stage, and no open stage is free: to be won by itself would be worse."""
    assert target(ORDERED, None, None, house.crm.pipelines(), {STAGE, OFFER, ORDERED}) is None


def test_a_return_that_a_person_dismissed_leaves_no_deal_unguarded(guarded: House) -> None:
    guarded.crm.fail_next("move_deals", CrmUnavailable())
    drag(guarded, FILLABLE)
    assert stage(guarded, FILLABLE) == ORDERED
    returning = watched(guarded, FILLABLE).returning_by
    assert returning is not None
    dismiss_operation(guarded.services, Desk(ACCOUNT, ADMIN), returning, "не надо")
    tell(guarded, hook_body(FILLABLE))
    assert stage(guarded, FILLABLE) == STAGE
    assert len(guard_notes(guarded, FILLABLE)) == 1


def test_one_moved_by_a_cut_attempt_that_passed_since_is_told_so(guarded: House) -> None:
    guarded.crm.fail_next("move_deals", CrmOutcomeUnknown("lost"), after=True)
    drag(guarded, FILLABLE)
    assert guard_notes(guarded, FILLABLE) == []
    guarded.live(FILLABLE)
    guarded.drain(SOON)
    (note,) = guard_notes(guarded, FILLABLE)
    assert "Сейчас она пройдена" in note
    assert watched(guarded, FILLABLE).returning_by is None


@pytest.mark.parametrize(
    "deals",
    ["all", [7], [{"deal_id": 7}], [{"deal_id": None, "stage": [1, 2], "home": None, "left": None}],
     [{"deal_id": 7, "stage": 1, "home": None, "left": None}]],
)  # fmt: skip
def test_what_another_version_queued_is_said_to_be_unreadable(guarded: House, deals: object) -> None:
    with guarded.store.write() as unit:
        now = guarded.clock.now()
        made = unit.operations.add(
            ACCOUNT, kind="crm.move_back", key="other", payload={"deals": deals}, deal_id=None, due_at=now
        )
    guarded.drain()
    with guarded.store.read() as unit:
        ended = unit.operations.get(made)
    assert ended is not None
    assert ended.error_code == PayloadUnreadable.code


def test_a_deal_that_is_gone_needs_nobody_to_settle_its_fight(guarded: House) -> None:
    for _ in range(MOST_RETURNS + 1):
        drag(guarded, FILLABLE)
    assert fights(guarded) == 1
    guarded.crm.delete_deal(FILLABLE)
    tell(guarded, hook_body(FILLABLE, action="delete"))
    assert fights(guarded) == 0
