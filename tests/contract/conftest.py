"""The demo company's Tryton, started once for the contract suite."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from backend.erp.tryton.settings import TrytonSettings
from sandbox.tryton.server import TrytonServer
from tests.support.erp_proxy import Proxy
from tests.support.erp_tryton_world import TrytonWorld


@pytest.fixture(scope="session")
def tryton_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TrytonServer]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with TrytonServer(tmp_path_factory.mktemp("tryton"), port) as server:
        yield server


@pytest.fixture(scope="session")
def tryton_world(tryton_server: TrytonServer) -> Iterator[TrytonWorld]:
    """The real server behind a proxy that can cut the line."""

    def settings(user: str) -> TrytonSettings:
        found = tryton_server.credentials(user)
        return TrytonSettings(tryton_server.url, tryton_server.database, found["login"], found["password"])

    with Proxy(tryton_server.url) as proxy:
        yield TrytonWorld(proxy, settings("stockgate"), settings("admin"), settings("stockgate_limited"))
