"""Many deals at once: looked at in brief, moved, and the webhook that tells of them."""

from __future__ import annotations

from itertools import count

import pytest

from backend.ports.crm import (
    CrmOutcomeUnknown,
    CrmRefused,
    DealField,
    DealGlance,
    DealMove,
    HookState,
)
from backend.services.stock_check import basket_of
from tests.contract_crm.amo_world import AmoWorld
from tests.contract_crm.test_writing import WISH
from tests.contract_crm.world import DEAL, EMPTY_DEAL, KETTLE, LAMP, MANAGER, PLAID, STRANGER, TOASTER, CrmWorld

SALES, WHOLESALE = 3177727, 3177730
FIRST, SECOND, WHOLESALE_FIRST = 32392156, 32392159, 32392168
WON = 142


def seen(world: CrmWorld, *ids: int) -> dict[int, DealGlance]:
    return {one.id: one for one in world.crm().deals_seen(ids)}


def everything(world: CrmWorld) -> list[DealGlance]:
    found: list[DealGlance] = []
    for page in count(1):
        part = world.crm().deals_changed(page)
        found += part
        if not part:
            return found
    raise AssertionError


def test_deals_in_brief_are_the_deals_read_whole(world: CrmWorld) -> None:
    both = seen(world, DEAL, EMPTY_DEAL, DEAL)
    for deal_id, glance in both.items():
        whole = world.crm().deal(deal_id)
        assert whole is not None
        assert (glance.pipeline_id, glance.stage_id, glance.closed) == (whole.pipeline_id, whole.stage_id, whole.closed)
        assert (glance.responsible_id, glance.updated_at) == (whole.responsible_id, whole.updated_at)
        assert glance.basket == basket_of(whole.lines)
    assert both[DEAL].basket == {str(KETTLE): "6", str(TOASTER): "4", str(PLAID): "2.5"}
    assert (both[DEAL].responsible_id, both[EMPTY_DEAL].responsible_id) == (MANAGER, STRANGER)


def test_a_deal_that_is_deleted_or_never_was_is_missing(world: CrmWorld) -> None:
    world.delete_deal(DEAL)
    assert set(seen(world, DEAL, EMPTY_DEAL, 1)) == {EMPTY_DEAL}
    assert list(world.crm().deals_seen([])) == []


def test_every_deal_is_on_some_page_the_last_changed_first(world: CrmWorld) -> None:
    found = everything(world)
    assert {DEAL, EMPTY_DEAL} <= {one.id for one in found}
    moments = [one.updated_at for one in found]
    assert moments == sorted(moments, reverse=True)
    world.crm().set_line(EMPTY_DEAL, LAMP, "3")
    assert next(one for one in found if one.id == EMPTY_DEAL).basket == {}
    assert next(one for one in everything(world) if one.id == EMPTY_DEAL).basket == {str(LAMP): "3"}


def test_deals_are_moved_together_with_our_fields(world: CrmWorld) -> None:
    setup = world.crm().set_up(WISH)
    told = {DealField.STOCK_CHECK: "Не пройдена"}
    moves = [DealMove(DEAL, SALES, FIRST, told), DealMove(EMPTY_DEAL, SALES, WON)]
    assert list(world.crm(setup).move_deals(moves)) == []
    both = seen(world, DEAL, EMPTY_DEAL)
    assert (both[DEAL].pipeline_id, both[DEAL].stage_id, both[DEAL].closed) == (SALES, FIRST, False)
    assert (both[EMPTY_DEAL].pipeline_id, both[EMPTY_DEAL].stage_id, both[EMPTY_DEAL].closed) == (SALES, WON, True)
    assert world.field_text(DEAL, setup, DealField.STOCK_CHECK) == "Не пройдена"
    assert list(world.crm().move_deals([])) == []


def test_one_that_cannot_be_moved_is_named_and_keeps_nobody_back(world: CrmWorld) -> None:
    moves = [DealMove(DEAL, SALES, FIRST), DealMove(1, SALES, FIRST), DealMove(EMPTY_DEAL, WHOLESALE, WON)]
    assert list(world.crm().move_deals(moves)) == [1]
    both = seen(world, DEAL, EMPTY_DEAL)
    assert [both[DEAL].stage_id, both[EMPTY_DEAL].stage_id] == [FIRST, WON]


def test_a_field_the_account_lacks_is_no_refusal_of_the_deals(world: CrmWorld) -> None:
    with pytest.raises(CrmRefused):
        world.crm().move_deals([DealMove(DEAL, SALES, FIRST, {DealField.STOCK_CHECK: "x"})])


@pytest.mark.parametrize("done", [True, False])
def test_a_lost_answer_to_a_move_says_so_and_a_repeat_mends_it(world: CrmWorld, done: bool) -> None:
    before = seen(world, DEAL)[DEAL].stage_id
    assert before == SECOND
    world.lose_answer("move_deals", done=done)
    with pytest.raises(CrmOutcomeUnknown):
        world.crm().move_deals([DealMove(DEAL, SALES, FIRST)])
    assert seen(world, DEAL)[DEAL].stage_id == (FIRST if done else SECOND)
    world.crm().move_deals([DealMove(DEAL, SALES, FIRST)])
    assert seen(world, DEAL)[DEAL].stage_id == FIRST


def test_a_webhook_that_was_switched_off_or_removed_is_seen_and_restored(world: CrmWorld) -> None:
    setup = world.crm().set_up(WISH)
    assert world.crm().hook_state(setup) is HookState.ON
    for harm, state in ((world.switch_hook_off, HookState.OFF), (world.remove_hook, HookState.MISSING)):
        harm(WISH.webhook_url)
        assert world.crm().hook_state(setup) is state
        world.crm().restore_hook(setup)
        world.crm().restore_hook(setup)
        assert world.crm().hook_state(setup) is HookState.ON
    assert world.webhooks() == {WISH.webhook_url}


def test_a_webhook_that_keeps_something_from_us_counts_as_off(amo: AmoWorld) -> None:
    setup = amo.crm().set_up(WISH)
    hook = amo.server.world.store.all("webhook")[0]
    amo.server.world.store.put("webhook", hook | {"settings": ["update_lead"]})
    assert amo.crm().hook_state(setup) is HookState.OFF


def test_a_hundred_deals_cost_one_call_to_see_and_two_to_move(amo: AmoWorld) -> None:
    """The promise the guard's budget is counted by."""
    ids = [new_deal(amo, number) for number in range(100)]
    crm = amo.crm()
    crm.deals_seen(ids[:1])  # whatever the adapter learns once
    amo.server.world.request_log.clear()
    assert [one.id for one in crm.deals_seen(ids)] == ids
    assert list(crm.move_deals([DealMove(one, SALES, SECOND) for one in ids])) == []
    assert [method for method, _ in amo.requests()] == ["GET", "PATCH", "PATCH"]
    assert {one.stage_id for one in crm.deals_seen(ids)} == {SECOND}


def test_more_than_one_call_holds_are_read_in_several(amo: AmoWorld) -> None:
    ids = [new_deal(amo, number) for number in range(301)]
    assert {one.id for one in amo.crm().deals_seen(ids)} == set(ids)
    amo.server.world.request_log.clear()
    assert set(ids) <= {one.id for one in everything(amo)}
    assert amo.requests().count(("GET", "/api/v4/leads")) == 3, "two pages and the empty one behind them"


def new_deal(amo: AmoWorld, number: int) -> int:
    answer = amo.crm().client.write("POST", "leads", [{"name": f"Опт {number}", "status_id": FIRST}])
    assert answer is not None
    return int(answer["_embedded"]["leads"][0]["id"])
