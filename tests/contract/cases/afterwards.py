"""What becomes of an order: shipped, cancelled, printed."""

from __future__ import annotations

from io import BytesIO

import pytest
from pypdf import PdfReader

from backend.ports.erp import (
    DocumentKind,
    DocumentUnavailable,
    ErpOrder,
    OrderState,
    ShipmentState,
)
from tests.contract.cases.asking import draft
from tests.contract.world import World


class AfterwardsCases:
    def test_cancelling_frees_the_stock_and_may_be_repeated(self, world: World) -> None:
        here, _ = world.warehouses
        goods = world.goods(stock={here: "10"})
        order = world.erp.place_order(draft(world, [(goods, goods.piece, "4")]))
        for _ in range(2):
            cancelled = world.erp.cancel_order(order.id)
            assert cancelled.state is OrderState.CANCELLED
            assert [(line.reserved, line.awaiting) for line in cancelled.lines] == [(0, 0)]
        assert world.erp.read_stock([goods.id], [here]).rows[goods.id, here].reserved == 0

    def test_a_cancelled_order_is_not_brought_back_by_a_late_repeat(self, world: World) -> None:
        here, _ = world.warehouses
        goods = world.goods(stock={here: "10"})
        wanted = draft(world, [(goods, goods.piece, "4")])
        order = world.erp.place_order(wanted)
        world.erp.cancel_order(order.id)
        again = world.erp.place_order(wanted)
        assert (again.id, again.state) == (order.id, OrderState.CANCELLED)
        found = world.erp.find_order(wanted.key)
        assert found is not None
        assert found.state is OrderState.CANCELLED

    def test_a_kit_order_can_be_cancelled(self, world: World) -> None:
        here, _ = world.warehouses
        part = world.goods(stock={here: "9"})
        kit = world.kit({part.id: "4"})
        order = world.erp.place_order(draft(world, [(kit, kit.piece, "2")]))
        assert world.erp.cancel_order(order.id).state is OrderState.CANCELLED
        assert world.erp.read_stock([part.id], [here]).rows[part.id, here].reserved == 0

    def test_a_part_shipped_is_told(self, world: World) -> None:
        here, _ = world.warehouses
        goods = world.goods(stock={here: "10"})
        order = world.erp.place_order(draft(world, [(goods, goods.piece, "6")]))
        world.ship(order.id, {goods.id: "2"})
        after = self.read(world, order)
        line = after.lines[0]
        assert (line.shipped, line.reserved + line.awaiting) == (2, 4)
        assert after.state is OrderState.OPEN
        assert after.version != order.version
        assert ShipmentState.SHIPPED in {shipment.state for shipment in after.shipments}
        row = world.erp.read_stock([goods.id], [here]).rows[goods.id, here]
        assert (row.on_hand, row.reserved) == (8, 4)

    def test_cancelling_keeps_what_was_shipped(self, world: World) -> None:
        here, _ = world.warehouses
        goods = world.goods(stock={here: "10"})
        order = world.erp.place_order(draft(world, [(goods, goods.piece, "6")]))
        world.ship(order.id, {goods.id: "2"})
        after = world.erp.cancel_order(order.id)
        assert [(line.shipped, line.reserved, line.awaiting) for line in after.lines] == [(2, 0, 0)]
        assert after.state is not OrderState.CANCELLED
        row = world.erp.read_stock([goods.id], [here]).rows[goods.id, here]
        assert (row.on_hand, row.reserved) == (8, 0)

    def test_documents_are_pdfs(self, world: World) -> None:
        here, _ = world.warehouses
        goods = world.goods(stock={here: "10"})
        order = world.erp.place_order(draft(world, [(goods, goods.piece, "6")]))
        kinds = world.erp.capabilities().documents
        assert {ref.kind for ref in order.documents} == kinds & {DocumentKind.INVOICE}
        world.ship(order.id)
        refs = self.read(world, order).documents
        assert {ref.kind for ref in refs} == kinds
        for ref in refs:
            file = world.erp.fetch_document(ref)
            assert file.content.startswith(b"%PDF-")
            assert file.filename.endswith(".pdf")
            assert PdfReader(BytesIO(file.content)).pages

    def test_a_document_keeps_its_version_until_it_changes(self, world: World) -> None:
        here, _ = world.warehouses
        goods = world.goods(stock={here: "10"})
        order = world.erp.place_order(draft(world, [(goods, goods.piece, "6")]))
        world.ship(order.id)
        before = {ref.id: ref.version for ref in order.documents}
        after = {ref.id: ref.version for ref in self.read(world, order).documents}
        assert before.items() <= after.items()

    def test_an_unknown_document_is_unavailable(self, world: World) -> None:
        here, _ = world.warehouses
        goods = world.goods(stock={here: "10"})
        order = world.erp.place_order(draft(world, [(goods, goods.piece, "6")]))
        ref = type(order.documents[0])("invoice:sale.sale,987654321", DocumentKind.INVOICE, "", None, None, "")
        with pytest.raises(DocumentUnavailable):
            world.erp.fetch_document(ref)

    @staticmethod
    def read(world: World, order: ErpOrder) -> ErpOrder:
        return world.erp.read_orders([order.id])[0]
