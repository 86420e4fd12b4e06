"""Story 7: the ERP goes down in the middle of the day. Nothing is promised, nothing is lost, nothing comes twice."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import expect

from tests.browser.office import ANNA, IGOR, Card, Office

DOWN = 60_000
"""Milliseconds: the panel asks a silent ERP every fifteen seconds, and every reading gives up by itself."""


@contextmanager
def erp_down(office: Office) -> Iterator[None]:
    """The company's ERP is stopped, for real, and started again."""
    office.town.erp.stop()
    try:
        yield
    finally:
        office.town.erp.start()


def test_an_order_waits_for_the_erp_and_is_placed_once(office: Office) -> None:
    deal = office.deal("ERP упала", {"SWITCH-1": "3"})
    card = Card(office.person(ANNA), deal).live()
    card.says("Можно оформлять")
    with erp_down(office):
        card.button("обновить").first.click()
        expect(card.panel).to_contain_text("Остатки не подтверждены", timeout=DOWN)
        expect(card.panel).to_contain_text("ничего не обещайте клиенту")
        expect(card.line("Выключатель")).to_contain_text("не проверено")
        card.picture("offline")
        card.button("Поставить в очередь").dblclick()
        card.says("Заказ в очереди")
        expect(card.panel).to_contain_text("Ждём, когда ответит ERP", timeout=DOWN)
        card.picture("queued")
        colleague = Card(office.person(IGOR), deal)
        expect(colleague.panel).to_contain_text("Заказ в очереди", timeout=DOWN)
    expect(card.panel).to_contain_text("Заказ 00-", timeout=2 * DOWN)
    expect(colleague.panel).to_contain_text("Заказ 00-", timeout=DOWN)
    card.picture("placed_from_queue")
    [sale] = office.sales(deal)
    card.says(str(sale["number"]))
    assert len([note for note in office.notes(deal) if "поставлен в очередь" in note]) == 1


def test_what_changed_while_it_waited_is_not_placed(office: Office) -> None:
    deal = office.deal("Изменилось в очереди", {"SWITCH-2": "3"})
    card = Card(office.person(ANNA), deal).live()
    card.says("Можно оформлять")
    with erp_down(office):
        card.button("обновить").first.click()
        expect(card.button("Поставить в очередь")).to_be_visible(timeout=DOWN)
        card.button("Поставить в очередь").click()
        card.says("Заказ в очереди")
        office.set_quantity(deal, "SWITCH-2", "4")
    expect(card.panel).to_contain_text("Можно оформлять", timeout=2 * DOWN)
    assert office.sales(deal) == []
    [note] = [one for one in office.notes(deal) if "не оформлен" in one]
    assert "было 3" in note
    assert "стало 4" in note
    assert [one["responsible_user_id"] for one in office.tasks(deal)] == [ANNA]
