"""Tryton keeps the contract: the real server, through a proxy that can cut the line."""

from __future__ import annotations

import pytest

from tests.contract.erp_contract import ErpContract
from tests.contract.world import World
from tests.support.erp_tryton_world import TrytonWorld


@pytest.mark.tryton
class TestTryton(ErpContract):
    @pytest.fixture
    def world(self, tryton_world: TrytonWorld) -> World:
        return tryton_world
