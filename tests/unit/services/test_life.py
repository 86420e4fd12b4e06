"""After the order: shipments, payments, documents come back by themselves (R15–R17)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from backend.erp.memory.faults import Fault
from backend.ports.crm import CrmOutcomeUnknown
from backend.ports.erp import DocumentUnavailable
from backend.services.edit_basket import apply_remedy
from backend.services.follow_orders import follow_all
from backend.services.open_document import DocumentNotFound, fetch, request_document
from tests.support.house import ACCOUNT, COLLEAGUE, FILLABLE, MANAGER, RIVAL, SHORT, House


def placed(house: House, deal: int = RIVAL) -> str:
    """A placed order's ERP id."""
    house.order(deal)
    house.drain()
    return house.erp_orders()[0].id


def follow(house: House) -> None:
    house.clock.advance(timedelta(minutes=1))
    follow_all(house.services, every=timedelta(minutes=1))
    house.drain()


def test_shipment_shows_without_a_refresh(house: House) -> None:
    order_id = placed(house)
    house.erp.people.ship(order_id, {house.products["PANEL"].id: Decimal(3)})
    follow(house)
    panel = house.cached(RIVAL)
    assert panel["order"]["state"] == "part_shipped"
    assert panel["order"]["progress"]["shipped"] == "0.75"
    assert panel["order"]["lines"][0]["shipped"] == "3"
    house.erp.people.ship(order_id)
    follow(house)
    assert house.cached(RIVAL)["order"]["state"] == "shipped"
    assert {one["kind"] for one in house.cached(RIVAL)["documents"]} == {"invoice", "upd", "torg12"}


def test_payment_to_the_kopeck(house: House) -> None:
    order_id = placed(house)
    house.erp.people.pay(order_id, Decimal("100.01"))
    follow(house)
    order = house.cached(RIVAL)["order"]
    assert (order["payment"], order["paid"]) == ("part", "100.01")
    total = Decimal(order["total"])
    house.erp.people.pay(order_id, total - Decimal("100.01"))
    follow(house)
    assert house.cached(RIVAL)["order"]["payment"] == "paid"


def test_one_call_follows_many_orders(house: House) -> None:
    placed(house, RIVAL)
    placed(house, FILLABLE)
    before = house.erp.calls.get("read_orders", 0)
    follow(house)
    assert house.erp.calls["read_orders"] == before + 1


