"""The demo company's Tryton, started once for the contract suite."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from sandbox.tryton.server import TrytonServer


@pytest.fixture(scope="session")
def tryton_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TrytonServer]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with TrytonServer(tmp_path_factory.mktemp("tryton"), port) as server:
        yield server
