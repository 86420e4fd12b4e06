"""*Put into the queue* while the ERP is silent, and out of it again (R13)."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from backend.erp.memory.faults import Fault
from backend.ports.crm import CrmDenied, CrmUnavailable
from backend.services.ask_approval import ask_approval
from backend.services.queue.press import QueueBasketChanged, QueueNotAllowed, queue_order, take_out_of_queue
from backend.services.session import show_revision
from backend.services.submit_order import submit_order
from backend.services.write_order import NotInQueue, PictureChanged
from tests.support.house import ANNA, BROKEN, COLLEAGUE, EMPTY, FILLABLE, IGOR, MANAGER, SHORT, SUPERVISOR, House
from tests.support.queued import AWHILE, back, offline, queue, take_out, waiting


def test_the_silent_panel_offers_the_queue_and_promises_nothing(house: House) -> None:
    before = house.live(FILLABLE)["decision"]["fingerprint"]
    panel = offline(house, FILLABLE)
    assert panel["queue"] == {"fingerprint": before, "allowed": True, "why": None}
    assert (panel["decision"], panel["remedies"], panel["queued"]) == (None, [], None)
    dates = [one["promise_date"] for line in panel["lines"] for one in (line, *line["parts"])]
    assert set(dates) == {None}
    assert {line["next_incoming"] for line in panel["lines"]} == {None}
    assert [line["available"] for line in panel["lines"]] == ["45", "13"]


def test_nothing_is_offered_while_the_erp_answers(house: House) -> None:
    assert house.live(FILLABLE)["queue"] is None
    assert house.cached(FILLABLE)["queue"] is None


def test_put_into_the_queue(house: House) -> None:
    panel = queue(house, FILLABLE)
    assert panel["state"] == "queued"
    assert panel["queued"] == {"by": {"id": ANNA, "name": "Анна"}, "at": "2026-11-21T09:00:00Z", "waits_for": "turn"}
    assert (panel["queue"], panel["decision"]) == (None, None)
    house.drain()
    panel = house.live(FILLABLE)
    assert (panel["state"], panel["queued"]["waits_for"]) == ("queued", "erp")
    assert any("очередь (Анна)" in note for note in house.notes(FILLABLE))
    assert house.erp_orders() == []


def test_it_waits_for_days_without_keeping_the_card_busy(house: House) -> None:
    queue(house, FILLABLE)
    house.drain()
    assert show_revision(house.services, MANAGER, FILLABLE)["pending"] is False


def test_pressing_twice_waits_once(house: House) -> None:
    seen = offline(house, FILLABLE)["queue"]["fingerprint"]
    house.live(FILLABLE, COLLEAGUE)
    house.store.rival = lambda: queue_order(house.services, COLLEAGUE, FILLABLE, seen)
    panel = json.loads(queue_order(house.services, MANAGER, FILLABLE, seen))
    assert panel["queued"]["by"] == {"id": IGOR, "name": "Игорь"}
    queue_order(house.services, MANAGER, FILLABLE, seen)
    back(house)
    assert len(house.erp_orders()) == 1
    assert len([note for note in house.notes(FILLABLE) if "поставлен в очередь" in note]) == 1


def test_taken_out_nothing_is_placed_and_it_may_go_in_again(house: House) -> None:
    queue(house, FILLABLE)
    house.drain()
    panel = take_out(house, FILLABLE, COLLEAGUE)
    assert (panel["state"], panel["queued"]) == ("ready", None)
    assert house.live(FILLABLE)["state"] == "offline"
    back(house)
    assert house.erp_orders() == []
    assert any("убран из очереди (Игорь)" in note for note in house.notes(FILLABLE))
    queue(house, FILLABLE)
    back(house)
    assert len(house.erp_orders()) == 1


def test_nothing_to_take_out(house: House) -> None:
    house.live(FILLABLE)
    with pytest.raises(NotInQueue):
        take_out_of_queue(house.services, MANAGER, FILLABLE)


def test_what_must_be_mended_first_does_not_wait(house: House) -> None:
    """An unknown product or a wrong INN needs no ERP to be mended: waiting for it would only lose time."""
    offer = offline(house, BROKEN)["queue"]
    assert (offer["allowed"], offer["why"]) == (False, "mend")
    with pytest.raises(QueueNotAllowed) as caught:
        queue_order(house.services, MANAGER, BROKEN, offer["fingerprint"])
    assert caught.value.data == {"why": "mend"}
    assert waiting(house, BROKEN) is None


def test_a_shortage_may_wait(house: House) -> None:
    """Goods may have come in by the time the ERP answers."""
    assert offline(house, SHORT)["queue"]["allowed"] is True


def test_what_a_supervisor_is_asked_about_waits_for_them(house: House) -> None:
    ask_approval(house.services, MANAGER, SHORT, "Клиент согласен ждать")
    offer = offline(house, SHORT)["queue"]
    assert (offer["allowed"], offer["why"]) == (False, "asked")


@pytest.mark.parametrize("deal", [EMPTY, FILLABLE])
def test_without_lines_or_figures_there_is_nothing_to_wait_with(house: House, deal: int) -> None:
    if deal == EMPTY:
        house.live(deal)
    house.erp.script.down()
    assert house.live(deal)["queue"] is None
    with pytest.raises(QueueNotAllowed) as caught:
        queue_order(house.services, MANAGER, deal, "any")
    assert caught.value.data == {"why": "unknown"}


def test_waiting_does_not_help_against_a_wrong_password(house: House) -> None:
    house.live(FILLABLE)
    house.erp.script.down(Fault.DENIED)
    panel = house.live(FILLABLE)
    assert (panel["state"], panel["problem"]["code"], panel["queue"]) == ("offline", "erp_denied", None)


def test_only_what_was_seen_waits(house: House) -> None:
    offline(house, FILLABLE)
    with pytest.raises(PictureChanged):
        queue_order(house.services, MANAGER, FILLABLE, "something else")


def test_a_deal_that_changed_since_does_not_wait(house: House) -> None:
    """The card shows the old lines: nobody has seen what would be ordered."""
    seen = offline(house, FILLABLE)["queue"]["fingerprint"]
    house.set_quantity(FILLABLE, "SOCKET", "11")
    with pytest.raises(QueueBasketChanged):
        queue_order(house.services, MANAGER, FILLABLE, seen)
    assert waiting(house, FILLABLE) is None


def test_who_may_not_see_the_deal_queues_nothing(house: House) -> None:
    seen = offline(house, FILLABLE)["queue"]["fingerprint"]
    house.crm.hide(FILLABLE, COLLEAGUE.user_id)
    with pytest.raises(CrmDenied):
        queue_order(house.services, COLLEAGUE, FILLABLE, seen)
    queue_order(house.services, MANAGER, FILLABLE, seen)
    with pytest.raises(CrmDenied):
        take_out_of_queue(house.services, COLLEAGUE, FILLABLE)


def test_with_the_crm_silent_too(house: House) -> None:
    """Whom the CRM let in lately may still queue; a stranger may not."""
    seen = offline(house, FILLABLE)["queue"]["fingerprint"]
    house.crm.fail_next("deal", CrmUnavailable())
    with pytest.raises(CrmUnavailable):
        queue_order(house.services, SUPERVISOR, FILLABLE, seen)
    house.crm.fail_next("deal", CrmUnavailable())
    assert json.loads(queue_order(house.services, MANAGER, FILLABLE, seen))["state"] == "queued"


def test_the_crm_silent_alone_offers_the_queue_as_well(house: House) -> None:
    house.live(FILLABLE)
    house.crm.fail_next("deal", CrmUnavailable())
    panel = house.live(FILLABLE)
    assert (panel["problem"]["code"], panel["queue"]["allowed"]) == ("crm_unavailable", True)
    queue_order(house.services, MANAGER, FILLABLE, panel["queue"]["fingerprint"])
    house.drain(AWHILE)
    assert len(house.erp_orders()) == 1


def test_a_living_order_wins_over_the_press(house: House) -> None:
    seen = house.live(FILLABLE)["decision"]["fingerprint"]
    house.store.rival = lambda: submit_order(house.services, COLLEAGUE, FILLABLE, seen)
    assert json.loads(queue_order(house.services, MANAGER, FILLABLE, seen))["state"] == "placing"
    assert waiting(house, FILLABLE) is None


def test_an_order_placed_meanwhile_takes_it_out_of_the_queue(house: House) -> None:
    """Else the person's order would wait behind the one in the queue."""
    seen = offline(house, FILLABLE)["queue"]["fingerprint"]
    queue_order(house.services, MANAGER, FILLABLE, seen)
    house.drain()
    house.erp.script.up()
    panel = json.loads(submit_order(house.services, COLLEAGUE, FILLABLE, seen))
    assert (panel["state"], panel["queued"]) == ("placing", None)
    house.drain(timedelta(seconds=1))
    assert len(house.erp_orders()) == 1
    house.drain(AWHILE)
    assert len(house.erp_orders()) == 1
