"""Operations for people: who may look, what is seen of them, again and away, and what either means for an order."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from backend.domain.errors import NotFound
from backend.domain.order import Order, OrderStatus
from backend.erp.memory.faults import Fault
from backend.ports.crm import CrmRefused, CrmUnavailable
from backend.ports.erp import ErpUnavailable, OrderState
from backend.ports.store import JournalEntry, Operation, OperationSearch, OperationState
from backend.services.operations.desk import (
    Desk,
    OperationMoved,
    OperationNotDismissible,
    OperationNotRetryable,
    OperationSuperseded,
    OperationWrongState,
    desk_of,
)
from backend.services.operations.dismiss import dismiss_operation
from backend.services.operations.purge import KEPT, purge_operations
from backend.services.operations.retry import retry_operation
from backend.services.operations.show import list_operations, show_operation
from backend.services.retry_order import retry_order
from backend.services.set_up_account import SetupRunning, start_set_up
from backend.services.viewer import NotAdministrator
from tests.support.house import ACCOUNT, ADMIN, ADMINISTRATOR, FILLABLE, MANAGER, SUPERVISOR, House
from tests.support.queued import queue as queue_up

DESK = Desk(ACCOUNT, ADMIN)
ABROAD = Desk(ACCOUNT + 1, 7)
SHELL = Desk(None, None, "root")
WHY = "сделан руками в учёте"


def queue(house: House, kind: str = "crm.note", key: str = "k", deal_id: int | None = FILLABLE, **payload: Any) -> str:
    with house.store.write() as unit:
        return unit.operations.add(
            ACCOUNT, kind=kind, key=key, payload=payload, deal_id=deal_id, due_at=house.clock.now()
        )


def dead_note(house: House, key: str = "k") -> str:
    house.crm.fail_next("add_note", CrmRefused("422", message="no"))
    operation_id = queue(house, key=key, text=f"Отгрузка {key}")
    house.drain()
    return operation_id


def get(house: House, operation_id: str) -> Operation:
    with house.store.read() as unit:
        found = unit.operations.get(operation_id)
    assert found is not None
    return found


def of_kind(house: House, kind: str) -> Operation:
    """The last of its kind."""
    with house.store.read() as unit:
        return unit.desk.search(OperationSearch(kinds=[kind]))[0]


def order_of(house: House, deal_id: int = FILLABLE) -> Order:
    with house.store.read() as unit:
        order = unit.orders.latest_of_deal(ACCOUNT, deal_id)
    assert order is not None
    return order


def held(house: House) -> Decimal:
    """Our holds of sockets that count against a reading taken now."""
    product = house.products["SOCKET"].id
    with house.store.read() as unit:
        counted = unit.holds.counted(ACCOUNT, [product], ["msk"], taken_at=house.clock.now())
    return counted.get((product, "msk"), Decimal(0))


def journal(house: House, operation_id: str) -> list[JournalEntry]:
    with house.store.read() as unit:
        return list(unit.journal.of_operation(ACCOUNT, operation_id))


def lose_for_good(house: House, deal_id: int = FILLABLE) -> Operation:
    """An order whose placing was given up, its outcome unknown: every answer was lost."""
    house.order(deal_id)
    house.erp.script.down(Fault.LOST_AFTER, step="place_order")
    placing = until_given_up(house, "order.place")
    house.erp.script.up()
    return placing


def until_given_up(house: House, kind: str) -> Operation:
    """Days go by, and it is tried again and again."""
    for _ in range(50):
        house.drain()
        operation = of_kind(house, kind)
        if operation.state is OperationState.DEAD:
            return operation
        house.clock.advance(timedelta(hours=4))
    raise AssertionError(operation)


# Who may look.


@pytest.mark.parametrize("who", [MANAGER, SUPERVISOR])
def test_the_desk_is_for_administrators(house: House, who: Any) -> None:
    with pytest.raises(NotAdministrator):
        desk_of(house.services, who)
    assert desk_of(house.services, ADMINISTRATOR) == DESK


@pytest.mark.parametrize(
    "do",
    [
        show_operation,
        retry_operation,
        lambda services, desk, operation_id: dismiss_operation(services, desk, operation_id, WHY),
    ],
    ids=["show", "retry", "dismiss"],
)
def test_another_accounts_operation_is_not_there(house: House, do: Callable[..., Any]) -> None:
    operation_id = dead_note(house)
    with pytest.raises(NotFound):
        do(house.services, ABROAD, operation_id)
    with pytest.raises(NotFound):
        do(house.services, DESK, "nothing")
    assert get(house, operation_id).state is OperationState.DEAD


def test_a_list_holds_to_its_account_whatever_is_asked(house: House) -> None:
    dead_note(house)
    asked = OperationSearch(account_id=ACCOUNT)
    assert list_operations(house.services, ABROAD, asked)["operations"] == []
    assert len(list_operations(house.services, SHELL, asked)["operations"]) == 1  # type: ignore[arg-type]


# What is seen.


def test_pages_of_a_list(house: House) -> None:
    for number in range(5):
        queue(house, key=str(number), text="")
    first = list_operations(house.services, DESK, OperationSearch(limit=2))
    second = list_operations(house.services, DESK, OperationSearch(limit=2, before=int(str(first["next"]))))
    last = list_operations(house.services, DESK, OperationSearch(limit=2, before=int(str(second["next"]))))
    pages: list[Any] = [first, second, last]
    assert [len(page["operations"]) for page in pages] == [2, 2, 1]
    assert last["next"] is None
    assert len({one["id"] for page in pages for one in page["operations"]}) == 5


def test_one_is_told_with_what_happened_to_it(house: House) -> None:
    operation_id = dead_note(house)
    told: Any = show_operation(house.services, DESK, operation_id)
    assert (told["state"], told["kind"], told["lane"], told["attempts"]) == ("dead", "crm.note", "crm", 1)
    assert told["error"] == {"code": "crm_refused", "detail": "422"}
    assert (told["can_retry"], told["can_dismiss"]) == (True, True)
    assert told["payload"] == {"text": "•••"}


def test_exchanges_are_told_in_their_order(house: House) -> None:
    operation_id = queue(house, text="")
    with house.store.write() as unit:
        for status in (503, 200):
            data = {"method": "POST", "path": "/api/v4/leads/notes", "status": status, "body": "Иван"}
            unit.journal.add(
                JournalEntry(ACCOUNT, house.clock.now(), "crm.exchange", data=data, operation_id=operation_id)
            )
    told: Any = show_operation(house.services, DESK, operation_id)
    assert [one["data"]["status"] for one in told["journal"]] == [503, 200]
    assert {one["data"]["body"] for one in told["journal"]} == {"•••"}


def test_nothing_personal_of_a_real_order_is_told(house: House) -> None:
    """Every operation an order makes, shown as it is, names neither customer nor goods nor what was written."""
    house.order(FILLABLE)
    house.drain()
    everything: Any = list_operations(house.services, DESK, OperationSearch())
    shown = [show_operation(house.services, DESK, one["id"]) for one in everything["operations"]]
    text = json.dumps([everything, shown], ensure_ascii=False)
    assert len(shown) > 2
    assert [one for one in ("Стройгрупп", "7701234560", "Розетка", "оформлен", "Мясницкая") if one in text] == []


# Again.


def test_a_dead_one_is_done_after_a_retry_and_the_journal_says_who_asked(house: House) -> None:
    operation_id = dead_note(house)
    told = retry_operation(house.services, DESK, operation_id)
    assert (told["state"], told["attempts"]) == ("waiting", 0)
    house.drain()
    assert house.notes(FILLABLE) == ["Отгрузка k"]
    assert [(one.actor, one.deal_id) for one in journal(house, operation_id) if one.kind == "operation.retried"] == [
        (ADMIN, FILLABLE)
    ]


def test_a_waiting_one_need_not_wait(house: House) -> None:
    house.crm.fail_next("add_note", CrmUnavailable())
    operation_id = queue(house, text="Отгрузка")
    house.drain()
    assert house.notes(FILLABLE) == []
    retry_operation(house.services, DESK, operation_id)
    house.drain()
    assert house.notes(FILLABLE) == ["Отгрузка"]


def test_what_ended_is_not_tried_again(house: House) -> None:
    operation_id = queue(house, text="Отгрузка")
    house.drain()
    with pytest.raises(OperationWrongState) as caught:
        retry_operation(house.services, DESK, operation_id)
    assert caught.value.data == {"state": "done"}


def test_old_values_are_not_brought_back(house: House) -> None:
    """A later update of the deal's fields went through: the dead one would overwrite it."""
    fields: Any = {"budget": "1", "fields": {}}
    house.crm.fail_next("update_deal", CrmRefused("422", message="no"))
    old = queue(house, "crm.update_deal", "old", **fields)
    house.drain()
    queue(house, "crm.update_deal", "new", **(fields | {"budget": "2"}))
    house.drain()
    with pytest.raises(OperationSuperseded):
        retry_operation(house.services, DESK, old)
    assert house.crm.deals[FILLABLE].deal.budget == Decimal(2)


