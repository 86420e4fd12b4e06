"""Work that was given up is said in the deal; work that another version queued ends, and holds up nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from backend.domain.errors import OutcomeUnknown, Permanent, Retryable, StockgateError
from backend.jobs.policy import PoisonOperation
from backend.jobs.runner import OperationRunner, UnknownOperation
from backend.operations import handlers, mourner
from backend.ports.crm import CrmDenied, CrmRefused
from backend.ports.erp import DocumentUnavailable, ErpRefused
from backend.ports.store import AccountState, Operation, OperationState
from backend.services.payload import PayloadUnreadable, decimal, mapping, moment, number, text
from backend.services.say_dead import say_dead
from backend.services.words import EN, RU
from tests.support.house import FILLABLE, House
from tests.support.storage import ACCOUNT


def queue(house: House, kind: str, key: str = "k", deal: int | None = FILLABLE, **payload: Any) -> str:
    with house.store.write() as unit:
        return unit.operations.add(ACCOUNT, kind=kind, key=key, payload=payload, deal_id=deal, due_at=house.clock.now())


def get(house: House, operation_id: str) -> Operation:
    with house.store.read() as unit:
        found = unit.operations.get(operation_id)
    assert found is not None
    return found


def test_work_queued_by_an_older_version_ends_with_a_reason_and_the_next_goes_on(house: House) -> None:
    """It lacks a field that this version needs; what only an older one needed is ignored."""
    old = queue(house, "crm.task", "old", user_id=504141, text="Позвонить")
    following = queue(house, "crm.note", "next", text="Следующая", since_forgotten=True)
    house.drain()
    assert (get(house, old).state, get(house, old).error_code) == (
        OperationState.DEAD,
        "operation_payload_unreadable",
    )
    assert get(house, following).state is OperationState.DONE
    said, told = house.notes(FILLABLE)
    assert said == "Следующая"
    assert "Не удалось поставить задачу по сделке. Причина: действие записано другой версией Stockgate" in told
    assert old[:8] in told


def test_work_of_a_kind_nobody_knows_ends_the_same(house: House) -> None:
    made = queue(house, "crm.sing")
    house.drain()
    assert get(house, made).error_code == "unknown_operation"
    assert "другая версия Stockgate" in house.notes(FILLABLE)[-1]


def test_an_unreadable_order_is_told_though_its_own_words_cannot_be(house: House) -> None:
    """Its handler has words of its own, but they need the order nobody can name."""
    made = queue(house, "order.place")
    house.drain()
    assert get(house, made).state is OperationState.DEAD
    assert "Не удалось оформить заказ" in house.notes(FILLABLE)[-1]


def test_a_note_that_could_not_be_written_is_not_followed_by_another(house: House) -> None:
    made = queue(house, "crm.note")
    house.drain()
    assert get(house, made).state is OperationState.DEAD
    assert house.notes(FILLABLE) == []


def test_a_death_is_said_once_and_again_when_a_person_tried_in_vain(house: House) -> None:
    made = queue(house, "crm.task")
    for _ in range(2):
        say_dead(house.services, get(house, made), PayloadUnreadable(field="due"))
    house.drain()
    assert len(house.notes(FILLABLE)) == 1
    house.clock.advance(timedelta(minutes=1))
    with house.store.write() as unit:
        assert unit.operations.revive(made, now=house.clock.now())
    house.drain()
    assert len(house.notes(FILLABLE)) == 2


def test_nothing_is_said_to_who_uninstalled_us_or_of_no_deal(house: House) -> None:
    ofnone, ofdeal = queue(house, "account.sing", "a", deal=None), queue(house, "crm.task", "b")
    error = PayloadUnreadable(field="x")
    say_dead(house.services, get(house, ofnone), error)
    with house.store.write() as unit:
        account = unit.accounts.get(ACCOUNT)
        assert account is not None
        unit.accounts.save(replace(account, state=AccountState.UNINSTALLED))
    say_dead(house.services, get(house, ofdeal), error)
    with house.store.read() as unit:
        assert unit.operations.open_kinds(ACCOUNT, FILLABLE) == ["crm.task"]


@pytest.mark.parametrize(
    ("kind", "error", "words"),
    [
        ("crm.update_deal", Retryable(), "amoCRM несколько дней не отвечала"),
        ("crm.update_deal", OutcomeUnknown(), "amoCRM несколько дней не отвечала"),
        ("order.place", Retryable(), "учётная система несколько дней не отвечала"),
        ("crm.update_deal", CrmRefused(message="поле удалено"), "amoCRM отклонила запрос (поле удалено)"),
        ("crm.update_deal", Permanent(), "amoCRM отклонила запрос."),
        ("crm.task", CrmDenied(), "amoCRM не даёт на это прав"),
        ("crm.attach_document", ErpRefused(message="нет прав"), "учётная система отклонила запрос (нет прав)"),
        ("crm.attach_document", DocumentUnavailable(reason="x"), "в учётной системе нет этого документа"),
        ("crm.task", UnknownOperation(kind="crm.task"), "другая версия Stockgate"),
        ("crm.task", PoisonOperation(times=8), "каждая попытка обрывала работу сервера"),
        ("crm.task", StockgateError("x"), "ошибка Stockgate"),
        ("crm.task", ValueError("password=hunter2"), "ошибка Stockgate"),
    ],
)
def test_the_reason_is_in_peoples_words(house: House, kind: str, error: Exception, words: str) -> None:
    made = queue(house, kind)
    say_dead(house.services, get(house, made), error)
    with house.store.read() as unit:
        note = next(each for each in map(unit.operations.get, _ids(house)) if each and each.kind == "crm.note")
    assert words in str(note.payload["text"])
    assert "hunter2" not in str(note.payload["text"])


def _ids(house: House) -> list[str]:
    return [operation_id for operation_id, _ in house.announcer.announced]


def test_every_kind_of_a_deal_can_be_named(house: House) -> None:
    kinds = {kind for kind in handlers(house.services) if kind.startswith(("crm.", "order."))} - {"crm.note"}
    missing = [kind for kind in sorted(kinds) if f"dead.what.{kind}" not in RU or f"dead.what.{kind}" not in EN]
    assert missing == []


@pytest.mark.parametrize("payload", [{}, {"x": "ten"}, {"x": None}, {"x": []}])
@pytest.mark.parametrize("read", [number, decimal, moment, mapping])
def test_a_field_that_is_missing_or_no_such_thing(read: Any, payload: dict[str, object]) -> None:
    operation = Operation("id", 1, 2, "crm.task", payload, "k", OperationState.RUNNING, 1, None, 1)  # type: ignore[arg-type]
    with pytest.raises(PayloadUnreadable) as failed:
        read(operation, "x")
    assert failed.value.data == {"field": "x"}


def test_text_is_text() -> None:
    operation = Operation("id", 1, 2, "crm.task", {"x": 5}, "k", OperationState.RUNNING, 1, None, 1)  # type: ignore[arg-type]
    with pytest.raises(PayloadUnreadable):
        text(operation, "x")


def test_a_runner_that_is_told_of_no_mourner_says_nothing(house: House) -> None:
    """The control: without it nobody would hear of these deaths."""
    queue(house, "crm.task")
    house.runner = OperationRunner(house.store, house.clock, handlers(house.services))
    house.drain()
    assert house.notes(FILLABLE) == []
    assert mourner(house.services) is not None
