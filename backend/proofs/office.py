"""A wholesaler with its ERP, its CRM and deals, for proofs: goods that never run out, a new customer in each deal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from backend.domain.rules import Rules
from backend.erp.memory.adapter import MemoryErp
from backend.ports.clock import Clock
from backend.ports.connections import ErpSystem
from backend.ports.crm import (
    Company,
    CrmAccount,
    CrmElement,
    CrmSetup,
    CrmUser,
    Deal,
    DealField,
    DealLine,
    LegalEntity,
    Pipeline,
    Stage,
)
from backend.ports.erp import ConnectionReport, ErpPort
from backend.ports.store import Account, AccountState, Connection, Store
from backend.proofs.crm import ProofCrm
from backend.services.viewer import Caller

MANAGER = 504141
PIPELINE = 1
STAGES = (10, 11, 12, 13, 142)
STAGE = STAGES[0]
WAREHOUSE = "central"
SKU = "SOCKET"
PRICE, QUANTITY, VAT_FACTOR = Decimal(100), Decimal(3), Decimal("1.22")
PLENTY = Decimal(10_000_000)
TOTAL = PRICE * QUANTITY * VAT_FACTOR
FIRST_DEAL = 1000


def manager_of(account_id: int) -> Caller:
    """The person who presses the buttons."""
    return Caller(account_id, MANAGER)


def fill_erp(erp: MemoryErp) -> None:
    """One warehouse, one product."""
    erp.people.warehouse("Центральный", id=WAREHOUSE)
    erp.people.product(SKU, "Розетка двойная", price=PRICE, stock={WAREHOUSE: PLENTY})


def make_crm(account_id: int, deals: Sequence[int], at: datetime) -> ProofCrm:
    """A CRM with these deals."""
    account = CrmAccount(account_id, "Электроснаб", domain_of(account_id), "Europe/Moscow", "RUB", "ru")
    people = [CrmUser(MANAGER, "Анна", "anna@example.com", True, True, 0, None)]
    stages = [Stage(one, f"Этап {one}", PIPELINE, "#fff") for one in STAGES]
    pipelines = [Pipeline(PIPELINE, "Продажи", stages)]
    return ProofCrm(account, {deal_id: make_deal(deal_id, at) for deal_id in deals}, people, pipelines=pipelines)


def make_deal(deal_id: int, at: datetime) -> Deal:
    """A deal of a customer that the ERP does not know yet."""
    legal = LegalEntity(f"ООО «Клиент {deal_id}»", inn_of(deal_id), "770101001", "Москва, ул. Мясницкая, 24")
    company = Company(deal_id, legal.name, legal)
    lines = [DealLine(CrmElement(1, "Розетка двойная", SKU, ""), QUANTITY)]
    return Deal(deal_id, f"Сделка {deal_id}", PIPELINE, STAGE, MANAGER, Decimal(0), at, lines, company, None)


def inn_of(deal_id: int) -> str:
    """A company's INN that passes the check of its last digit."""
    digits = [int(one) for one in f"77{deal_id:07d}"[-9:]]
    check = sum(weight * digit for weight, digit in zip((2, 4, 10, 3, 5, 9, 4, 6, 8), digits, strict=True)) % 11 % 10
    return "".join(map(str, [*digits, check]))


def domain_of(account_id: int) -> str:
    return f"shop{account_id}.amocrm.ru"


def hook_secret_of(account_id: int) -> str:
    """The secret part of the address of its webhooks."""
    return f"proof-{account_id}-{'0' * 24}"


def open_account(store: Store, account_id: int, at: datetime) -> None:
    """The account as it is after the set-up: active, ERP connected, fields made."""
    account = Account(
        id=account_id,
        domain=domain_of(account_id),
        name="Электроснаб",
        timezone="Europe/Moscow",
        currency="RUB",
        language="ru",
        state=AccountState.ACTIVE,
        hook_secret=hook_secret_of(account_id),
        installed_at=at,
    )
    fields = {one: number for number, one in enumerate(DealField, start=1)}
    with store.write() as unit:
        unit.accounts.save(account)
        unit.accounts.save_connection(Connection(account_id, "memory", {}, {}))
        unit.accounts.save_rules(account_id, Rules(default_warehouse_id=WAREHOUSE))
        unit.accounts.save_crm_setup(account_id, CrmSetup(fields, "leads_1", 4521, 1, 2, 3, "https://wb.example/h"))


class OneErp:
    """Implements `ports.connections.ErpConnections` with the same ERP for every account."""

    def __init__(self, erp: ErpPort) -> None:
        self._erp = erp

    def systems(self) -> Sequence[ErpSystem]:
        return [ErpSystem("memory", "Memory", ())]

    def of(self, account_id: int) -> ErpPort:
        return self._erp

    def try_out(self, system: str, values: Mapping[str, str], secrets: Mapping[str, str]) -> ConnectionReport:
        return self._erp.check_connection()


class HandClock:
    """Implements `ports.clock.Clock`; moves when it is told to."""

    def __init__(self, at: datetime) -> None:
        self.moment = at

    def now(self) -> datetime:
        return self.moment


def new_erp(clock: Clock) -> MemoryErp:
    """An ERP that is filled."""
    erp = MemoryErp(clock)
    fill_erp(erp)
    return erp
