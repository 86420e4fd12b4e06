"""Two people, or a person and a worker, act on one deal at the same moment: one wins, nothing is half done (R7, R9,
R29)."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from backend.domain.approval import Approval, ApprovalState, NotPending, Verdict
from backend.domain.customer import CustomerKey
from backend.domain.errors import Conflict
from backend.domain.order import Order, OrderStatus
from backend.domain.rules import ShortageRule
from backend.erp.memory.faults import Fault
from backend.jobs.runner import OperationRunner
from backend.operations import handlers
from backend.ports.erp import ErpUnavailable, OrderState
from backend.ports.store import ApprovalExists, Operation, OrderExists
from backend.services.ask_approval import NothingToApprove, ask_approval
from backend.services.decide_approval import decide_approval, expire_approvals, withdraw_approval
from backend.services.edit_basket import apply_remedy
from backend.services.place_order import fail_order, place_order
from backend.services.retry_order import retry_order
from backend.services.submit_order import NotAllowed, PictureChanged, submit_order
from tests.support.house import ACCOUNT, FILLABLE, INN, KPP, MANAGER, RIVAL, SHORT, SUPERVISOR, House
from tests.unit.services.test_order import held


def ask(house: House, deal: int = SHORT) -> str:
    """The line's id."""
    panel = json.loads(ask_approval(house.services, MANAGER, deal, "Клиент подождёт"))
    line_id: str = panel["approval"]["lines"][0]["line_id"]
    return line_id


def decide(house: House, verdict: Verdict = Verdict.APPROVE, deal: int = SHORT, **granted: Decimal) -> None:
    decide_approval(house.services, SUPERVISOR, deal, verdict=verdict, reason="Так надо", quantities=granted)


def approval_of(house: House, deal: int = SHORT) -> Approval:
    with house.store.read() as unit:
        found = unit.approvals.latest_of_deal(ACCOUNT, deal)
    assert found is not None
    return found


def order_of(house: House, deal: int = SHORT) -> Order:
    with house.store.read() as unit:
        found = unit.orders.latest_of_deal(ACCOUNT, deal)
    assert found is not None
    return found


def next_operation(house: House, deal: int) -> Operation:
    with house.store.read() as unit:
        ids = unit.operations.runnable(now=house.clock.now(), limit=100)
        waiting = [unit.operations.get(one) for one in ids]
    found = next((one for one in waiting if one is not None and one.deal_id == deal), None)
    assert found is not None
    return found


def end_approval(house: House, state: ApprovalState) -> None:
    """Somebody's write that lands between our look and our write."""
    with house.store.write() as unit:
        current = unit.approvals.latest_of_deal(ACCOUNT, SHORT)
        assert current is not None
        unit.approvals.save(replace(current, state=state))


@pytest.mark.parametrize("state", [ApprovalState.VOID, ApprovalState.EXPIRED, ApprovalState.WITHDRAWN])
def test_approval_that_ended_meanwhile_places_nothing(house: House, state: ApprovalState) -> None:
    ask(house)
    decide(house)
    seen = house.live(SHORT)["decision"]["fingerprint"]
    house.store.rival = lambda: end_approval(house, state)
    with pytest.raises(PictureChanged):
        submit_order(house.services, MANAGER, SHORT, seen)
    assert approval_of(house).state is state
    assert held(house, "PANEL") == 0
    house.drain()
    assert house.erp_orders() == []


def test_task_remembered_meanwhile_is_not_forgotten(house: House) -> None:
    """The worker notes a task's number while the order is accepted: both writes are kept."""
    ask(house)
    decide(house)
    seen = house.live(SHORT)["decision"]["fingerprint"]
    house.store.rival = house.drain
    submit_order(house.services, MANAGER, SHORT, seen)
    assert approval_of(house).state is ApprovalState.USED
    assert len(approval_of(house).task_ids) == 1


def test_request_that_was_not_needed_is_taken_back(house: House) -> None:
    """Goods came while the supervisor was thinking: the order goes through, their task is closed."""
    ask(house)
    house.drain()
    house.erp.people.count(house.products["PANEL"].id, "msk", Decimal(20))
    house.order(SHORT)
    house.drain()
    assert house.live(SHORT)["state"] == "placed"
    assert approval_of(house).state is ApprovalState.WITHDRAWN
    assert all(task.result is not None for task in house.crm.tasks.values())


def test_line_added_after_the_check_is_not_part_of_a_partial_order(house: House) -> None:
    """The part is cut from what was seen: nobody approved what came into the deal a moment later."""
    line_id = ask(house)
    decide(house, Verdict.APPROVE_PART, **{line_id: Decimal(8)})
    seen = house.live(SHORT)["decision"]["fingerprint"]
    drill = house.element("DRILL")
    house.erp.script.before("quote_prices", lambda: house.crm.set_line(SHORT, drill, "500"))
    submit_order(house.services, MANAGER, SHORT, seen)
    house.drain()
    assert [line.product_id for line in house.erp_orders()[0].lines] == [house.products["PANEL"].id]
    assert house.crm.deals[SHORT].lines[drill] == 500


