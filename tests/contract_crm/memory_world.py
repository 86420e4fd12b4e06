"""The contract's world played by the CRM in memory."""

from __future__ import annotations

from decimal import Decimal

from backend.domain.errors import OutsideError
from backend.ports.crm import (
    CatalogueItem,
    Company,
    Contact,
    CrmAccount,
    CrmBlocked,
    CrmGarbled,
    CrmOutcomeUnknown,
    CrmPaymentRequired,
    CrmSetup,
    CrmThrottled,
    CrmUnavailable,
    CrmUser,
    DealField,
    LegalEntity,
    Pipeline,
    Stage,
)
from tests.contract_crm.world import DEAL, EMPTY_DEAL, MANAGER, STRANGER, SeenFile, SeenTask
from tests.support.crm_memory import SHARED_STAGES, MemoryCrm
from tests.support.crm_tokens import HandClock

ERRORS: dict[str, type[OutsideError]] = {
    e.code: e for e in (CrmUnavailable, CrmThrottled, CrmBlocked, CrmPaymentRequired, CrmGarbled)
}
PRODUCTS = (
    (525439, "TEA-17", "Чайник электрический 1,7 л", "2490", "шт"),
    (525440, "TOAST-2", "Тостер на два ломтика", "1890.5", "шт"),
    (525442, "LAMP-W", "Лампа настольная, белая", "1290", "шт"),
    (525444, "PLAID-140", "Плед шерстяной 140×200", "2790", "шт"),
)


def filled() -> MemoryCrm:
    """The account of the contract."""
    stages = [Stage(i, str(i), 3177727, "#99ccff", i in SHARED_STAGES) for i in (32392156, 32392159, 142, 143)]
    others = [Stage(i, str(i), 3177730, "#c1e0ff", i in SHARED_STAGES) for i in (32392168, 142, 143)]
    crm = MemoryCrm(
        CrmAccount(28805383, "Торговый дом «Уют»", "demo.amocrm.ru", "Europe/Moscow", "RUB", "ru"),
        HandClock(),
        users=[
            CrmUser(MANAGER, "Анна Смирнова", "anna@uyut.example", False, True, 0, 3141),
            CrmUser(STRANGER, "Игорь Волков", "igor@uyut.example", False, True, 267688, 3141),
            CrmUser(504140, "Павел Админов", "admin@uyut.example", True, True, 0, None),
        ],
        pipelines=[Pipeline(3177727, "Продажи", stages), Pipeline(3177730, "Опт", others)],
    )
    for number, sku, name, price, unit in PRODUCTS:
        crm.add_element(CatalogueItem("", sku, name, price, unit, number))
    legal = LegalEntity("ООО «Ромашка»", "7707083893", "770701001", "Москва, ул. Лесная, 5")
    crm.add_deal(
        DEAL,
        stage=(3177727, 32392159),
        responsible_id=MANAGER,
        name="Поставка в гостиницу «Ромашка»",
        budget=Decimal(29280),
        lines={525439: Decimal(6), 525440: Decimal(4), 525444: Decimal("2.5")},
        company=Company(
            7767077, "ООО «Ромашка»", legal, ["+74951234567"], ["zakaz@romashka.example"], "Москва, ул. Лесная, 5"
        ),
        contact=Contact(7143599, "Елена Кузнецова", None, ["+79161234567"], ["elena@romashka.example"]),
    )
    crm.add_deal(EMPTY_DEAL, stage=(3177730, 32392168), responsible_id=STRANGER)
    crm.hide(DEAL, STRANGER)
    return crm


class MemoryWorld:
    """Implements `CrmWorld`."""

    def __init__(self) -> None:
        self._crm = filled()

    def crm(self, setup: CrmSetup | None = None) -> MemoryCrm:
        return self._crm

    def notes(self, deal_id: int) -> list[str]:
        return [n.text for n in self._crm.notes if n.deal_id == deal_id]

    def tasks(self, deal_id: int) -> dict[int, SeenTask]:
        kept = [t for t in self._crm.tasks.values() if t.draft.deal_id == deal_id]
        return {t.id: SeenTask(t.draft.text, t.draft.user_id, t.result) for t in kept}

    def files(self, deal_id: int) -> list[SeenFile]:
        kept = [f for f in self._crm.files if f.deal_id == deal_id]
        return [SeenFile(f.uuid, len(f.versions), f.versions[-1]) for f in kept]

    def field_text(self, deal_id: int, setup: CrmSetup, field: DealField) -> str | None:
        return self._crm.deals[deal_id].fields.get(field)

    def deal_field_ids(self) -> set[int]:
        return set(self._crm.deal_field_ids())

    def webhooks(self) -> set[str]:
        return set(self._crm.webhooks)

    def switch_hook_off(self, url: str) -> None:
        self._crm.webhooks_off.add(url)

    def remove_hook(self, url: str) -> None:
        self._crm.webhooks.discard(url)

    def lose_answer(self, method: str, *, done: bool) -> None:
        self._crm.fail_next(method, CrmOutcomeUnknown("lost"), after=done)

    def break_next(self, method: str, code: str) -> None:
        self._crm.fail_next(method, ERRORS[code]("broken"))

    def delete_element(self, element_id: int) -> None:
        self._crm.delete_element(element_id)

    def delete_task(self, task_id: int) -> None:
        self._crm.delete_task(task_id)

    def delete_deal(self, deal_id: int) -> None:
        self._crm.delete_deal(deal_id)
