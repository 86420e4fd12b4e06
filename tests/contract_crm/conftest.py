"""Both players of the CRM contract."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sandbox.amocrm.server import AmoServer
from tests.contract_crm.amo_world import AmoWorld, new_server, start_over
from tests.contract_crm.memory_world import MemoryWorld
from tests.contract_crm.world import CrmWorld


@pytest.fixture(scope="session")
def server() -> Iterator[AmoServer]:
    """One stand-in for all tests."""
    with new_server() as running:
        yield running


@pytest.fixture
def amo(server: AmoServer) -> Iterator[AmoWorld]:
    """The stand-in as it was seeded, newly connected."""
    start_over(server)
    world = AmoWorld(server)
    yield world
    world.close()


@pytest.fixture(params=["memory", "amocrm"])
def world(request: pytest.FixtureRequest) -> CrmWorld:
    """Whoever plays the CRM."""
    if request.param == "memory":
        return MemoryWorld()
    played: AmoWorld = request.getfixturevalue("amo")
    return played