def test_more_orders_than_one_batch(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """The last of them must not wait for a later turn."""
    monkeypatch.setattr("backend.services.follow_orders.BATCH", 1)
    placed(house, RIVAL)
    placed(house, FILLABLE)
    for order in house.erp_orders():
        house.erp.people.pay(order.id, Decimal(1))
    follow(house)
    assert [house.cached(deal)["order"]["payment"] for deal in (RIVAL, FILLABLE)] == ["part", "part"]


def test_nothing_new_writes_nothing(house: House) -> None:
    placed(house)
    follow(house)
    calls = len(house.crm.calls)
    revision = house.cached(RIVAL)["revision"]
    follow(house)
    assert house.cached(RIVAL)["revision"] == revision
    assert "update_deal" not in house.crm.calls[calls:]


def test_erp_down_while_following(house: House) -> None:
    order_id = placed(house)
    house.erp.script.down(Fault.UNAVAILABLE)
    follow(house)
    house.erp.script.up()
    house.erp.people.ship(order_id)
    follow(house)
    assert house.cached(RIVAL)["order"]["state"] == "shipped"


def test_document_joins_the_files_once(house: House) -> None:
    placed(house)
    document = house.live(RIVAL)["documents"][0]
    assert document["attached"] is False
    for _ in range(3):
        request_document(house.services, MANAGER, RIVAL, document["id"])
        house.drain()
    assert [len(file.versions) for file in house.crm.files] == [1]
    assert house.live(RIVAL)["documents"][0]["attached"] is True
    assert fetch(house.services, ACCOUNT, document["id"]).content.startswith(b"%PDF-")


def test_attaching_after_a_lost_answer_does_not_make_two_files(house: House) -> None:
    placed(house)
    document = house.live(RIVAL)["documents"][0]
    house.crm.fail_next("attach_file", CrmOutcomeUnknown(), after=True)
    request_document(house.services, MANAGER, RIVAL, document["id"])
    house.drain(timedelta(minutes=2))
    assert len(house.crm.files) == 1


def test_documents_belong_to_their_deal(house: House) -> None:
    placed(house)
    document = house.live(RIVAL)["documents"][0]
    house.live(SHORT)
    with pytest.raises(DocumentNotFound):
        request_document(house.services, MANAGER, SHORT, document["id"])
    with pytest.raises(DocumentNotFound):
        fetch(house.services, ACCOUNT + 1, document["id"])


def test_a_document_is_only_for_those_who_see_the_deal(house: House) -> None:
    placed(house)
    document = house.live(RIVAL)["documents"][0]
    house.crm.hide(RIVAL, COLLEAGUE.user_id)
    with pytest.raises(Exception, match="hidden"):
        request_document(house.services, COLLEAGUE, RIVAL, document["id"])


def test_what_is_no_pdf_never_gets_through(house: House) -> None:
    placed(house)
    document = house.live(RIVAL)["documents"][0]
    erp = house.erp
    real = erp.fetch_document

    class Lying(type(erp)):  # type: ignore[misc]
        """An adapter that gives a page instead of a document."""

        def fetch_document(self, ref):  # type: ignore[no-untyped-def]
            return replace(real(ref), content=b"<html>login</html>")

    erp.__class__ = Lying
    with pytest.raises(DocumentUnavailable):
        fetch(house.services, ACCOUNT, document["id"])


def test_order_cancelled_in_the_erp_frees_the_deal(house: House) -> None:
    order_id = placed(house)
    house.erp.cancel_order(order_id)
    follow(house)
    panel = house.live(RIVAL)
    assert (panel["state"], panel["order"]["state"]) == ("ready", "cancelled")
    assert sum("отменён" in note for note in house.notes(RIVAL)) == 1
    house.clock.advance(timedelta(minutes=1))
    house.order(RIVAL)
    house.drain()
    assert house.live(RIVAL)["state"] == "placed"


def test_order_deleted_in_the_erp_frees_the_deal_and_the_queue(house: House) -> None:
    """It would be asked for first, and in vain, for ever."""
    order_id = placed(house)
    del house.erp.people._books.orders[order_id]
    follow(house)
    assert house.live(RIVAL)["order"]["state"] == "cancelled"
    assert sum("больше нет" in note for note in house.notes(RIVAL)) == 1
    before = house.erp.calls["read_orders"]
    follow(house)
    assert house.erp.calls["read_orders"] == before


def test_cancelled_part_does_not_count_beside_a_living_one(house: House) -> None:
    remedy = next(one for one in house.live(SHORT)["remedies"] if one["kind"] == "other_warehouse")
    apply_remedy(house.services, MANAGER, SHORT, remedy["id"])
    house.order(SHORT)
    house.drain()
    first, second = house.erp_orders()
    house.erp.cancel_order(second.id)
    follow(house)
    assert Decimal(house.live(SHORT)["order"]["total"]) == first.total.amount
    house.erp.people.ship(first.id)
    follow(house)
    assert house.cached(SHORT)["order"]["state"] == "shipped"


def test_what_was_shipped_stays_shipped(house: House) -> None:
    """An ERP that says something impossible of one order must not stop the following of all others."""
    order_id = placed(house)
    house.erp.people.ship(order_id)
    follow(house)
    del house.erp.people._books.orders[order_id]
    other = placed(house, FILLABLE)
    follow(house)
    assert house.cached(RIVAL)["order"]["state"] == "shipped"
    assert house.erp.read_orders([other])


def test_account_without_its_erp_does_not_stop_the_following(house: House) -> None:
    placed(house)
    house.erps.connected = False
    follow(house)
    with house.store.read() as unit:
        kinds = [one.kind for one in unit.journal.of_deal(ACCOUNT, RIVAL)]
    assert "order.placed" in kinds


def test_part_cancelled_on_an_earlier_run_is_no_order(house: House) -> None:
    """Taken back once, a part is found by its key: the run after must not take it for placed."""
    house.order(RIVAL)
    house.erp.script.fail("place_order", Fault.LOST_AFTER)
    house.drain()
    [made] = house.erp_orders()
    house.erp.cancel_order(made.id)
    house.drain(timedelta(minutes=1))
    assert house.live(RIVAL)["order"]["state"] == "failed"
