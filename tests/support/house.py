"""The whole backend without a network: real store on SQLite, ERP and CRM in memory, a clock that moves when told.

The company: two warehouses, a few products of an electrical wholesaler, one customer with credit; four deals.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from backend.amocrm.webhooks import deal_hints
from backend.domain.customer import CustomerKey
from backend.domain.quantity import Unit
from backend.domain.rules import Rules, Supervisor
from backend.domain.stock import Product
from backend.erp.memory.adapter import MemoryErp
from backend.jobs.policy import Policy
from backend.jobs.runner import OperationRunner
from backend.operations import handlers, mourner
from backend.ports.clock import Clock
from backend.ports.connections import AccountInactive, ErpSystem, NoConnection
from backend.ports.crm import (
    CatalogueItem,
    Company,
    CrmAccount,
    CrmUser,
    LegalEntity,
    Pipeline,
    Stage,
)
from backend.ports.erp import ConnectionReport
from backend.ports.store import AccountState, Connection, UnitOfWork
from backend.services.deps import Services
from backend.services.show_panel import show_cached, show_live
from backend.services.submit_order import submit_order
from backend.services.viewer import Caller
from backend.storage import SqlStore
from backend.storage.guard import HoldGuard
from tests.support.crm_memory import SHARED_STAGES, MemoryCrm
from tests.support.storage import ACCOUNT, RecordingAnnouncer, TickingClock, drain, make_store, sqlite_url

ANNA, IGOR, OLGA, ADMIN = 504141, 504142, 504143, 504144
MANAGER = Caller(ACCOUNT, ANNA)
COLLEAGUE = Caller(ACCOUNT, IGOR)
SUPERVISOR = Caller(ACCOUNT, OLGA)
ADMINISTRATOR = Caller(ACCOUNT, ADMIN, is_admin=True)

STAGE, ORDERED, WON = (1, 10), (1, 20), (1, 142)
STAGES = ((10, "Подбор"), (11, "Счёт"), (20, "Заказ"), (142, "Успешно"), (143, "Отказ"))
FILLABLE, SHORT, BROKEN, EMPTY, RIVAL = 501, 502, 503, 504, 505

IMPATIENT = Policy(tries=1)
"""Days pass here in one step, without the tries that fill them."""

PIECE = Unit("pcs", "шт")
PACK = Unit("pack", "уп", Decimal(10))
INN, KPP = "7701234560", "770101001"


class MemoryCache:
    """Implements `ports.store.Cache` with its ages; `clear` is a Redis that was flushed."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.kept: dict[str, tuple[bytes, datetime]] = {}

    def get(self, key: str) -> bytes | None:
        value, until = self.kept.get(key, (None, self._clock.now()))
        return value if until > self._clock.now() else None

    def get_many(self, keys: list[str]) -> list[bytes | None]:
        return [self.get(key) for key in keys]

    def put(self, key: str, value: bytes, *, ttl: timedelta) -> None:
        self.kept[key] = (value, self._clock.now() + ttl)

    def drop(self, *keys: str) -> None:
        for key in keys:
            self.kept.pop(key, None)

    def clear(self) -> None:
        self.kept.clear()


class OneErp:
    """Implements `ports.connections.ErpConnections` with one ERP for the account."""

    def __init__(self, erp: MemoryErp) -> None:
        self.erp = erp
        self.connected = True

    def systems(self) -> list[ErpSystem]:
        return [ErpSystem("memory", "Memory", [])]

    def of(self, account_id: int) -> MemoryErp:
        if account_id != ACCOUNT:
            raise AccountInactive(state="unknown")
        if not self.connected:
            raise NoConnection
        return self.erp

    def try_out(self, system: str, values: Any, secrets: Any) -> ConnectionReport:
        return self.erp.check_connection()


class OneCrm:
    """Implements `ports.connections.CrmConnections`."""

    def __init__(self, crm: MemoryCrm) -> None:
        self.crm = crm

    def of(self, account_id: int) -> MemoryCrm:
        if account_id != ACCOUNT:
            raise AccountInactive(state="unknown")
        return self.crm