def test_a_later_one_that_wrote_something_else_is_no_hindrance(house: House) -> None:
    """Only the field of the check was written since: the budget is still the old one's to write."""
    house.crm.fail_next("update_deal", CrmRefused("422", message="no"))
    old = queue(house, "crm.update_deal", "old", budget="7", fields={"payment": "Оплачен"})
    house.drain()
    queue(house, "crm.update_deal", "check", fields={"stock_check": "Пройдена"})
    house.drain()
    retry_operation(house.services, DESK, old)
    house.drain()
    assert house.crm.deals[FILLABLE].deal.budget == Decimal(7)


def test_the_newest_values_are_written_again(house: House) -> None:
    house.crm.fail_next("update_deal", CrmRefused("422", message="no"))
    only = queue(house, "crm.update_deal", "only", budget="5", fields={})
    house.drain()
    retry_operation(house.services, DESK, only)
    house.drain()
    assert house.crm.deals[FILLABLE].deal.budget == Decimal(5)


def test_a_given_up_order_goes_on_where_it_was_and_once(house: House) -> None:
    placing = lose_for_good(house)
    assert order_of(house).status is OrderStatus.FAILED
    retry_operation(house.services, DESK, placing.id)
    assert order_of(house).status is OrderStatus.PLACING
    house.drain()
    assert order_of(house).status is OrderStatus.PLACED
    assert [one.state for one in house.erp_orders()] == [OrderState.OPEN]


