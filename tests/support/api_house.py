"""The whole application for API tests: real storage on SQLite, real token verifier, ERP and CRM in memory."""

from __future__ import annotations

import base64
import json
import shutil
import uuid
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet
from flask import Flask
from flask.testing import FlaskClient
from joserfc import jwt
from joserfc.jwk import OctKey
from werkzeug.test import TestResponse

from backend.amocrm.platform import Integration, Platform
from backend.amocrm.webhooks import deal_hints
from backend.amocrm.widget_token import WidgetTokenVerifier
from backend.api.context import ApiContext, HealthCheck
from backend.api.signing import Signer
from backend.app import create_app
from backend.domain.customer import CustomerKey
from backend.domain.errors import Invalid
from backend.domain.money import Money
from backend.domain.rules import Rules, Supervisor
from backend.erp.memory.adapter import MemoryErp
from backend.ports.connections import ConnectionField, ErpSystem, NoConnection
from backend.ports.crm import CatalogueItem, Company, CrmAccount, CrmUser, LegalEntity, Pipeline, Stage
from backend.ports.erp import Capabilities, ConnectionReport, DocumentRef, OrderDraft, OrderDraftLine
from backend.ports.store import Connection
from backend.services.deps import Services
from backend.storage import SecretBox, SqlStore, make_engine, upgrade
from backend.storage.tokens import SqlTokenStore
from tests.support.api_connector import PaperConnector
from tests.support.crm_memory import MemoryCrm
from tests.support.crm_tokens import pair
from tests.support.storage import ACCOUNT, RecordingAnnouncer, TickingClock, an_account, sqlite_url

CLIENT_ID = "8f1c1f39-0a6f-4f9a-9d0e-3c5b7d2e4a10"
SECRET = "a-secret-of-the-integration-that-is-long-enough"
PUBLIC_URL = "https://wb.example"
HOST = f"shop{ACCOUNT}.amocrm.ru"
ORIGIN = f"https://{HOST}"
SANDBOX = "127.0.0.1:8000"
MANAGER, SUPERVISOR, ADMIN = 7, 8, 9
DEAL, OTHER_DEAL, SHORT_DEAL = 501, 502, 503
MOSCOW = "5"
KEY = Fernet.generate_key().decode()


@dataclass
class MemoryCache:
    """Cache without ages."""

    kept: dict[str, bytes] = field(default_factory=dict)

    def get(self, key: str) -> bytes | None:
        return self.kept.get(key)

    def get_many(self, keys: list[str]) -> list[bytes | None]:
        return [self.kept.get(key) for key in keys]

    def put(self, key: str, value: bytes, *, ttl: timedelta) -> None:
        self.kept[key] = value

    def drop(self, *keys: str) -> None:
        for key in keys:
            self.kept.pop(key, None)


class RacingErp(MemoryErp):
    """`rival`, if set, runs once when capabilities are asked for: the picture is taken, no goods are held yet."""

    rival: Callable[[], None] | None = None

    def capabilities(self) -> Capabilities:
        rival, self.rival = self.rival, None
        if rival is not None:
            rival()
        return super().capabilities()


@dataclass
class OneErp:
    """ErpConnections with one ERP in memory. `connected` False: the account has none yet."""

    erp: MemoryErp
    connected: bool = True
    secrets_seen: list[Mapping[str, str]] = field(default_factory=list)

    def systems(self) -> Sequence[ErpSystem]:
        fields = [ConnectionField("url", "url", False, True), ConnectionField("password", "password", True, True)]
        return [ErpSystem("memory", "Memory", fields)]

    def of(self, account_id: int) -> MemoryErp:
        if not self.connected:
            raise NoConnection
        return self.erp

    def try_out(self, system: str, values: Mapping[str, str], secrets: Mapping[str, str]) -> ConnectionReport:
        if system != "memory":
            raise Invalid(field="system")
        self.secrets_seen.append(secrets)
        return self.erp.check_connection()