def test_partial_order_asks_the_erp_for_prices_alone_once_more(house: House) -> None:
    line_id = ask(house)
    decide(house, Verdict.APPROVE_PART, **{line_id: Decimal(6)})
    seen = house.live(SHORT)["decision"]["fingerprint"]
    before = house.erp.calls.copy()
    submit_order(house.services, MANAGER, SHORT, seen)
    asked = {name: count - before.get(name, 0) for name, count in house.erp.calls.items()}
    assert (asked["quote_prices"], asked["read_stock"], asked["products"]) == (2, 1, 1)


def test_partial_order_that_failed_can_be_retried(house: House) -> None:
    line_id = ask(house)
    decide(house, Verdict.APPROVE_PART, **{line_id: Decimal(6)})
    house.order(SHORT)
    house.erp.script.fail("place_order", Fault.DENIED)
    house.drain(timedelta(minutes=1))
    assert house.live(SHORT)["state"] == "failed"
    assert approval_of(house).state is ApprovalState.APPROVED_PART
    retry_order(house.services, MANAGER, SHORT)
    house.drain(timedelta(minutes=1))
    assert house.live(SHORT)["state"] == "placed"
    assert [one.lines[0].ordered for one in house.erp_orders() if one.state is OrderState.OPEN] == [Decimal(6)]


def test_approval_of_the_whole_leaves_new_lines_of_the_deal_alone(house: House) -> None:
    ask(house)
    decide(house)
    house.order(SHORT)
    drill = house.element("DRILL")
    house.crm.set_line(SHORT, drill, "1")
    house.drain()
    assert house.crm.deals[SHORT].lines[drill] == 1


def stuck(house: House, deal: int = RIVAL) -> None:
    """An order whose operation was given up after the ERP had made it: the answer never came."""
    house.order(deal)
    house.erp.script.fail("place_order", Fault.LOST_AFTER, times=1000)
    house.drain(timedelta(minutes=1))
    house.clock.advance(timedelta(days=4))
    house.drain()
    house.erp.script.up()
    assert order_of(house, deal).status is OrderStatus.FAILED


def test_unresolved_order_says_so_in_words(house: House) -> None:
    stuck(house)
    house.drain()
    assert any("неизвестно" in note for note in house.notes(RIVAL))
    assert not any("erp_" in note for note in house.notes(RIVAL))


def test_ordering_anew_cancels_the_order_whose_fate_was_unknown(house: House) -> None:
    """Nobody pressed Retry: a changed basket is ordered. The first order must not live on in the ERP unseen."""
    stuck(house)
    [first] = house.erp_orders()
    house.set_quantity(RIVAL, "PANEL", "3")
    # the first press cancels what was left, which gives other figures; what is seen then can be ordered
    house.order(RIVAL)
    house.drain(timedelta(minutes=1))
    living = [one for one in house.erp.read_orders([first.id]) if one.state is OrderState.OPEN]
    assert living == []
    assert [one.lines[0].ordered for one in house.erp_orders()] == [Decimal(3)]
    assert held(house, "PANEL") == 0


def test_unresolved_order_is_not_forgotten_while_the_erp_is_down(house: House) -> None:
    stuck(house)
    seen = house.live(RIVAL)["decision"]["fingerprint"]
    house.erp.script.down()
    with pytest.raises(ErpUnavailable):
        submit_order(house.services, MANAGER, RIVAL, seen)
    assert order_of(house, RIVAL).status is OrderStatus.FAILED


def test_retry_before_the_operation_is_given_up(house: House) -> None:
    """The order says failed a moment before its operation is dead: pressing Retry just then must not leave an order
    that is being placed by nobody."""
    house.order(RIVAL)
    operation = next_operation(house, RIVAL)
    fail_order(house.services, operation, ErpUnavailable())
    with pytest.raises(Conflict):
        retry_order(house.services, MANAGER, RIVAL)
    assert order_of(house, RIVAL).status is OrderStatus.FAILED


def test_worker_that_lost_its_claim_cannot_fail_a_placed_order(house: House) -> None:
    house.order(RIVAL)
    operation = next_operation(house, RIVAL)
    # the second worker places it wholly before the first one's write of its failure
    house.erp.script.fail("place_order", Fault.DENIED)
    other = OperationRunner(house.store, house.clock, handlers(house.services))
    house.store.rival = lambda: other.run(operation.id)
    place_order(house.services, operation)
    assert order_of(house, RIVAL).status is OrderStatus.PLACED


