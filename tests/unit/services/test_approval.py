"""A supervisor decides about exactly what was seen (R7)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from backend.domain.approval import (
    GrantOutOfRange,
    NotPending,
    NotSupervisor,
    OverLimit,
    OwnRequest,
    ReasonNeeded,
    Verdict,
)
from backend.domain.customer import CustomerKey
from backend.domain.rules import ShortageRule, Supervisor
from backend.ports.store import ApprovalExists
from backend.services.ask_approval import NoSupervisor, NotApprovable, NothingToApprove, ask_approval
from backend.services.decide_approval import NotYours, decide_approval, expire_approvals, withdraw_approval
from backend.services.submit_order import NotAllowed, StockTaken, submit_order
from tests.support.house import (
    ADMINISTRATOR,
    ANNA,
    BROKEN,
    COLLEAGUE,
    FILLABLE,
    INN,
    KPP,
    MANAGER,
    OLGA,
    RIVAL,
    SHORT,
    SUPERVISOR,
    House,
)


def ask(house: House, deal: int = SHORT, reason: str = "Клиент подождёт") -> dict:
    return json.loads(ask_approval(house.services, MANAGER, deal, reason))


def decide(
    house: House, verdict: Verdict, reason: str = "", quantities: Mapping[str, Decimal] | None = None, who=SUPERVISOR
) -> dict:
    answer = decide_approval(
        house.services, who, SHORT, verdict=verdict, reason=reason, quantities=quantities or {}
    )  # fmt: skip
    return json.loads(answer)


def test_request_carries_its_evidence(house: House) -> None:
    panel = ask(house)
    assert panel["state"] == "asked"
    approval = house.live(SHORT, SUPERVISOR)["approval"]
    assert approval["can_decide"]
    assert approval["reason"] == "Клиент подождёт"
    [line] = approval["lines"]
    assert (line["requested"], line["available_then"], line["available_now"]) == ("10", "6", "6")
    assert line["incoming"] == {"date": "2026-12-12", "quantity": "40"}
    assert approval["margin_percent"] is not None
    assert house.live(SHORT)["approval"]["margin_percent"] is None


def test_supervisors_get_a_task_and_the_deal_a_note(house: House) -> None:
    ask(house)
    house.drain()
    [task] = house.crm.tasks.values()
    assert task.draft.user_id == OLGA
    assert "Щиты" in task.draft.text
    assert any("Анна просит" in note for note in house.notes(SHORT))


def test_approved_order_is_placed_beyond_stock(house: House) -> None:
    ask(house)
    house.drain()
    panel = decide(house, Verdict.APPROVE, "Ждём поставку")
    assert panel["approval"]["state"] == "approved"
    house.drain()
    assert [task.result is not None for task in house.crm.tasks.values()] == [True]
    assert house.live(SHORT)["state"] == "approved"
    house.order(SHORT)
    house.drain()
    assert house.live(SHORT)["state"] == "placed"
    assert house.erp_orders()[0].lines[0].ordered == Decimal(10)
    assert house.live(SHORT)["approval"]["state"] == "used"


def test_partial_approval_orders_the_part_and_the_deal_follows(house: House) -> None:
    panel = ask(house)
    line_id = panel["approval"]["lines"][0]["line_id"]
    decide(house, Verdict.APPROVE_PART, "Только шесть", {line_id: Decimal(6)})
    house.order(SHORT)
    house.drain()
    assert house.erp_orders()[0].lines[0].ordered == Decimal(6)
    assert house.crm.deals[SHORT].lines[house.element("PANEL")] == Decimal(6)


def test_rejection_needs_a_reason_and_is_shown(house: House) -> None:
    ask(house)
    with pytest.raises(ReasonNeeded):
        decide(house, Verdict.REJECT)
    decide(house, Verdict.REJECT, "Нет гарантий поставки")
    panel = house.live(SHORT)
    assert panel["state"] == "rejected"
    assert panel["approval"]["decision_reason"] == "Нет гарантий поставки"
    with pytest.raises(NotAllowed):
        house.order(SHORT)


def test_nobody_approves_their_own_request(house: House) -> None:
    house.settle(supervisors=(Supervisor(OLGA), Supervisor(ANNA)))
    ask(house)
    with pytest.raises(OwnRequest):
        decide(house, Verdict.APPROVE, who=MANAGER)
    assert not house.live(SHORT, MANAGER)["approval"]["can_decide"]


@pytest.mark.parametrize("who", [COLLEAGUE, ADMINISTRATOR])
def test_only_supervisors_decide(house: House, who) -> None:
    ask(house)
    with pytest.raises(NotSupervisor):
        decide(house, Verdict.APPROVE, who=who)


def test_limit_of_a_supervisor(house: House) -> None:
    house.settle(supervisors=(Supervisor(OLGA, Decimal(1000)),))
    ask(house)
    with pytest.raises(OverLimit):
        decide(house, Verdict.APPROVE)
    decide(house, Verdict.REJECT, "Не мой уровень")


def test_second_verdict_comes_too_late(house: House) -> None:
    ask(house)
    decide(house, Verdict.APPROVE)
    with pytest.raises(NotPending):
        decide(house, Verdict.REJECT, "Передумала")


def test_grant_beyond_the_request(house: House) -> None:
    line_id = ask(house)["approval"]["lines"][0]["line_id"]
    with pytest.raises(GrantOutOfRange):
        decide(house, Verdict.APPROVE_PART, quantities={line_id: Decimal(11)})


@pytest.mark.parametrize("granted", [True, False])
def test_changed_basket_voids_it(house: House, granted: bool) -> None:
    ask(house)
    if granted:
        decide(house, Verdict.APPROVE)
    house.set_quantity(SHORT, "PANEL", "12")
    panel = house.live(SHORT)
    assert panel["approval"]["state"] == "void"
    assert panel["approval"]["void_reason"] == "basket_changed"
    assert panel["state"] == "short"
    with pytest.raises(NotAllowed):
        house.order(SHORT)


def test_worse_figures_void_it(house: House) -> None:
    ask(house)
    decide(house, Verdict.APPROVE)
    house.order(RIVAL)
    house.drain()
    panel = house.live(SHORT)
    assert panel["approval"]["void_reason"] == "figures_worse"


def test_better_figures_do_not(house: House) -> None:
    ask(house)
    decide(house, Verdict.APPROVE)
    house.erp.people.count(house.products["PANEL"].id, "msk", Decimal(8))
    assert house.live(SHORT)["approval"]["state"] == "approved"


def test_supervisor_cannot_approve_what_is_no_longer_so(house: House) -> None:
    ask(house)
    house.set_quantity(SHORT, "PANEL", "12")
    with pytest.raises(NotPending):
        decide(house, Verdict.APPROVE)


def test_goods_taken_between_the_check_and_the_hold(house: House) -> None:
    """An approval widens the limit by the shortage that was seen, not by whatever a rival takes meanwhile."""
    ask(house)
    decide(house, Verdict.APPROVE)
    seen = house.live(SHORT)["decision"]["fingerprint"]
    house.store.rival = lambda: house.order(RIVAL)
    with pytest.raises(StockTaken):
        submit_order(house.services, MANAGER, SHORT, seen)


def test_withdrawn_by_the_one_who_asked(house: House) -> None:
    ask(house)
    with pytest.raises(NotYours):
        withdraw_approval(house.services, COLLEAGUE, SHORT)
    withdraw_approval(house.services, MANAGER, SHORT)
    assert house.live(SHORT)["state"] == "short"
    ask(house, reason="Ещё раз")


def test_deadline_runs_out_for_both(house: House) -> None:
    ask(house)
    house.drain()
    house.clock.advance(timedelta(hours=25))
    with pytest.raises(NotPending):
        decide(house, Verdict.APPROVE)
    expire_approvals(house.services)
    house.drain()
    assert house.live(SHORT)["approval"]["state"] == "expired"
    assert any("истёк" in note for note in house.notes(SHORT))
    assert all(task.result is not None for task in house.crm.tasks.values())


def test_one_request_at_a_time(house: House) -> None:
    ask(house)
    with pytest.raises(ApprovalExists):
        ask(house)


def test_nothing_to_approve(house: House) -> None:
    with pytest.raises(NothingToApprove):
        ask(house, FILLABLE)


def test_mistakes_must_be_mended_first(house: House) -> None:
    with pytest.raises(NotApprovable):
        ask(house, BROKEN)


def test_rule_block_lets_nobody_approve(house: House) -> None:
    house.settle(shortage=ShortageRule.BLOCK)
    assert house.live(SHORT)["decision"]["outcome"] == "block"
    with pytest.raises(NotApprovable):
        ask(house)


def test_no_supervisor_named(house: House) -> None:
    house.settle(supervisors=())
    with pytest.raises(NoSupervisor):
        ask(house)


def test_reason_is_demanded(house: House) -> None:
    with pytest.raises(ReasonNeeded):
        ask(house, reason="  ")


def test_approval_is_given_back_when_its_order_could_not_be_placed(house: House) -> None:
    """The ERP refused for good: the approval was not used and still stands for a retry."""
    ask(house)
    decide(house, Verdict.APPROVE)
    house.order(SHORT)
    with house.store.write() as unit:
        order = unit.orders.latest_of_deal(1, SHORT)
        assert order is not None
        unit.orders.save(replace(order, total=order.total + 1))
    house.drain(timedelta(minutes=1))
    assert house.live(SHORT)["approval"]["state"] == "approved"


def test_approval_over_the_credit_limit_is_carried_to_the_erp(house: House) -> None:
    """The ERP has its own credit check; it is answered with yes for exactly the order a supervisor allowed."""
    key = CustomerKey(inn=INN, kpp=KPP)
    house.erp.people.customer("АО «Стройгрупп»", key, limit=Decimal(1000), id="c-1")
    ask(house, RIVAL)
    answer = decide_approval(house.services, SUPERVISOR, RIVAL, verdict=Verdict.APPROVE, reason="", quantities={})
    assert json.loads(answer)["approval"]["state"] == "approved"
    house.order(RIVAL)
    house.drain()
    assert house.live(RIVAL)["state"] == "placed"
