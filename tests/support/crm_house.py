"""The amoCRM side put together for tests: one integration, one account, everything around it in memory."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from backend.amocrm.adapter import AmoCrm
from backend.amocrm.client import AmoClient
from backend.amocrm.keeper import LiveTokens
from backend.amocrm.oauth import OAuth
from backend.amocrm.people import RequisiteFields
from backend.amocrm.platform import Integration, Platform
from backend.amocrm.wire import TIMEOUT
from backend.ports.crm import CrmExchange, CrmSetup
from backend.ports.tokens import Priority
from tests.support.crm_tokens import HandClock, MemoryTokens, OpenBudget, ThreadLock

CLIENT_ID = "8f1c1f39-0a6f-4f9a-9d0e-3c5b7d2e4a10"
SECRET = "a-secret-of-the-integration-that-is-long-enough"
REDIRECT = "https://wb.example/oauth"
ACCOUNT = 28805383


class CrmHouse:
    """`host` is the account's `host:port`; more insecure hosts (the drive) may be allowed."""

    def __init__(self, host: str, *more_hosts: str, redirect_uri: str = REDIRECT) -> None:
        self.clock = HandClock()
        self.platform = Platform(insecure_hosts=frozenset({host, *more_hosts}), authorize_host=host)
        self.integration = Integration(CLIENT_ID, SECRET, redirect_uri)
        self.store = MemoryTokens()
        self.lock = ThreadLock()
        self.budget = OpenBudget(self.clock)
        self.oauth = OAuth(self.integration, self.platform, self.clock)
        self.tokens = LiveTokens(self.store, self.lock, self.oauth, self.clock)
        self.exchanges: list[CrmExchange] = []
        self.sleeps: list[float] = []
        self.pool = ThreadPoolExecutor(max_workers=4)

    def slept(self, seconds: float) -> None:
        """Waiting moves the clock."""
        self.sleeps.append(seconds)
        self.clock.move(seconds=seconds)

    def client(
        self, account_id: int = ACCOUNT, priority: Priority = Priority.PERSON, timeout: tuple[float, float] = TIMEOUT
    ) -> AmoClient:
        return AmoClient(
            account_id,
            tokens=self.tokens,
            budget=self.budget,
            platform=self.platform,
            integration=self.integration,
            clock=self.clock,
            priority=priority,
            sink=self.exchanges.append,
            timeout=timeout,
            sleep=self.slept,
        )

    def adapter(
        self, setup: CrmSetup | None = None, *, account_id: int = ACCOUNT, requisites: RequisiteFields | None = None
    ) -> AmoCrm:
        return AmoCrm(self.client(account_id), self.clock, self.pool, setup=setup, requisites=requisites)

    def close(self) -> None:
        self.pool.shutdown()