def test_the_desk_and_the_card_do_not_both_resume_it(house: House) -> None:
    placing = lose_for_good(house)
    retry_operation(house.services, DESK, placing.id)
    with pytest.raises(NotFound):
        retry_order(house.services, MANAGER, FILLABLE)


def test_a_set_up_is_not_begun_beside_another(house: House) -> None:
    house.crm.fail_next("set_up", CrmRefused("422", message="no"))
    start_set_up(house.services, ADMINISTRATOR)
    house.drain()
    dead = of_kind(house, "account.set_up")
    start_set_up(house.services, ADMINISTRATOR)
    with pytest.raises(SetupRunning):
        retry_operation(house.services, DESK, dead.id)
    house.drain()
    assert retry_operation(house.services, DESK, dead.id)["state"] == "waiting"
    with pytest.raises(SetupRunning):
        start_set_up(house.services, ADMINISTRATOR)


# Away.


def test_a_dismissed_one_says_who_and_why_and_lets_the_lane_go_on(house: House) -> None:
    house.crm.fail_next("add_note", CrmUnavailable())
    first, second = queue(house, key="1", text="Первая"), queue(house, key="2", text="Вторая")
    house.drain()
    told = dismiss_operation(house.services, DESK, first, WHY)
    assert (told["state"], told["dismissed"]) == ("dismissed", {"by": ADMIN, "why": WHY})
    house.drain(timedelta(minutes=5))
    assert (house.notes(FILLABLE), get(house, second).state) == (["Вторая"], OperationState.DONE)
    [entry] = [one for one in journal(house, first) if one.kind == "operation.dismissed"]
    assert (entry.actor, entry.data) == (ADMIN, {"operation": first, "kind": "crm.note", "why": WHY})


def test_from_the_command_line_the_journal_says_which_user_of_the_server(house: House) -> None:
    operation_id = dead_note(house)
    assert dismiss_operation(house.services, SHELL, operation_id, WHY)["dismissed"] == {"by": None, "why": WHY}
    [entry] = [one for one in journal(house, operation_id) if one.kind == "operation.dismissed"]
    assert (entry.actor, (entry.data or {})["by"]) == (None, "root")


def test_what_is_dismissed_is_neither_retried_nor_dismissed(house: House) -> None:
    operation_id = dead_note(house)
    dismiss_operation(house.services, DESK, operation_id, WHY)
    with pytest.raises(OperationWrongState):
        retry_operation(house.services, DESK, operation_id)
    with pytest.raises(OperationWrongState):
        dismiss_operation(house.services, DESK, operation_id, WHY)