class RivalStore:
    """The store, with a rival that strikes once, right before the next write: after everything was looked at."""

    def __init__(self, store: SqlStore) -> None:
        self._store = store
        self.rival: Callable[[], object] | None = None

    @contextmanager
    def write(self) -> Iterator[UnitOfWork]:
        rival, self.rival = self.rival, None
        if rival is not None:
            rival()
        with self._store.write() as unit:
            yield unit

    def read(self) -> AbstractContextManager[UnitOfWork]:
        return self._store.read()

    @property
    def engine(self) -> Engine:
        """To listen to what is asked of the database."""
        return self._store.engine

    def close(self) -> None:
        self._store.close()


class House:
    """What a test sees of the house. `press` answers a panel as a dict."""

    def __init__(
        self,
        folder: Path,
        pool: ThreadPoolExecutor,
        *,
        url: str | None = None,
        guard: HoldGuard | None = None,
        **erp: Any,
    ) -> None:
        self.clock = TickingClock()
        self.announcer = RecordingAnnouncer()
        self.store = RivalStore(
            make_store(url or sqlite_url(folder), clock=self.clock, announcer=self.announcer, guard=guard)
        )
        self.erp = MemoryErp(self.clock, **erp)
        self.crm = MemoryCrm(
            CrmAccount(ACCOUNT, "Электроснаб", "demo.amocrm.ru", "Europe/Moscow", "RUB", "ru"),
            self.clock,
            users=[
                CrmUser(ANNA, "Анна", "anna@example.com", False, True, 0, None),
                CrmUser(IGOR, "Игорь", "igor@example.com", False, True, 0, None),
                CrmUser(OLGA, "Ольга", "olga@example.com", False, True, 0, None),
                CrmUser(ADMIN, "Сергей", "admin@example.com", True, True, 0, None),
            ],
            pipelines=[
                Pipeline(1, "Продажи", [Stage(one, name, 1, "#fff", one in SHARED_STAGES) for one, name in STAGES])
            ],
        )
        self.cache = MemoryCache(self.clock)
        self.erps = OneErp(self.erp)
        self.services = Services(
            store=self.store,
            erps=self.erps,
            crms=OneCrm(self.crm),
            cache=self.cache,
            clock=self.clock,
            pool=pool,
            public_url="https://stockgate.example",
            hinted_deals=deal_hints,
        )
        self.runner = OperationRunner(
            self.store, self.clock, handlers(self.services), IMPATIENT, mourner=mourner(self.services)
        )
        self.products: dict[str, Product] = {}
        self.deliveries: dict[str, str] = {}
        self._company()
        self._people()
        self._deals()

    # What people do.

    def live(self, deal_id: int, who: Caller = MANAGER) -> dict[str, Any]:
        return json.loads(show_live(self.services, who, deal_id))

    def cached(self, deal_id: int, who: Caller = MANAGER) -> dict[str, Any]:
        return json.loads(show_cached(self.services, who, deal_id))

    def order(self, deal_id: int, who: Caller = MANAGER) -> dict[str, Any]:
        """Look, press *Place order* on what was seen, answer the panel of that moment."""
        seen = self.live(deal_id, who)["decision"]["fingerprint"]
        return json.loads(submit_order(self.services, who, deal_id, seen))

    def drain(self, patience: timedelta = timedelta(0)) -> list[Any]:
        """Run every operation that is due (moving the clock by up to `patience`)."""
        return drain(self.store, self.runner, self.clock, patience=patience)

    def settle(self, **rules: Any) -> Rules:
        """Change the account's rules."""
        with self.store.write() as unit:
            changed = replace(unit.accounts.rules(ACCOUNT), **rules)
            unit.accounts.save_rules(ACCOUNT, changed)
        return changed

    def notes(self, deal_id: int) -> list[str]:
        return [note.text for note in self.crm.notes if note.deal_id == deal_id]

    def erp_orders(self) -> list[Any]:
        """Every order of ours that the ERP has, cancelled ones too."""
        with self.store.read() as unit:
            order_ids = [
                unit.orders.latest_of_deal(ACCOUNT, deal_id)
                for deal_id in (FILLABLE, SHORT, BROKEN, EMPTY, RIVAL)
            ]  # fmt: skip
        keys = [part.key for order in order_ids if order is not None for part in order.parts]
        return [found for key in keys if (found := self.erp.find_order(key)) is not None]

    def set_quantity(self, deal_id: int, sku: str, quantity: str) -> None:
        """Somebody edits the deal in the CRM."""
        self.crm.set_line(deal_id, self.element(sku), quantity)

    def element(self, sku: str) -> int:
        return next(i for i, item in self.crm.elements.items() if item.sku == sku)

    # The company.

    def _company(self) -> None:
        people = self.erp.people
        people.warehouse("Москва", id="msk")
        people.warehouse("Санкт-Петербург", id="spb")
        people.price_type("Опт", Decimal(90), id="wholesale")
        today = self.clock.now().date()

        def add(sku: str, name: str, price: str, msk: str, spb: str = "0", **more: Any) -> None:
            stock = {"msk": Decimal(msk), "spb": Decimal(spb)}
            self.products[sku] = people.product(
                sku, name, price=Decimal(price), units=(PIECE, PACK), stock=stock, cost=Decimal(price) / 2, **more
            )

        add("SOCKET", "Розетка двойная", "189", "60")
        people.promise(self.products["SOCKET"].id, "msk", Decimal(15), assigned=True)
        add("DRILL", "Дрель ударная", "4890", "4")
        people.promise(self.products["DRILL"].id, "msk", Decimal(1), assigned=True)
        self.deliveries["DRILL"] = people.delivery(
            self.products["DRILL"].id, "msk", Decimal(10), today + timedelta(days=7)
        )
        add("PANEL", "Щит распределительный 24М", "2340", "6", "5")
        self.deliveries["PANEL"] = people.delivery(
            self.products["PANEL"].id, "msk", Decimal(40), today + timedelta(days=21)
        )
        people.customer(
            "АО «Стройгрупп»",
            CustomerKey(inn=INN, kpp=KPP),
            price_type_id="wholesale",
            limit=Decimal(150000),
            debt=Decimal(31230),
            id="c-1",
        )

    def _people(self) -> None:
        with self.store.write() as unit:
            account = unit.accounts.get(ACCOUNT)
            assert account is not None
            unit.accounts.save(replace(account, state=AccountState.ACTIVE))
            unit.accounts.save_connection(Connection(ACCOUNT, "memory", {}, {}))
            unit.accounts.save_rules(ACCOUNT, Rules(supervisors=(Supervisor(OLGA),), default_warehouse_id="msk"))

    def _deals(self) -> None:
        elements = {
            sku: self.crm.add_element(CatalogueItem("", sku, product.name, "1", "шт"))
            for sku, product in self.products.items()
        }
        unknown = self.crm.add_element(CatalogueItem("", "GONE", "Лампа накаливания", "1", "шт"))
        good = self._client(1, INN, KPP)
        wrong = self._client(2, "7701234567", KPP)

        def add(deal_id: int, name: str, company: Company, lines: dict[int, Decimal]) -> None:
            self.crm.add_deal(deal_id, stage=STAGE, responsible_id=ANNA, lines=lines, company=company, name=name)

        add(FILLABLE, "Офис", good, {elements["SOCKET"]: Decimal(10), elements["DRILL"]: Decimal(6)})
        add(SHORT, "Щиты", good, {elements["PANEL"]: Decimal(10)})
        add(BROKEN, "Ошибки", wrong, {unknown: Decimal(1), elements["SOCKET"]: Decimal("2.5")})
        add(EMPTY, "Пустая", good, {})
        add(RIVAL, "Соперник", good, {elements["PANEL"]: Decimal(4)})

    @staticmethod
    def _client(number: int, inn: str, kpp: str) -> Company:
        legal = LegalEntity("АО «Стройгрупп»", inn, kpp, "Москва, ул. Мясницкая, 24")
        return Company(number, "АО «Стройгрупп»", legal, ("+74952213344",), ("zakupki@stroygrupp.example",))


@contextmanager
def open_house(folder: Path, **erp: Any) -> Iterator[House]:
    """A house for the time of the block; `erp` as `MemoryErp` takes it."""
    with ThreadPoolExecutor(8) as pool:
        house = House(folder, pool, **erp)
        try:
            yield house
        finally:
            house.store.close()
