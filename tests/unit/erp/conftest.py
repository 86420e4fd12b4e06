from __future__ import annotations

from collections.abc import Iterator

import pytest

from backend.erp.exchange import Exchange
from backend.erp.http import ErpHttp, HttpLimits
from backend.erp.network import NetworkPolicy
from backend.erp.tryton.client import TrytonClient
from backend.erp.tryton.settings import TrytonSettings
from tests.support.erp_proxy import Proxy
from tests.support.erp_stub import TrytonStub

QUICK = HttpLimits(connect_seconds=1, read_seconds=0.3, total_seconds=1, answer_bytes=100_000, breaker_failures=50)
HERE = NetworkPolicy(allow_private=True)


@pytest.fixture
def stub() -> TrytonStub:
    return TrytonStub()


@pytest.fixture
def server(stub: TrytonStub) -> Iterator[Proxy]:
    with Proxy() as proxy, proxy.ruled(stub):
        yield proxy


@pytest.fixture
def exchanges() -> list[Exchange]:
    return []


@pytest.fixture
def http(server: Proxy, exchanges: list[Exchange]) -> ErpHttp:
    return ErpHttp(server.url, policy=HERE, limits=QUICK, log=exchanges.append)


@pytest.fixture
def settings(server: Proxy) -> TrytonSettings:
    return TrytonSettings(server.url, "erp", "api", "a password")


@pytest.fixture
def naps() -> list[float]:
    """How long the client would have slept between its attempts."""
    return []


@pytest.fixture
def client(settings: TrytonSettings, http: ErpHttp, naps: list[float]) -> TrytonClient:
    return TrytonClient(settings, http, sleep=naps.append)