def test_a_worker_that_was_quicker_wins(house: House) -> None:
    """It takes the operation between the look and the decision: nothing is dismissed."""
    house.crm.fail_next("add_note", CrmUnavailable())
    operation_id = queue(house, text="Отгрузка")
    house.drain()
    house.clock.advance(timedelta(minutes=5))
    house.store.rival = house.drain
    with pytest.raises(OperationMoved):
        dismiss_operation(house.services, DESK, operation_id, WHY)
    assert (get(house, operation_id).state, house.notes(FILLABLE)) == (OperationState.DONE, ["Отгрузка"])
    assert "operation.dismissed" not in [one.kind for one in journal(house, operation_id)]


def test_an_unknown_kind_of_order_work_is_not_dismissed(house: House) -> None:
    """Whoever adds one says first what its dismissal means for the order."""
    with pytest.raises(OperationNotDismissible):
        dismiss_operation(house.services, DESK, queue(house, "order.teleport", "t"), WHY)


# What it means for an order.


def test_a_waiting_order_that_is_dismissed_ends_and_frees_its_goods(house: House) -> None:
    house.order(FILLABLE)
    assert held(house) == 10
    dismiss_operation(house.services, DESK, of_kind(house, "order.place").id, WHY)
    order = order_of(house)
    assert (order.status, (order.error or {})["code"]) == (OrderStatus.FAILED, "operation_dismissed")
    assert (held(house), house.erp_orders()) == (0, [])
    house.drain()
    assert [WHY in note for note in house.notes(FILLABLE)] == [True]
    assert house.live(FILLABLE)["state"] == "failed"


def test_after_that_the_manager_may_order_anew(house: House) -> None:
    house.order(FILLABLE)
    dismiss_operation(house.services, DESK, of_kind(house, "order.place").id, WHY)
    house.clock.advance(timedelta(seconds=1))
    retry_order(house.services, MANAGER, FILLABLE)
    house.drain()
    assert house.live(FILLABLE)["state"] == "placed"


@pytest.mark.parametrize("fault", [Fault.LOST_AFTER, Fault.LOST_BEFORE])
def test_what_the_erp_has_of_it_is_cancelled_there(house: House, fault: Fault) -> None:
    """Nobody knew whether it was made: it is read back, and is not left behind."""
    house.order(FILLABLE)
    house.erp.script.fail("place_order", fault)
    house.drain()
    dismiss_operation(house.services, DESK, of_kind(house, "order.place").id, WHY)
    assert OrderState.OPEN not in [one.state for one in house.erp_orders()]
    assert order_of(house).status is OrderStatus.FAILED


def test_a_dead_order_that_is_dismissed_is_known_to_be_over(house: House) -> None:
    placing = lose_for_good(house)
    dismiss_operation(house.services, DESK, placing.id, WHY)
    assert [one.state for one in house.erp_orders()] == [OrderState.CANCELLED]
    assert (order_of(house).error or {})["resume"] is None
    assert held(house) == 0
    house.clock.advance(timedelta(seconds=1))
    retry_order(house.services, MANAGER, FILLABLE)
    house.drain()
    assert [one.state for one in house.erp_orders()] == [OrderState.OPEN]


def test_while_the_erp_does_not_answer_nothing_is_dismissed(house: House) -> None:
    house.order(FILLABLE)
    house.erp.script.down()
    house.drain()
    placing = of_kind(house, "order.place")
    with pytest.raises(ErpUnavailable):
        dismiss_operation(house.services, DESK, placing.id, WHY)
    house.erp.script.up()
    assert (get(house, placing.id).state, order_of(house).status) == (OperationState.WAITING, OrderStatus.PLACING)
    house.drain(timedelta(minutes=5))
    assert order_of(house).status is OrderStatus.PLACED


def test_a_worker_that_takes_the_order_up_meanwhile_ends_it_once(house: House) -> None:
    """The read-back cancelled nothing yet; the worker placed it; the dismissal is refused; the order lives."""
    house.order(FILLABLE)
    house.store.rival = house.drain
    with pytest.raises(OperationMoved):
        dismiss_operation(house.services, DESK, of_kind(house, "order.place").id, WHY)
    assert order_of(house).status is OrderStatus.PLACED
    assert [one.state for one in house.erp_orders()] == [OrderState.OPEN]


