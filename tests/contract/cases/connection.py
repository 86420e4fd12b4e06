"""Connecting."""

from __future__ import annotations

from tests.contract.world import World


class ConnectionCases:
    def test_a_good_connection_misses_nothing(self, world: World) -> None:
        report = world.erp.check_connection()
        assert report.missing == ()
        assert report.version
        assert report.company
        assert report.currency == "RUB"

    def test_each_missing_right_is_named(self, world: World) -> None:
        wanted = world.missing_rights()
        assert set(wanted) <= {right.code for right in world.limited().check_connection().missing}

    def test_warehouses_and_price_types(self, world: World) -> None:
        price_type = world.price_type("90")
        assert set(world.warehouses) <= {warehouse.id for warehouse in world.erp.warehouses()}
        assert price_type in {each.id for each in world.erp.price_types()}
