"""A deal does not stay in a protected stage without a passed check; the feed says why and what to do (R8)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.office import ADMIN, ANNA, Card, Office, page_picture

ORDERED = "Заказ оформлен"


@pytest.fixture
def guarded(office: Office) -> Iterator[Office]:
    """The administrator protects a stage, and gives it free again: other stories share the account."""
    _protect(office, on=True)
    yield office
    _protect(office, on=False)


def _protect(office: Office, *, on: bool) -> None:
    page = office.person(ADMIN)
    page.goto(f"/settings/widgets/{office.widget_code}")
    page.get_by_role("group", name="Продажи").get_by_label(ORDERED).set_checked(on)
    page.get_by_role("button", name="Сохранить правила").click()
    expect(page.locator("#list_page_holder")).to_contain_text("Сохранено")


def test_a_deal_that_is_short_is_moved_back_and_one_that_is_not_stays(guarded: Office) -> None:
    short = guarded.deal("Нужно пятьсот щитов", {"PANEL-36": "500"})
    card = Card(guarded.person(ANNA), short).live()
    card.says("Не хватает")
    stage = card.page.locator("#stage_select")
    before = stage.input_value()
    stage.select_option(label=ORDERED)
    expect(stage).not_to_have_value(before)
    expect(stage).to_have_value(before)
    note = card.page.locator(".feed-note_service").filter(has_text="Сделка возвращена")
    expect(note).to_contain_text(f"с этапа «{ORDERED}»")
    expect(note).to_contain_text("проверка остатков не пройдена")
    page_picture(card.page, "guard-moved-back")
    enough = guarded.deal("Хватает", {"SWITCH-2": "2"})
    passed = Card(guarded.person(ANNA), enough).live()
    passed.says("Можно оформлять")
    passed.page.locator("#stage_select").select_option(label=ORDERED)
    passed.button("Оформить и зарезервировать").click()
    passed.says("Заказ 00-")
    expect(passed.page.locator("#stage_select option:checked")).to_have_text(ORDERED)
    assert not [text for text in guarded.notes(enough) if "возвращена" in text]