@dataclass
class OneCrm:
    """CrmConnections with one account."""

    crm: MemoryCrm

    def of(self, account_id: int) -> MemoryCrm:
        return self.crm


class ApiHouse:
    """`app` and everything behind it. `call` sends as a person of the account, from a page of the CRM."""

    def __init__(self, store: SqlStore, clock: TickingClock, box: SecretBox) -> None:
        self.store, self.clock = store, clock
        self.erp, self.crm = RacingErp(clock), _crm(clock)
        self.erps = OneErp(self.erp)
        self.product = _fill_erp(self.erp)
        _fill_crm(self.crm, self.product.id)
        self.tokens = SqlTokenStore(store.engine, box)
        self.tokens.save(ACCOUNT, pair())
        self.connector = PaperConnector(CLIENT_ID)
        self.pool = ThreadPoolExecutor(max_workers=8)
        self.cache = MemoryCache()
        self.services = Services(
            store, self.erps, OneCrm(self.crm), self.cache, clock, self.pool, PUBLIC_URL, deal_hints
        )
        self.signer = Signer(["signing-key-of-the-tests"], clock)
        self.health: list[HealthCheck] = [HealthCheck("database", store.health)]
        integration = Integration(CLIENT_ID, SECRET, f"{PUBLIC_URL}/oauth/callback")
        platform = Platform(insecure_hosts=frozenset({SANDBOX}))
        self.context = ApiContext(
            services=self.services,
            widget_tokens=WidgetTokenVerifier(integration, platform, self.tokens, clock, lambda *_: False),
            connector=self.connector,
            token_store=self.tokens,
            signer=self.signer,
            public_url=PUBLIC_URL,
            platform_suffixes=platform.suffixes,
            sandbox_hosts=sorted(platform.insecure_hosts),
            health=self.health,
            version="0.1.0",
        )
        self.app: Flask = create_app(self.context)
        with store.write() as unit:
            unit.accounts.save_rules(ACCOUNT, Rules(supervisors=(Supervisor(SUPERVISOR),)))
            unit.accounts.save_connection(Connection(ACCOUNT, "memory", {"url": "https://erp"}, {"password": "s"}))

    def database_files(self) -> list[Path]:
        """What lies on the disk."""
        place = Path(str(self.store.engine.url.database))
        return sorted(place.parent.glob(f"{place.name}*"))

    @property
    def client(self) -> FlaskClient:
        return self.app.test_client()

    def close(self) -> None:
        self.pool.shutdown()
        self.store.close()

    def claims(self, user_id: int = MANAGER, **changes: Any) -> dict[str, Any]:
        now = int(self.clock.now().timestamp())
        claims = {
            "iss": ORIGIN, "aud": PUBLIC_URL, "jti": str(uuid.uuid4()), "iat": now, "nbf": now, "exp": now + 1800,
            "account_id": ACCOUNT, "user_id": user_id, "subdomain": "shop1", "client_uuid": CLIENT_ID,
        }  # fmt: skip
        return {name: value for name, value in (claims | changes).items() if value is not None}

    def token(self, user_id: int = MANAGER, *, secret: str = SECRET, **changes: Any) -> str:
        key = OctKey.import_key(secret)
        return jwt.encode({"alg": "HS256"}, self.claims(user_id, **changes), key, algorithms=["HS256"])

    def unsigned_token(self) -> str:
        """A token that says it needs no signature."""
        parts = [base64.urlsafe_b64encode(json.dumps(one).encode()).rstrip(b"=").decode()
                 for one in ({"alg": "none", "typ": "JWT"}, self.claims())]  # fmt: skip
        return ".".join([*parts, ""])

    def headers(self, user_id: int = MANAGER, *, token: str | None = None, key: str | None = "") -> dict[str, str]:
        """`key` '' = a new Idempotency-Key, None = none."""
        told = {"X-Auth-Token": token or self.token(user_id), "Origin": ORIGIN}
        if key is not None:
            told["Idempotency-Key"] = key or str(uuid.uuid4())
        return told

    def call(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        user_id: int = MANAGER,
        token: str | None = None,
        key: str | None = "",
    ) -> TestResponse:
        """A call below /api/v1 as the widget makes it."""
        sent: dict[str, Any] = {"headers": self.headers(user_id, token=token, key=key)}
        if body is not None:
            sent["json"] = body
        return self.client.open(f"/api/v1{path}", method=method, **sent)

    def place_in_erp(self) -> str:
        """An order as it stands in the ERP; its id there."""
        line = OrderDraftLine("9001-1", "14", "pc", Decimal(2), Money(Decimal(2340)))
        return self.erp.place_order(OrderDraft("key-1", "c1", MOSCOW, None, [line])).id

    def reference(self, document_id: str) -> DocumentRef:
        """How the ERP names a document of ours."""
        with self.store.read() as unit:
            found = unit.documents.get(ACCOUNT, document_id)
        if found is None:
            raise AssertionError(document_id)
        return found.ref

    def announced(self, kind: str) -> int:
        """How many operations of this kind are waiting."""
        with self.store.read() as unit:
            found = [unit.operations.get(one) for one in unit.operations.runnable(now=self.clock.now(), limit=100)]
        return sum(one is not None and one.kind == kind for one in found)

    def fingerprint(self, deal_id: int = DEAL) -> str:
        """What the person sees now."""
        told = self.call("GET", f"/deals/{deal_id}/panel").get_json()
        return str(told["decision"]["fingerprint"])