def test_second_part_refused_takes_the_first_back(house: House) -> None:
    """Two warehouses: the first order was made and its hold became a reserve; both are gone in the end."""
    remedy = next(one for one in house.live(SHORT)["remedies"] if one["kind"] == "other_warehouse")
    apply_remedy(house.services, MANAGER, SHORT, remedy["id"])
    house.order(SHORT)
    house.erp.people.count(house.products["PANEL"].id, "spb", Decimal(0))
    house.drain(timedelta(minutes=1))
    assert house.live(SHORT)["order"]["state"] == "failed"
    assert OrderState.OPEN not in {one.state for one in house.erp_orders()}
    assert held(house, "PANEL") == held(house, "PANEL", "spb") == 0
    assert house.live(RIVAL)["lines"][0]["available"] == "6"


def test_no_request_beside_a_living_order(house: House) -> None:
    """Another tab placed the order while this one was writing its reason."""
    ask(house)
    decide(house)
    house.drain()
    seen = house.live(SHORT)["decision"]["fingerprint"]
    end_approval(house, ApprovalState.WITHDRAWN)

    def other_tab() -> None:
        end_approval(house, ApprovalState.APPROVED)
        submit_order(house.services, MANAGER, SHORT, seen)

    house.store.rival = other_tab
    with pytest.raises(OrderExists):
        ask(house)


def test_no_second_request_for_what_was_granted(house: House) -> None:
    ask(house)
    decide(house)
    with pytest.raises(NothingToApprove):
        ask(house)


def test_a_new_request_replaces_a_granted_part(house: House) -> None:
    line_id = ask(house)
    decide(house, Verdict.APPROVE_PART, **{line_id: Decimal(6)})
    house.clock.advance(timedelta(minutes=1))
    ask(house)
    assert approval_of(house).state is ApprovalState.PENDING
    with pytest.raises(ApprovalExists):
        ask(house)
    house.clock.advance(timedelta(hours=30))
    expire_approvals(house.services)
    house.drain()
    assert sum("истёк" in note for note in house.notes(SHORT)) == 1


def test_granted_and_never_used_is_told_in_other_words(house: House) -> None:
    ask(house)
    decide(house)
    house.clock.advance(timedelta(hours=25))
    expire_approvals(house.services)
    house.drain()
    assert any("Срок разрешения истёк" in note for note in house.notes(SHORT))
    assert not any("без решения" in note for note in house.notes(SHORT))


def test_verdict_on_another_basket_than_the_one_read(house: House) -> None:
    """The requester withdraws, changes the basket and asks again while the supervisor's word is on its way."""
    ask(house)

    def asked_anew() -> None:
        withdraw_approval(house.services, MANAGER, SHORT)
        house.set_quantity(SHORT, "PANEL", "12")
        house.clock.advance(timedelta(seconds=1))
        ask(house)

    house.store.rival = asked_anew
    with pytest.raises(NotPending):
        decide(house)
    assert approval_of(house).state is ApprovalState.PENDING


def test_second_verdict_is_told_how_the_first_ended(house: House) -> None:
    ask(house)
    decide(house, Verdict.REJECT)
    with pytest.raises(NotPending) as caught:
        decide(house)
    assert caught.value.data["state"] == "rejected"


def test_shortage_nobody_asked_for_voids_an_approval_over_the_credit(house: House) -> None:
    """Within the tolerance of drift a line may still become short: that was not what the supervisor allowed."""
    key = CustomerKey(inn=INN, kpp=KPP)
    house.erp.people.customer("АО «Стройгрупп»", key, limit=Decimal(1000), id="c-1")
    house.settle(drift=Decimal(5))
    ask(house, RIVAL)
    decide(house, deal=RIVAL)
    house.erp.people.count(house.products["PANEL"].id, "msk", Decimal(3))
    panel = house.live(RIVAL)
    assert (panel["approval"]["state"], panel["approval"]["void_reason"]) == ("void", "figures_worse")


def test_approval_does_not_hide_what_must_be_mended(house: House) -> None:
    """An approved basket that the rules block now shows its problem, not a button that cannot work."""
    ask(house)
    decide(house)
    house.settle(shortage=ShortageRule.BLOCK)
    assert house.live(SHORT)["state"] == "short"
    with pytest.raises(NotAllowed):
        house.order(SHORT)


def test_nothing_is_placed_twice_by_an_operation_run_again(house: House) -> None:
    house.order(FILLABLE)
    operation = next_operation(house, FILLABLE)
    house.drain()
    place_order(house.services, operation)
    house.drain()
    assert len(house.erp_orders()) == 1
    assert len(house.notes(FILLABLE)) == 1
