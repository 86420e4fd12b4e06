"""The ERP is silent: the order goes into the queue and out of it again, by mouse, keyboard and ear."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.widget.backend import Backend, picture, problem
from tests.widget.looking import keep, serious
from tests.widget.stage import USUAL, Stage, View

QUEUE = "/api/v1/deals/501/queue"
Make = Callable[[Backend, View], Stage]

pytestmark = pytest.mark.browser


def opened(stage: Make, name: str, view: View = USUAL) -> Stage:
    made = stage(Backend(picture(name)), view)
    made.open_card()
    made.settle()
    return made


def button(page: Page, name: str) -> Any:
    return page.get_by_role("button", name=name, exact=True)


def test_put_into_the_queue_with_the_keyboard(stage: Make) -> None:
    one = opened(stage, "offline")
    one.backend.answers[f"POST {QUEUE}"] = (202, picture("queued"))
    one.backend.panel = picture("queued")
    put = button(one.page, "Поставить в очередь")
    put.focus()
    one.page.keyboard.press("Enter")
    expect(one.page.locator(".sg-head__state")).to_have_text("Заказ в очереди")
    (sent,) = one.backend.written()
    assert sent["body"] == {"fingerprint": picture("offline")["queue"]["fingerprint"]}
    assert len(sent["headers"]["Idempotency-Key"]) == 36
    expect(one.page.get_by_text("Если передумали.")).to_be_focused()
    keep(one.page, "queued_pressed-280-light-ru")
    assert serious(one.page) == []


def test_a_screen_reader_hears_what_it_waits_for(stage: Make) -> None:
    one = opened(stage, "queued")
    status = one.page.get_by_role("status").filter(has_text="Ждём, когда ответит ERP")
    expect(status).to_contain_text("В очереди с 14:14, Анна Смирнова")
    assert status.locator('[aria-current="step"]').inner_text() == "Ждём, когда ответит ERP"
    assert button(one.page, "Оформить и зарезервировать").count() == 0


def test_pressed_twice_it_is_sent_once(stage: Make) -> None:
    one = opened(stage, "offline")
    one.backend.answers[f"POST {QUEUE}"] = (202, picture("queued"))
    one.backend.panel = picture("queued")
    button(one.page, "Поставить в очередь").dblclick()
    button(one.page, "Убрать из очереди").wait_for()
    assert [sent["name"] for sent in one.backend.written()] == [f"POST {QUEUE}"]


def test_out_of_the_queue(stage: Make) -> None:
    one = opened(stage, "queued")
    one.backend.answers[f"DELETE {QUEUE}"] = (200, picture("offline"))
    one.backend.panel = picture("offline")
    button(one.page, "Убрать из очереди").click()
    button(one.page, "Поставить в очередь").wait_for()
    assert [sent["name"] for sent in one.backend.written()] == [f"DELETE {QUEUE}"]


def test_it_was_placed_before_it_could_be_taken_out(stage: Make) -> None:
    one = opened(stage, "queued")
    status, body = problem(409, "not_in_queue")
    one.backend.answers[f"DELETE {QUEUE}"] = (status, {**body, "panel": picture("placing")})
    one.backend.panel = picture("placing")
    button(one.page, "Убрать из очереди").click()
    one.page.get_by_text("Заказа в очереди уже нет").wait_for()
    one.page.get_by_text("Заказ принят").wait_for()


def test_the_card_follows_when_the_erp_is_back(stage: Make) -> None:
    one = opened(stage, "queued")
    one.backend.panel = picture("placed")
    button(one.page, "Проверить ещё раз").click()
    expect(one.page.locator(".sg-head__state")).to_have_text("Заказ S00318")


def test_what_must_be_mended_first_is_not_offered(stage: Make) -> None:
    one = opened(stage, "offline_mend")
    assert button(one.page, "Поставить в очередь").count() == 0
    expect(button(one.page, "Оформить нельзя: ERP не отвечает")).to_be_disabled()
    one.page.get_by_text("Поставить в очередь нельзя: при последней проверке").wait_for()


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("crm_reauthorise", "Попросите администратора открыть настройки Stockgate"),
        ("crm_payment_required", "Сообщите администратору"),
        ("crm_blocked", "обычно на 15 минут"),
    ],
)
def test_without_any_panel_it_is_said_what_amocrm_wants(stage: Make, code: str, words: str) -> None:
    """Nothing may be shown to somebody amoCRM does not let in now; who can help is said all the same."""
    backend = Backend(None)
    for figures in ("cached", "live"):
        backend.answers[f"GET /api/v1/deals/501/panel?figures={figures}"] = problem(409, code)
    one = stage(backend, USUAL)
    one.open_card().get_by_text(words).wait_for()
    keep(one.page, f"{code}_alone-280-light-ru")
    assert serious(one.page) == []


def test_an_administrator_gets_the_way_to_connect_again(stage: Make) -> None:
    backend = Backend(None)
    for figures in ("cached", "live"):
        backend.answers[f"GET /api/v1/deals/501/panel?figures={figures}"] = problem(409, "crm_reauthorise")
    page = stage(backend, View(admin=True)).open_card()
    expect(page.get_by_role("link", name="Открыть настройки Stockgate")).to_be_visible()