def _crm(clock: TickingClock) -> MemoryCrm:
    users = [
        CrmUser(MANAGER, "Анна", "anna@shop.example", False, True, 0, None),
        CrmUser(SUPERVISOR, "Борис", "boris@shop.example", False, True, 0, None),
        CrmUser(ADMIN, "Вера", "vera@shop.example", True, True, 0, None),
    ]
    account = CrmAccount(ACCOUNT, "Торговый дом", HOST, "Europe/Moscow", "RUB", "ru")
    return MemoryCrm(account, clock, users=users, pipelines=[Pipeline(1, "Продажи", [Stage(2, "Счёт", 1, "#fff")])])


def _fill_erp(erp: MemoryErp) -> Any:
    erp.people.warehouse("Москва", id=MOSCOW)
    erp.people.customer("Стройгрупп", CustomerKey(inn="7707083893", kpp="770701001"), id="c1")
    return erp.people.product("PANEL-24", "Щит 24М", price=Decimal("2340"), stock={MOSCOW: Decimal(6)}, id="14")


def _fill_crm(crm: MemoryCrm, product_id: str) -> None:
    element = crm.add_element(CatalogueItem(product_id, "PANEL-24", "Щит 24М", "2340", "шт", 9001))
    legal = LegalEntity("АО «Стройгрупп»", "7707083893", "770701001", "Москва")
    company = Company(3, "АО «Стройгрупп»", legal)
    for deal_id, quantity in ((DEAL, 2), (OTHER_DEAL, 3), (SHORT_DEAL, 10)):
        crm.add_deal(
            deal_id, stage=(1, 2), responsible_id=MANAGER, lines={element: Decimal(quantity)}, company=company,
            name="Щиты для ТЦ",
        )  # fmt: skip


def with_health(house: ApiHouse, *checks: HealthCheck) -> Flask:
    """The same application with other health checks."""
    return create_app(replace(house.context, health=checks))


def make_house(folder: Path, migrated: Path | None = None) -> ApiHouse:
    """A new house in `folder`; `migrated`: an empty database to copy, which is quicker than to migrate one."""
    if migrated is None:
        upgrade(sqlite_url(folder))
    else:
        shutil.copy(migrated, folder / "stockgate.db")
    clock, box = TickingClock(), SecretBox([KEY])
    store = SqlStore(make_engine(sqlite_url(folder)), clock=clock, box=box, announcer=RecordingAnnouncer())
    with store.write() as unit:
        unit.accounts.save(an_account())
    return ApiHouse(store, clock, box)
