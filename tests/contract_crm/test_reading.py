"""Reading an account and its deals, the same from every CRM."""

from __future__ import annotations

from decimal import Decimal

import pytest

from backend.ports.crm import CrmDenied, LegalEntity
from tests.contract_crm.world import DEAL, EMPTY_DEAL, KETTLE, MANAGER, PLAID, STRANGER, TOASTER, CrmWorld


def test_the_account(world: CrmWorld) -> None:
    found = world.crm().account()
    assert (found.id, found.name, found.timezone) == (28805383, "Торговый дом «Уют»", "Europe/Moscow")
    assert (found.currency, found.language) == ("RUB", "ru")


def test_users_and_who_is_an_administrator(world: CrmWorld) -> None:
    users = {u.id: u for u in world.crm().users()}
    assert users[MANAGER].name == "Анна Смирнова"
    assert (users[MANAGER].is_admin, users[MANAGER].is_active, users[MANAGER].role_id) == (False, True, 3141)
    assert users[STRANGER].group_id == 267688
    assert [u.id for u in users.values() if u.is_admin] == [504140]


def test_pipelines_with_their_own_and_the_shared_stages(world: CrmWorld) -> None:
    pipelines = {p.id: p for p in world.crm().pipelines()}
    assert pipelines[3177727].name == "Продажи"
    for pipeline in pipelines.values():
        assert {142, 143} <= {s.id for s in pipeline.stages}
        assert all(s.pipeline_id == pipeline.id for s in pipeline.stages)
    assert [s.id for s in pipelines[3177727].stages][-2:] == [142, 143]
    assert {s.id for p in pipelines.values() for s in p.stages if s.closes} == {142, 143}


def test_a_deal_with_everything_an_order_is_made_from(world: CrmWorld) -> None:
    deal = world.crm().deal(DEAL)
    assert deal is not None
    assert (deal.id, deal.name, deal.budget) == (DEAL, "Поставка в гостиницу «Ромашка»", Decimal(29280))
    assert (deal.pipeline_id, deal.stage_id, deal.responsible_id, deal.closed) == (3177727, 32392159, MANAGER, False)
    assert deal.updated_at.utcoffset() is not None
    assert [(line.element.id, line.quantity) for line in deal.lines] == [
        (KETTLE, Decimal(6)),
        (TOASTER, Decimal(4)),
        (PLAID, Decimal("2.5")),
    ]
    toaster = deal.lines[1].element
    assert (toaster.name, toaster.sku, toaster.price) == ("Тостер на два ломтика", "TOAST-2", Decimal("1890.5"))
    assert deal.company is not None
    assert deal.company.legal == LegalEntity("ООО «Ромашка»", "7707083893", "770701001", "Москва, ул. Лесная, 5")
    assert (list(deal.company.phones), deal.company.address) == (["+74951234567"], "Москва, ул. Лесная, 5")
    assert deal.contact is not None
    assert (deal.contact.name, list(deal.contact.emails)) == ("Елена Кузнецова", ["elena@romashka.example"])
    assert deal.contact.legal is None


def test_a_deal_without_products(world: CrmWorld) -> None:
    deal = world.crm().deal(EMPTY_DEAL)
    assert deal is not None
    assert list(deal.lines) == []


def test_a_deal_that_does_not_exist(world: CrmWorld) -> None:
    assert world.crm().deal(1) is None


def test_a_deal_that_was_deleted(world: CrmWorld) -> None:
    world.delete_deal(DEAL)
    assert world.crm().deal(DEAL) is None


def test_who_may_see_a_deal_sees_it(world: CrmWorld) -> None:
    deal = world.crm().deal(DEAL, as_user=MANAGER)
    assert deal is not None
    assert deal.company is not None


def test_who_may_not_see_a_deal_is_denied(world: CrmWorld) -> None:
    with pytest.raises(CrmDenied):
        world.crm().deal(DEAL, as_user=STRANGER)


def test_a_user_nobody_knows_is_denied(world: CrmWorld) -> None:
    with pytest.raises(CrmDenied):
        world.crm().deal(DEAL, as_user=1)
    assert world.crm().deal(DEAL) is not None, "and the account stays connected"


def test_a_line_whose_element_was_deleted_stays_with_its_id_alone(world: CrmWorld) -> None:
    world.delete_element(TOASTER)
    deal = world.crm().deal(DEAL)
    assert deal is not None
    ghost = deal.lines[1].element
    assert (ghost.id, ghost.name, ghost.sku, ghost.price) == (TOASTER, "", "", None)


@pytest.mark.parametrize(
    "code", ["crm_unavailable", "crm_throttled", "crm_blocked", "crm_payment_required", "crm_garbled"]
)
def test_a_broken_read_says_why(world: CrmWorld, code: str) -> None:
    world.break_next("deal", code)
    with pytest.raises(Exception) as broken:  # noqa: PT011 the code is what is compared
        world.crm().deal(DEAL)
    assert getattr(broken.value, "code", None) == code
