"""Tryton keeps the contract: the real server, through a proxy that can cut the line."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from backend.erp.tryton.settings import TrytonSettings
from sandbox.tryton.server import TrytonServer
from tests.contract.erp_contract import ErpContract
from tests.contract.world import World
from tests.support.erp_proxy import Proxy
from tests.support.erp_tryton_world import TrytonWorld


@pytest.fixture(scope="module")
def tryton_world(tryton_server: TrytonServer) -> Iterator[World]:
    def settings(user: str) -> TrytonSettings:
        found = tryton_server.credentials(user)
        return TrytonSettings(tryton_server.url, tryton_server.database, found["login"], found["password"])

    with Proxy(tryton_server.url) as proxy:
        yield TrytonWorld(proxy, settings("stockgate"), settings("admin"), settings("stockgate_limited"))


@pytest.mark.tryton
class TestTryton(ErpContract):
    @pytest.fixture
    def world(self, tryton_world: World) -> World:
        return tryton_world
