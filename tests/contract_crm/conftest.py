"""Both players of the CRM contract."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.contract_crm.amo_world import AmoWorld, new_server
from tests.contract_crm.memory_world import MemoryWorld
from tests.contract_crm.world import CrmWorld


@pytest.fixture
def amo() -> Iterator[AmoWorld]:
    """A fresh stand-in for every test."""
    with new_server() as server:
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
