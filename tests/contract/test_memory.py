"""The in-memory ERP keeps the contract."""

from __future__ import annotations

import pytest

from tests.contract.erp_contract import ErpContract, OverReservingContract
from tests.contract.world import World
from tests.support.erp_memory_world import MemoryWorld


class TestMemory(ErpContract):
    @pytest.fixture
    def world(self) -> World:
        return MemoryWorld()


class TestMemoryThatOverReserves(OverReservingContract):
    @pytest.fixture
    def world(self) -> World:
        return MemoryWorld(over_reserves=True)
