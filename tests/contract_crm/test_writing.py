"""Changing a deal: lines, fields, notes, tasks, files; once, whatever gets lost."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from backend.domain.errors import Invalid
from backend.ports.crm import CrmOutcomeUnknown, CrmRefused, CrmThrottled, DealField, DealUpdate, SetupWish, TaskDraft
from tests.contract_crm.world import DEAL, KETTLE, LAMP, MANAGER, PLAID, CrmWorld

DUE = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
WISH = SetupWish({f: f"Поле {f.value}" for f in DealField}, "Stockgate", "https://wb.example/hooks/secret")
PDF = b"%PDF-1.4 " + bytes(range(256)) * 16


def quantities(world: CrmWorld) -> dict[int, Decimal]:
    deal = world.crm().deal(DEAL)
    assert deal is not None
    return {line.element.id: line.quantity for line in deal.lines}


@pytest.mark.parametrize("quantity", ["1", "10", "0.125", "1000000.5"])
def test_a_line_is_added_then_set_not_summed(world: CrmWorld, quantity: str) -> None:
    world.crm().set_line(DEAL, LAMP, "3")
    world.crm().set_line(DEAL, LAMP, quantity)
    world.crm().set_line(DEAL, LAMP, quantity)
    assert quantities(world)[LAMP] == Decimal(quantity)
    assert len(quantities(world)) == 4


@pytest.mark.parametrize("quantity", ["0", "-1", "many", "", "NaN", "Infinity"])
def test_what_is_no_quantity_changes_nothing(world: CrmWorld, quantity: str) -> None:
    with pytest.raises(Invalid):
        world.crm().set_line(DEAL, KETTLE, quantity)
    assert quantities(world)[KETTLE] == Decimal(6)


def test_an_unknown_element_is_refused(world: CrmWorld) -> None:
    with pytest.raises(CrmRefused):
        world.crm().set_line(DEAL, 7, "1")


def test_a_line_is_removed_as_often_as_one_likes(world: CrmWorld) -> None:
    world.crm().remove_line(DEAL, PLAID)
    world.crm().remove_line(DEAL, PLAID)
    assert PLAID not in quantities(world)


@pytest.mark.parametrize("done", [True, False])
def test_a_lost_line_is_mended_by_repeating(world: CrmWorld, done: bool) -> None:
    world.lose_answer("set_line", done=done)
    with pytest.raises(CrmOutcomeUnknown):
        world.crm().set_line(DEAL, LAMP, "7")
    assert (LAMP in quantities(world)) is done
    world.crm().set_line(DEAL, LAMP, "7")
    assert quantities(world)[LAMP] == Decimal(7)


def test_only_what_is_given_is_changed(world: CrmWorld) -> None:
    setup = world.crm().set_up(WISH)
    crm = world.crm(setup)
    crm.update_deal(DEAL, DealUpdate(fields={DealField.ORDER_NUMBER: "ORD-1", DealField.PAYMENT: "оплачен"}))
    crm.update_deal(DEAL, DealUpdate(budget=Decimal("1500.5"), fields={DealField.PAYMENT: None}))
    deal = crm.deal(DEAL)
    assert deal is not None
    assert deal.budget == Decimal("1500.5")
    assert (deal.name, deal.stage_id) == ("Поставка в гостиницу «Ромашка»", 32392159)
    assert world.field_text(DEAL, setup, DealField.ORDER_NUMBER) == "ORD-1"
    assert world.field_text(DEAL, setup, DealField.PAYMENT) is None


def test_a_stage_is_set_with_its_pipeline(world: CrmWorld) -> None:
    world.crm().update_deal(DEAL, DealUpdate(stage_id=32392168))
    deal = world.crm().deal(DEAL)
    assert deal is not None
    assert (deal.pipeline_id, deal.stage_id, deal.closed) == (3177730, 32392168, False)
    world.crm().update_deal(DEAL, DealUpdate(stage_id=142, pipeline_id=3177727))
    deal = world.crm().deal(DEAL)
    assert deal is not None
    assert (deal.pipeline_id, deal.stage_id, deal.closed) == (3177727, 142, True)


@pytest.mark.parametrize("stage", [142, 143, 99])
def test_a_stage_that_says_nothing_of_its_pipeline_is_refused(world: CrmWorld, stage: int) -> None:
    with pytest.raises(Invalid):
        world.crm().update_deal(DEAL, DealUpdate(stage_id=stage))


def test_a_field_the_account_lacks_is_refused_by_name(world: CrmWorld) -> None:
    with pytest.raises(CrmRefused) as refused:
        world.crm().update_deal(DEAL, DealUpdate(fields={DealField.RESERVE: "да"}))
    assert refused.value.data["field"] == "reserve"


def test_a_note_is_made_once_for_its_key(world: CrmWorld) -> None:
    first = world.crm().add_note(DEAL, "Заказ ORD-1 принят", key="order-1:accepted")
    assert world.crm().add_note(DEAL, "Заказ ORD-1 принят", key="order-1:accepted") == first
    assert world.notes(DEAL) == ["Заказ ORD-1 принят"]


def test_equal_words_under_other_keys_are_other_notes(world: CrmWorld) -> None:
    one = world.crm().add_note(DEAL, "Отгружено", key="shipment-1")
    two = world.crm().add_note(DEAL, "Отгружено", key="shipment-2")
    assert one != two
    assert world.notes(DEAL) == ["Отгружено", "Отгружено"]


@pytest.mark.parametrize("done", [True, False])
def test_a_note_whose_answer_was_lost_is_not_made_twice(world: CrmWorld, done: bool) -> None:
    world.lose_answer("add_note", done=done)
    with pytest.raises(CrmOutcomeUnknown):
        world.crm().add_note(DEAL, "Заказ принят", key="k")
    assert len(world.notes(DEAL)) == int(done)
    world.crm().add_note(DEAL, "Заказ принят", key="k")
    assert world.notes(DEAL) == ["Заказ принят"]


def test_a_note_to_no_deal_is_refused(world: CrmWorld) -> None:
    with pytest.raises(CrmRefused):
        world.crm().add_note(1, "x", key="k")


def test_a_task_is_made_once_for_its_key_and_found_when_completed(world: CrmWorld) -> None:
    before = set(world.tasks(DEAL))
    draft = TaskDraft(DEAL, MANAGER, "Согласуйте дефицит", DUE)
    made = world.crm().add_task(draft, key="approval-1")
    world.crm().complete_task(made, "Одобрено")
    world.crm().complete_task(made, "Одобрено")
    assert world.crm().add_task(draft, key="approval-1") == made
    assert set(world.tasks(DEAL)) - before == {made}
    seen = world.tasks(DEAL)[made]
    assert (seen.text, seen.user_id, seen.result) == ("Согласуйте дефицит", MANAGER, "Одобрено")


@pytest.mark.parametrize("done", [True, False])
def test_a_task_whose_answer_was_lost_is_not_made_twice(world: CrmWorld, done: bool) -> None:
    before = set(world.tasks(DEAL))
    draft = TaskDraft(DEAL, MANAGER, "Согласуйте", DUE)
    world.lose_answer("add_task", done=done)
    with pytest.raises(CrmOutcomeUnknown):
        world.crm().add_task(draft, key="k")
    made = world.crm().add_task(draft, key="k")
    assert set(world.tasks(DEAL)) - before == {made}


def test_a_task_for_nobody_is_refused(world: CrmWorld) -> None:
    with pytest.raises(CrmRefused):
        world.crm().add_task(TaskDraft(DEAL, 1, "x", DUE), key="k")


def test_a_task_that_a_person_deleted_needs_no_completing(world: CrmWorld) -> None:
    made = world.crm().add_task(TaskDraft(DEAL, MANAGER, "x", DUE), key="k")
    world.delete_task(made)
    world.crm().complete_task(made, "готово")
    assert made not in world.tasks(DEAL)


def test_a_file_is_attached_once_and_gets_versions(world: CrmWorld) -> None:
    first = world.crm().attach_file(DEAL, "Счёт 15.pdf", PDF)
    again = world.crm().attach_file(DEAL, "Счёт 15.pdf", PDF + b"2")
    newer = world.crm().attach_file(DEAL, "Счёт 15 новый.pdf", PDF + b"3", replaces=first.uuid)
    assert first.uuid == again.uuid == newer.uuid
    assert len({first.version_uuid, again.version_uuid, newer.version_uuid}) == 3
    (seen,) = world.files(DEAL)
    assert (seen.uuid, seen.versions, seen.content) == (first.uuid, 3, PDF + b"3")


def test_two_documents_are_two_files(world: CrmWorld) -> None:
    world.crm().attach_file(DEAL, "Счёт 15.pdf", PDF)
    world.crm().attach_file(DEAL, "УПД 15.pdf", PDF)
    assert len(world.files(DEAL)) == 2


def test_a_large_file_arrives_whole(world: CrmWorld) -> None:
    content = PDF * 320  # more than two parts of 512 KiB
    assert len(content) > 2 * 512 * 1024
    world.crm().attach_file(DEAL, "УПД.pdf", content)
    assert world.files(DEAL)[0].content == content


@pytest.mark.parametrize("done", [True, False])
def test_a_file_whose_attaching_was_lost_is_not_attached_twice(world: CrmWorld, done: bool) -> None:
    world.lose_answer("attach_file", done=done)
    with pytest.raises(CrmOutcomeUnknown):
        world.crm().attach_file(DEAL, "Счёт.pdf", PDF)
    world.crm().attach_file(DEAL, "Счёт.pdf", PDF)
    assert len(world.files(DEAL)) == 1


def test_an_empty_file_is_refused(world: CrmWorld) -> None:
    with pytest.raises(CrmRefused):
        world.crm().attach_file(DEAL, "x.pdf", b"")


def test_a_refused_write_left_nothing(world: CrmWorld) -> None:
    world.break_next("add_note", "crm_throttled")
    with pytest.raises(CrmThrottled):
        world.crm().add_note(DEAL, "x", key="k")
    assert world.notes(DEAL) == []
