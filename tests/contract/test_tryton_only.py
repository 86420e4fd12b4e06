"""What is Tryton's own: its zones, quotations, transfers, and its busy answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from backend.domain.customer import CustomerKey
from backend.domain.stock import WarehouseStock
from backend.erp.tryton.settings import SALE, PrintForm
from backend.ports.erp import (
    DocumentKind,
    DocumentUnavailable,
    ErpOutcomeUnknown,
    ErpShortage,
    ErpSignInRefused,
    ShipmentState,
)
from tests.contract.cases.asking import draft
from tests.contract.world import Goods
from tests.support.erp_proxy import Call, Reply
from tests.support.erp_stub import BUSY
from tests.support.erp_tryton_world import TrytonWorld

pytestmark = pytest.mark.tryton


@pytest.fixture
def world(tryton_world: TrytonWorld) -> TrytonWorld:
    return tryton_world


def row(world: TrytonWorld, goods: Goods, warehouse: int = 0) -> WarehouseStock:
    at = world.warehouses[warehouse]
    return world.erp.read_stock([goods.id], [at]).rows[goods.id, at]


def test_a_quotation_is_held_against_others_as_tryton_holds_it(world: TrytonWorld) -> None:
    goods = world.goods(stock={world.warehouses[0]: "10"})
    world.quotation(goods, "7")
    assert row(world, goods).reserved == 7
    with pytest.raises(ErpShortage):
        world.erp.place_order(draft(world, [(goods, goods.piece, "4")]))
    bold = world.connect(replace(world.settings, quotations_reserve=False))
    at = world.warehouses[0]
    assert bold.read_stock([goods.id], [at]).rows[goods.id, at].reserved == 0


def test_picked_goods_do_not_become_free_again(world: TrytonWorld) -> None:
    goods = world.goods(stock={world.warehouses[0]: "10"})
    order = world.erp.place_order(draft(world, [(goods, goods.piece, "4")]))
    world.pick(order.id)
    assert (row(world, goods).on_hand, row(world, goods).reserved) == (10, 4)
    assert world.erp.read_orders([order.id])[0].lines[0].reserved == 4


def test_unloaded_goods_are_coming_until_they_are_on_the_shelf(world: TrytonWorld) -> None:
    goods = world.goods()
    world.unload(goods, "6")
    found = row(world, goods)
    assert (found.on_hand, [(move.quantity, move.due) for move in found.incoming]) == (0, [(6, world.today())])


def test_a_transfer_is_promised_here_and_coming_there(world: TrytonWorld) -> None:
    goods = world.goods(stock={world.warehouses[0]: "10"})
    day = world.today() + timedelta(days=2)
    world.transfer(goods, "3", day)
    assert [(move.quantity, move.due) for move in row(world, goods).promised] == [(3, day)]
    assert [(move.quantity, move.due) for move in row(world, goods, 1).incoming] == [(3, day)]


def test_overdue_debts_are_told_apart(world: TrytonWorld) -> None:
    """Светлый город owes 58,900 since 60 days at 14 days' credit; Стройгрупп's 31,230 are not due yet."""
    late = world.erp.find_customers(CustomerKey(inn="5012345672", kpp="501201001"))[0]
    overdue = world.erp.customer_terms(late.id).overdue
    assert overdue is not None
    assert overdue.amount == Decimal("58900.00")
    fine = world.erp.find_customers(CustomerKey(inn="7701234560", kpp="770101001"))[0]
    terms = world.erp.customer_terms(fine.id)
    assert terms.debt is not None
    assert terms.overdue is not None
    assert (terms.debt.amount >= Decimal("31230.00"), terms.overdue.amount) == (True, Decimal(0))


@pytest.mark.parametrize("step", ["quote", "confirm", "assign_try"])
def test_a_busy_server_is_asked_again_and_makes_one_order(world: TrytonWorld, step: str) -> None:
    goods = world.goods(stock={world.warehouses[0]: "10"})
    left = [BUSY, BUSY]

    def busy(call: Call, forward: Callable[[], Reply]) -> Reply:
        return left.pop() if call.method.endswith(f".{step}") and left else forward()

    wanted = draft(world, [(goods, goods.piece, "4")])
    with world.proxy.ruled(busy):
        order = world.erp.place_order(wanted)
    assert left == []
    assert order.lines[0].reserved == 4
    assert row(world, goods).reserved == 4


def test_forms_the_server_lacks_are_not_declared(world: TrytonWorld) -> None:
    forms = {DocumentKind.INVOICE: PrintForm("sale.sale", SALE), DocumentKind.UPD: PrintForm("no.such", SALE)}
    erp = world.connect(replace(world.settings, forms=forms))
    erp.check_connection()
    assert erp.capabilities().documents == {DocumentKind.INVOICE}


def test_an_odt_never_gets_through(world: TrytonWorld) -> None:
    """Tryton's own form needs LibreOffice; without it an ODT comes back as if all were well."""
    erp = world.connect(replace(world.settings, forms={DocumentKind.INVOICE: PrintForm("sale.sale", SALE)}))
    goods = world.goods(stock={world.warehouses[0]: "10"})
    order = world.erp.place_order(draft(world, [(goods, goods.piece, "1")]))
    ref = erp.read_orders([order.id])[0].documents[0]
    with pytest.raises(DocumentUnavailable) as caught:
        erp.fetch_document(ref)
    assert caught.value.data == {"reason": "not_pdf"}


def test_a_wrong_password_is_denied(world: TrytonWorld) -> None:
    erp = world.connect(replace(world.settings, password="wrong"))
    with pytest.raises(ErpSignInRefused):
        erp.check_connection()


@pytest.mark.parametrize("button", ["shipment.out.draft", "shipment.out.create", "shipment.out.write", "out.wait"])
def test_splitting_by_day_cut_anywhere_is_finished(world: TrytonWorld, button: str) -> None:
    now, later = world.goods(stock={world.warehouses[0]: "5"}), world.goods()
    day = world.today() + timedelta(days=7)
    world.delivery(later, "10", day - timedelta(days=3))
    wanted = draft(world, [(now, now.piece, "5"), (later, later.piece, "6")], later={1: 7})

    def lose(call: Call, forward: Callable[[], Reply]) -> Reply:
        reply = forward()
        return Reply(drop=True) if call.method.endswith(button) else reply

    with world.proxy.ruled(lose), pytest.raises(ErpOutcomeUnknown):
        world.erp.place_order(wanted)
    order = world.erp.place_order(wanted)
    assert [(line.reserved, line.awaiting) for line in order.lines] == [(5, 0), (0, 6)]
    assert sorted((shipment.state, shipment.planned) for shipment in order.shipments) == [
        (ShipmentState.RESERVED, world.today()),
        (ShipmentState.WAITING, day),
    ]
