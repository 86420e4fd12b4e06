"""Products: found, converted, searched, paged."""

from __future__ import annotations

import uuid
from decimal import Decimal

from backend.domain.stock import ProductKind
from tests.contract.world import World


class ProductCases:
    def test_found_by_id_and_by_exact_sku(self, world: World) -> None:
        first, second = world.goods(vat="22", price="35.50"), world.goods(vat="10")
        found = {product.id: product for product in world.erp.products(ids=[first.id], skus=[second.sku, "no such"])}
        assert found.keys() == {first.id, second.id}
        assert (found[first.id].sku, found[first.id].vat_rate) == (first.sku, Decimal(22))
        assert found[second.id].vat_rate == Decimal(10)
        assert found[first.id].list_price == Decimal("35.50")

    def test_units_convert_exactly(self, world: World) -> None:
        goods = world.goods()
        product = world.erp.products(ids=[goods.id])[0]
        pack = product.unit(goods.pack)
        assert (product.base_unit.id, product.base_unit.factor) == (goods.piece, Decimal(1))
        assert pack is not None
        assert (pack.factor, pack.step) == (Decimal(10), Decimal(1))

    def test_kits_bring_their_components(self, world: World) -> None:
        screw, plate = world.goods(), world.goods()
        kit = world.kit({screw.id: "4", plate.id: "1"})
        found = {product.id: product for product in world.erp.products(ids=[kit.id])}
        assert found.keys() == {kit.id, screw.id, plate.id}
        assert found[kit.id].kind is ProductKind.KIT
        parts = {part.product_id: part.quantity for part in found[kit.id].components}
        assert parts == {screw.id: Decimal(4), plate.id: Decimal(1)}

    def test_archived_products_say_so(self, world: World) -> None:
        goods = world.goods()
        world.archive(goods.id)
        assert [product.active for product in world.erp.products(ids=[goods.id])] == [False]
        assert list(world.erp.search_products(goods.sku, limit=5)) == []

    def test_unknown_ones_are_absent(self, world: World) -> None:
        assert list(world.erp.products(ids=["987654321", "not ours"], skus=[""])) == []

    def test_search_by_name_sku_and_barcode(self, world: World) -> None:
        barcode = uuid.uuid4().int % 10**13
        goods = world.goods(barcode=f"{barcode:013d}")
        for text in (goods.sku, goods.sku.lower(), goods.sku[:-2], goods.name.upper(), f"{barcode:013d}"):
            assert goods.id in {product.id for product in world.erp.search_products(text, limit=10)}, text

    def test_search_takes_signs_literally(self, world: World) -> None:
        world.goods()
        assert list(world.erp.search_products("%", limit=5)) == []

    def test_search_keeps_the_limit(self, world: World) -> None:
        for _ in range(3):
            world.goods()
        assert len(world.erp.search_products("Товар", limit=2)) == 2

    def test_catalogue_goes_through_everything_once(self, world: World) -> None:
        made = {world.goods().id for _ in range(3)}
        archived = world.goods()
        world.archive(archived.id)
        seen: list[str] = []
        cursor = None
        while True:
            page = world.erp.catalogue(cursor=cursor, limit=40)
            seen += [product.id for product in page.products]
            cursor = page.next_cursor
            if cursor is None:
                break
        assert len(seen) == len(set(seen))
        assert made | {archived.id} <= set(seen)

    def test_calls_do_not_grow_with_products(self, world: World) -> None:
        products = [world.goods().id for _ in range(6)]
        world.erp.products(ids=products)
        before = world.calls()
        world.erp.products(ids=products[:1])
        one = world.calls() - before
        world.erp.products(ids=products)
        assert world.calls() - before - one == one