def test_a_worker_that_finds_its_order_cancelled_by_the_read_back_ends_it_as_refused(house: House) -> None:
    house.order(FILLABLE)
    house.erp.script.fail("place_order", Fault.LOST_AFTER)
    house.drain()
    house.clock.advance(timedelta(minutes=5))
    house.store.rival = house.drain
    with pytest.raises(OperationMoved):
        dismiss_operation(house.services, DESK, of_kind(house, "order.place").id, WHY)
    assert (order_of(house).status, held(house)) == (OrderStatus.FAILED, 0)
    assert [one.state for one in house.erp_orders()] == [OrderState.CANCELLED]


def test_an_order_that_ended_otherwise_is_left_as_it_is(house: House) -> None:
    """Somebody ordered anew over the dead one: dismissing its operation touches neither."""
    placing = lose_for_good(house)
    house.order(FILLABLE)
    house.drain()
    placed = order_of(house)
    dismiss_operation(house.services, DESK, placing.id, WHY)
    assert order_of(house) == placed
    assert get(house, placing.id).state is OperationState.DISMISSED


def test_an_order_that_waits_for_the_erp_leaves_the_queue_with_a_word(house: House) -> None:
    queue_up(house, FILLABLE)
    house.drain()
    dismiss_operation(house.services, DESK, of_kind(house, "order.submit").id, WHY)
    house.erp.script.up()
    house.drain(timedelta(minutes=10))
    assert house.live(FILLABLE)["state"] == "ready"
    assert house.erp_orders() == []
    assert [note for note in house.notes(FILLABLE) if WHY in note] == house.notes(FILLABLE)[-1:]


def test_a_queued_order_whose_end_was_told_does_not_come_to_life(house: House) -> None:
    queue_up(house, FILLABLE)
    dead = until_given_up(house, "order.submit")
    house.erp.script.up()
    assert show_operation(house.services, DESK, dead.id)["can_retry"] is False
    with pytest.raises(OperationNotRetryable):
        retry_operation(house.services, DESK, dead.id)
    said = house.notes(FILLABLE)
    dismiss_operation(house.services, DESK, dead.id, WHY)
    house.drain()
    assert house.notes(FILLABLE) == said


def test_a_dismissed_set_up_may_be_started_again(house: House) -> None:
    start_set_up(house.services, ADMINISTRATOR)
    dismiss_operation(house.services, DESK, of_kind(house, "account.set_up").id, WHY)
    with house.store.read() as unit:
        progress = unit.accounts.setup_progress(ACCOUNT)
    assert (progress.state, progress.steps[0].state) == ("failed", "failed")
    assert progress.steps[0].error == "operation_dismissed"
    start_set_up(house.services, ADMINISTRATOR)


def test_a_dead_set_up_keeps_its_own_reason(house: House) -> None:
    house.crm.fail_next("set_up", CrmRefused("422", message="no"))
    start_set_up(house.services, ADMINISTRATOR)
    house.drain()
    dismiss_operation(house.services, DESK, of_kind(house, "account.set_up").id, WHY)
    with house.store.read() as unit:
        assert {one.error for one in unit.accounts.setup_progress(ACCOUNT).steps} == {"crm_refused", None}


# Forgotten.


def test_what_was_done_is_kept_for_a_month_and_its_journal_for_ever(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("backend.services.operations.purge.BATCH", 2)
    done = [queue(house, key=str(number), text="Отгрузка") for number in range(3)]
    house.drain()
    house.clock.advance(KEPT)
    dead = dead_note(house, "dead")
    assert purge_operations(house.services) == 0
    assert queue(house, key="1", text="Отгрузка") == done[1], "said once"
    house.clock.advance(timedelta(seconds=1))
    with house.store.write() as unit:
        assert unit.operations.revive(dead, now=house.clock.now())
    assert purge_operations(house.services) == 3
    assert [one.kind for one in journal(house, done[0])] == ["operation.done"]
    assert get(house, dead).state is OperationState.WAITING


def test_old_values_are_not_brought_back_after_a_month_either(house: House) -> None:
    """The later update is what shows that the dead one is out of date."""
    fields: Any = {"budget": "1", "fields": {}}
    house.crm.fail_next("update_deal", CrmRefused("422", message="no"))
    old = queue(house, "crm.update_deal", "old", **fields)
    house.drain()
    queue(house, "crm.update_deal", "new", **fields)
    house.drain()
    house.clock.advance(KEPT * 2)
    purge_operations(house.services)
    with pytest.raises(OperationSuperseded):
        retry_operation(house.services, DESK, old)
