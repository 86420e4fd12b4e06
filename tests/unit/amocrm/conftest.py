"""A scripted platform and the amoCRM side talking to it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.crm_house import ACCOUNT, CrmHouse
from tests.support.crm_server import ScriptedServer
from tests.support.crm_tokens import pair


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as running:
        yield running


@pytest.fixture
def house(server: ScriptedServer) -> Iterator[CrmHouse]:
    """The account is connected with the pair `access-one`."""
    made = CrmHouse(server.host)
    made.store.connect(ACCOUNT, server.host, pair("one", clock=made.clock))
    yield made
    made.close()
