"""What every ERP adapter must do. An adapter's author inherits `ErpContract` and gives it a `world` fixture."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from pypdf import PdfReader

from backend.domain.customer import CustomerKey
from backend.domain.money import Money
from backend.domain.stock import ProductKind
from backend.ports.erp import (
    CustomerDraft,
    DocumentKind,
    DocumentUnavailable,
    ErpOrder,
    ErpOutcomeUnknown,
    ErpRefused,
    ErpShortage,
    OrderDraft,
    OrderDraftLine,
    OrderState,
    PriceQuote,
    PriceRequest,
    PriceRequestLine,
    ShipmentState,
)
from tests.contract.world import Cut, Goods, World

Asked = tuple[Goods, str, str]  # goods, unit id, quantity in that unit


def new_key() -> str:
    return f"SG-{uuid.uuid4().hex}"


def quote(world: World, customer: str | None, price_type: str | None, asked: Sequence[Asked]) -> PriceQuote:
    lines = [PriceRequestLine(str(n), goods.id, unit, Decimal(q)) for n, (goods, unit, q) in enumerate(asked)]
    return world.erp.quote_prices(PriceRequest(customer, price_type, lines))


def draft(
    world: World,
    asked: Sequence[Asked],
    *,
    key: str = "",
    customer: str = "",
    price_type: str | None = None,
    later: dict[int, int] | None = None,
    allow_shortage: bool = False,
) -> OrderDraft:
    """An order for the first warehouse, at quoted prices. `later`: line number → days from today."""
    buyer = customer or world.customer(f"Покупатель {uuid.uuid4().hex}", CustomerKey())
    prices = {line.key: line.unit_price for line in quote(world, buyer, price_type, asked).lines}
    lines = [
        OrderDraftLine(
            key=str(number),
            product_id=goods.id,
            unit_id=unit,
            quantity=Decimal(quantity),
            unit_price=prices[str(number)],
            ship_on=world.today() + timedelta(days=later[number]) if later and number in later else None,
        )
        for number, (goods, unit, quantity) in enumerate(asked)
    ]
    warehouse = world.warehouses[0]
    return OrderDraft(key or new_key(), buyer, warehouse, price_type, lines, allow_shortage=allow_shortage)


class StockCases:
    def test_reserved_counts_what_is_assigned_and_what_waits(self, world: World) -> None:
        """Else goods on the way are sold twice."""
        here, _ = world.warehouses
        goods = world.goods(stock={here: "10"})
        world.delivery(goods, "20", world.today() + timedelta(days=5))
        world.promise(goods, "4", assigned=True)
        world.promise(goods, "15", assigned=False, due=world.today() + timedelta(days=6))
        row = world.erp.read_stock([goods.id], [here]).rows[goods.id, here]
        assert (row.on_hand, row.reserved) == (Decimal(10), Decimal(19))
        assert sum(move.quantity for move in row.promised) == row.reserved
        assert [(move.quantity, move.due) for move in row.incoming] == [(20, world.today() + timedelta(days=5))]

    def test_promises_tell_what_is_taken_now_and_what_is_due_later(self, world: World) -> None:
        here, _ = world.warehouses
        goods = world.goods(stock={here: "10"})
        world.delivery(goods, "20", world.today() + timedelta(days=5))
        world.promise(goods, "4", assigned=True)
        world.promise(goods, "15", assigned=False, due=world.today() + timedelta(days=6))
        row = world.erp.read_stock([goods.id], [here]).rows[goods.id, here]
        at_once = sum(move.quantity for move in row.promised if move.due is None or move.due <= world.today())
        later = [(move.quantity, move.due) for move in row.promised if move.due and move.due > world.today()]
        assert at_once == 4
        assert later == [(15, world.today() + timedelta(days=6))]

    def test_deliveries_keep_their_dates_even_past_or_unknown(self, world: World) -> None:
        here, _ = world.warehouses
        goods = world.goods()
        past = world.today() - timedelta(days=3)
        world.delivery(goods, "7", past)
        world.delivery(goods, "5", None)
        row = world.erp.read_stock([goods.id], [here]).rows[goods.id, here]
        assert sorted((move.quantity, move.due is None) for move in row.incoming) == [(5, True), (7, False)]
        assert {move.due for move in row.incoming} == {past, None}

    def test_unconfirmed_deliveries_do_not_count(self, world: World) -> None:
        here, _ = world.warehouses
        goods = world.goods()
        world.delivery(goods, "7", world.today() + timedelta(days=1), confirmed=False)
        assert world.erp.read_stock([goods.id], [here]).rows[goods.id, here].incoming == ()

    def test_every_product_in_every_warehouse_zeros_included(self, world: World) -> None:
        here, there = world.warehouses
        full, empty = world.goods(stock={here: "3", there: "8.0"}), world.goods()
        reading = world.erp.read_stock([full.id, empty.id, "987654321"], [here, there])
        assert {cell: row.on_hand for cell, row in reading.rows.items()} == {
            (full.id, here): 3,
            (full.id, there): 8,
            (empty.id, here): 0,
            (empty.id, there): 0,
        }
        assert reading.unknown == {"987654321"}
        assert reading.taken_at.utcoffset() == timedelta(0)

    def test_kits_have_no_stock_of_their_own(self, world: World) -> None:
        here, _ = world.warehouses
        part = world.goods(stock={here: "10"})
        kit = world.kit({part.id: "2"})
        reading = world.erp.read_stock([kit.id, part.id], [here])
        assert reading.unknown == {kit.id}
        assert reading.rows[part.id, here].on_hand == 10

    def test_calls_do_not_grow_with_products(self, world: World) -> None:
        here, _ = world.warehouses
        products = [world.goods().id for _ in range(12)]
        world.erp.read_stock(products[:1], [here])
        before = world.calls()
        world.erp.read_stock(products[:1], [here])
        one = world.calls() - before
        world.erp.read_stock(products, [here])
        assert world.calls() - before - one == one

    def test_calls_grow_by_one_a_warehouse_at_most(self, world: World) -> None:
        here, there = world.warehouses
        goods = world.goods()
        world.erp.read_stock([goods.id], [here])
        before = world.calls()
        world.erp.read_stock([goods.id], [here])
        one = world.calls() - before
        world.erp.read_stock([goods.id], [here, there])
        assert world.calls() - before - one <= one + 1


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


class PriceCases:
    @pytest.mark.parametrize(
        "lines",
        [
            [("35.55", "22", "3")],
            [("35.55", "22", "3"), ("17.33", "10", "7"), ("0.07", "22", "11")],
            [("33.33", "22", "1")] * 5,
            [("99.99", "10", "3"), ("99.99", "22", "3")],
        ],
    )
    def test_the_quote_is_the_placed_total_to_the_kopeck(self, world: World, lines: list[tuple[str, str, str]]) -> None:
        here, _ = world.warehouses
        asked = []
        for price, vat, quantity in lines:
            goods = world.goods(price=price, vat=vat, stock={here: "1000"})
            asked.append((goods, goods.piece, quantity))
        price_type = world.price_type("93")
        wanted = draft(world, asked, price_type=price_type)
        priced = quote(world, wanted.customer_id, price_type, asked)
        order = world.erp.place_order(wanted)
        assert order.total == priced.total
        assert priced.net + priced.vat == priced.total

    @pytest.mark.parametrize("percent", ["100", "90", "85"])
    def test_prices_told_with_vat_give_the_same_total(self, world: World, percent: str) -> None:
        """Price lists with tax included: 189.00 and 35.55 are what the buyer pays for one."""
        here, _ = world.warehouses
        first, second = (
            world.goods(price="189.00", stock={here: "99"}),
            world.goods(price="35.55", vat="10", stock={here: "99"}),
        )
        asked = [(first, first.piece, "3"), (second, second.pack, "2"), (second, second.piece, "7")]
        price_type = world.price_type(percent, gross=True)
        wanted = draft(world, asked, price_type=price_type)
        priced = quote(world, wanted.customer_id, price_type, asked)
        assert world.erp.place_order(wanted).total == priced.total
        paid = (Decimal("189.00") * 3 + Decimal("35.55") * 27) * Decimal(percent) / 100
        assert abs(priced.total.amount - paid) <= Decimal("0.02")

    def test_packs_cost_their_pieces(self, world: World) -> None:
        goods = world.goods(price="35")
        priced = quote(world, None, world.price_type("90"), [(goods, goods.pack, "2")])
        assert priced.lines[0].unit_price.amount == Decimal(315)
        assert priced.lines[0].list_price.amount == Decimal(350)
        assert priced.lines[0].discount_percent == Decimal(10)
        assert priced.lines[0].net == Money(Decimal(630))

    def test_more_is_cheaper_by_the_lines_own_quantity(self, world: World) -> None:
        goods = world.goods(price="100")
        price_type = world.price_type("100", brackets={"10": "80", "100": "50"})
        asked = [
            (goods, goods.piece, "9"),
            (goods, goods.piece, "10"),
            (goods, goods.pack, "1"),
            (goods, goods.pack, "10"),
        ]
        prices = [line.unit_price.amount for line in quote(world, None, price_type, asked).lines]
        assert prices == [100, 80, 800, 500]

    def test_what_has_no_price_is_told(self, world: World) -> None:
        goods = world.goods()
        lines = [PriceRequestLine("a", goods.id, goods.piece, Decimal(1))]
        lines.append(PriceRequestLine("b", "987654321", goods.piece, Decimal(1)))
        priced = world.erp.quote_prices(PriceRequest(None, None, lines))
        assert [line.key for line in priced.lines] == ["a"]
        assert priced.unpriced == ("b",)

    def test_calls_do_not_grow_with_lines(self, world: World) -> None:
        asked = [(goods, goods.piece, "1") for goods in (world.goods() for _ in range(8))]
        price_type = world.price_type("90", brackets={"10": "80"})
        quote(world, None, price_type, asked)
        before = world.calls()
        quote(world, None, price_type, asked[:1])
        one = world.calls() - before
        quote(world, None, price_type, asked)
        assert world.calls() - before - one == one


class CustomerCases:
    def test_found_by_inn_narrowed_by_kpp(self, world: World) -> None:
        inn = "7707083893"
        head = world.customer("Голова", CustomerKey(inn=inn, kpp="770701001"))
        branch = world.customer("Филиал", CustomerKey(inn=inn, kpp="784143001"))
        both = {customer.id for customer in world.erp.find_customers(CustomerKey(inn=inn))}
        one = [customer.id for customer in world.erp.find_customers(CustomerKey(inn=inn, kpp="784143001"))]
        assert {head, branch} <= both
        assert branch in one
        assert head not in one

    def test_duplicates_all_come_back(self, world: World) -> None:
        phone = f"+7926{uuid.uuid4().int % 10**7:07d}"
        made = {world.customer(name, CustomerKey(phone=phone)) for name in ("Иванов", "Иванов И.")}
        assert {customer.id for customer in world.erp.find_customers(CustomerKey(phone=phone))} == made

    def test_people_are_found_by_phone_then_by_mail(self, world: World) -> None:
        phone, mail = f"+7926{uuid.uuid4().int % 10**7:07d}", f"{uuid.uuid4().hex}@mail.example"
        by_phone = world.customer("По телефону", CustomerKey(phone=phone))
        by_mail = world.customer("По почте", CustomerKey(email=mail))
        assert [c.id for c in world.erp.find_customers(CustomerKey(phone=phone, email=mail))] == [by_phone]
        assert [c.id for c in world.erp.find_customers(CustomerKey(phone="+79990000001", email=mail))] == [by_mail]

    def test_an_inn_is_never_given_up_for_a_phone(self, world: World) -> None:
        phone = f"+7926{uuid.uuid4().int % 10**7:07d}"
        world.customer("Коллега", CustomerKey(phone=phone))
        assert list(world.erp.find_customers(CustomerKey(inn="5029007142", phone=phone, kpp="111101001"))) == []

    def test_a_made_customer_is_found_again(self, world: World) -> None:
        key = CustomerKey(
            inn="4703123405", kpp="470399001", phone="+78137830456", email=f"{uuid.uuid4().hex}@x.example"
        )
        made = world.erp.create_customer(CustomerDraft("ООО «Новый»", key, "Выборг, Ленинградское шоссе, 13"))
        found = [customer for customer in world.erp.find_customers(key) if customer.id == made.id]
        assert [(customer.name, customer.key) for customer in found] == [("ООО «Новый»", key)]

    def test_terms(self, world: World) -> None:
        price_type = world.price_type("85")
        limited = world.customer("С лимитом", CustomerKey(), price_type_id=price_type, limit="50000")
        terms = world.erp.customer_terms(limited)
        assert terms.price_type_id == price_type
        assert terms.credit_limit == Money(Decimal(50000))
        assert terms.debt == Money(Decimal(0))
        assert terms.overdue == Money(Decimal(0))

    def test_an_open_order_is_debt(self, world: World) -> None:
        here, _ = world.warehouses
        goods = world.goods(stock={here: "5"})
        buyer = world.customer("Должник", CustomerKey())
        world.erp.place_order(draft(world, [(goods, goods.piece, "2")], customer=buyer))
        debt = world.erp.customer_terms(buyer).debt
        assert debt is not None
        assert debt.amount > 0


class OrderCases:
    def test_a_placed_order_is_wholly_reserved(self, world: World) -> None:
        here, _ = world.warehouses
        goods = world.goods(stock={here: "30"})
        wanted = draft(world, [(goods, goods.piece, "3"), (goods, goods.pack, "2")])
        order = world.erp.place_order(wanted)
        assert (order.key, order.state, order.warehouse_id) == (wanted.key, OrderState.OPEN, here)
        assert order.number
        assert [(line.key, line.ordered, line.reserved, line.awaiting) for line in order.lines] == [
            ("0", 3, 3, 0),
            ("1", 20, 20, 0),
        ]
        assert [shipment.state for shipment in order.shipments] == [ShipmentState.RESERVED]
        row = world.erp.read_stock([goods.id], [here]).rows[goods.id, here]
        assert (row.on_hand, row.reserved) == (30, 23)

    def test_placing_twice_makes_one_order(self, world: World) -> None:
        here, _ = world.warehouses
        goods = world.goods(stock={here: "30"})
        wanted = draft(world, [(goods, goods.piece, "3")])
        first, second = world.erp.place_order(wanted), world.erp.place_order(wanted)
        assert first == second
        assert world.erp.read_stock([goods.id], [here]).rows[goods.id, here].reserved == 3

    def test_kits_take_their_components(self, world: World) -> None:
        here, _ = world.warehouses
        screw, plate = world.goods(stock={here: "9"}), world.goods(stock={here: "9"})
        kit = world.kit({screw.id: "4", plate.id: "1"})
        order = world.erp.place_order(draft(world, [(kit, kit.piece, "2")]))
        assert [(line.product_id, line.ordered, line.reserved) for line in order.lines] == [(kit.id, 2, 2)]
        rows = world.erp.read_stock([screw.id, plate.id], [here]).rows
        assert (rows[screw.id, here].reserved, rows[plate.id, here].reserved) == (8, 2)

    def test_a_kit_short_of_one_component_is_refused(self, world: World) -> None:
        here, _ = world.warehouses
        screw, plate = world.goods(stock={here: "7"}), world.goods(stock={here: "9"})
        kit = world.kit({screw.id: "4", plate.id: "1"})
        wanted = draft(world, [(kit, kit.piece, "2")])
        with pytest.raises(ErpShortage):
            world.erp.place_order(wanted)
        self.nothing_left(world, wanted, [screw, plate])

    def test_lines_for_later_wait_in_a_shipment_of_their_own(self, world: World) -> None:
        here, _ = world.warehouses
        now, later = world.goods(stock={here: "5"}), world.goods()
        world.delivery(later, "10", world.today() + timedelta(days=4))
        asked = [(now, now.piece, "5"), (later, later.piece, "6")]
        order = world.erp.place_order(draft(world, asked, later={1: 7}))
        due = world.today() + timedelta(days=7)
        assert [(line.reserved, line.awaiting, line.expected) for line in order.lines] == [(5, 0, None), (0, 6, due)]
        states = {shipment.state: shipment.planned for shipment in order.shipments}
        assert states == {ShipmentState.RESERVED: world.today(), ShipmentState.WAITING: due}
        promised = world.erp.read_stock([later.id], [here]).rows[later.id, here].promised
        assert [(move.quantity, move.due) for move in promised] == [(6, due)]

    def test_a_shortage_leaves_nothing_behind(self, world: World) -> None:
        here, _ = world.warehouses
        goods, plenty = world.goods(stock={here: "4"}), world.goods(stock={here: "50"})
        wanted = draft(world, [(plenty, plenty.piece, "1"), (goods, goods.piece, "5")])
        with pytest.raises(ErpShortage) as caught:
            world.erp.place_order(wanted)
        assert goods.id in {line.product_id for line in caught.value.lines}
        assert plenty.id not in {line.product_id for line in caught.value.lines}
        self.nothing_left(world, wanted, [goods, plenty])

    def test_what_others_wait_for_is_not_sold_twice(self, world: World) -> None:
        here, _ = world.warehouses
        goods = world.goods()
        world.delivery(goods, "10", world.today() + timedelta(days=4))
        world.promise(goods, "8", assigned=False, due=world.today() + timedelta(days=5))
        wanted = draft(world, [(goods, goods.piece, "3")], later={0: 7})
        with pytest.raises(ErpShortage):
            world.erp.place_order(wanted)
        assert world.erp.read_stock([goods.id], [here]).rows[goods.id, here].reserved == 8

    def test_after_a_shortage_the_key_can_be_used_again(self, world: World) -> None:
        here, _ = world.warehouses
        goods = world.goods(stock={here: "4"})
        wanted = draft(world, [(goods, goods.piece, "5")])
        with pytest.raises(ErpShortage):
            world.erp.place_order(wanted)
        less = draft(world, [(goods, goods.piece, "4")], key=wanted.key, customer=wanted.customer_id)
        assert [line.reserved for line in world.erp.place_order(less).lines] == [4]

    def test_an_allowed_shortage_is_placed_and_waits(self, world: World) -> None:
        here, _ = world.warehouses
        goods = world.goods(stock={here: "4"})
        order = world.erp.place_order(draft(world, [(goods, goods.piece, "5")], allow_shortage=True))
        assert [(line.reserved, line.awaiting) for line in order.lines] == [(4, 1)]
        assert [shipment.state for shipment in order.shipments] == [ShipmentState.WAITING]

    def test_a_credit_limit_refuses_even_where_shortage_is_allowed(self, world: World) -> None:
        here, _ = world.warehouses
        goods = world.goods(price="1000", stock={here: "4"})
        poor = world.customer("Бедный", CustomerKey(), limit="10")
        wanted = draft(world, [(goods, goods.piece, "2")], customer=poor, allow_shortage=True)
        with pytest.raises(ErpRefused) as caught:
            world.erp.place_order(wanted)
        assert not isinstance(caught.value, ErpShortage)
        assert caught.value.data["message"]
        self.nothing_left(world, wanted, [goods])

    def test_of_two_at_once_one_gets_the_last_piece(self, world: World) -> None:
        here, _ = world.warehouses
        goods = world.goods(stock={here: "1"})
        drafts = [draft(world, [(goods, goods.piece, "1")]) for _ in range(2)]

        def place(wanted: OrderDraft) -> ErpOrder | None:
            try:
                return world.erp.place_order(wanted)
            except ErpShortage:
                return None

        with ThreadPoolExecutor(2) as pool:
            placed = [order for order in pool.map(place, drafts) if order is not None]
        assert [order.lines[0].reserved for order in placed] == [1]
        assert world.erp.read_stock([goods.id], [here]).rows[goods.id, here].reserved == 1

    def test_find_order(self, world: World) -> None:
        here, _ = world.warehouses
        goods = world.goods(stock={here: "4"})
        wanted = draft(world, [(goods, goods.piece, "1")])
        assert world.erp.find_order(wanted.key) is None
        assert world.erp.find_order(wanted.key) is None
        order = world.erp.place_order(wanted)
        assert world.erp.find_order(wanted.key) == order

    def test_read_orders_leaves_unknown_ones_out(self, world: World) -> None:
        here, _ = world.warehouses
        goods = world.goods(stock={here: "9"})
        orders = [world.erp.place_order(draft(world, [(goods, goods.piece, "1")])) for _ in range(2)]
        before = world.calls()
        assert list(world.erp.read_orders([orders[0].id, "987654321"])) == [orders[0]]
        one = world.calls() - before
        assert [order.id for order in world.erp.read_orders([order.id for order in orders])] == [o.id for o in orders]
        assert world.calls() - before == 2 * one

    def test_calls_do_not_grow_with_lines(self, world: World) -> None:
        here, _ = world.warehouses
        goods = [world.goods(stock={here: "9"}) for _ in range(5)]
        world.erp.place_order(draft(world, [(goods[0], goods[0].piece, "1")]))
        few = draft(world, [(goods[0], goods[0].piece, "1")])
        many = draft(world, [(each, each.piece, "1") for each in goods])
        before = world.calls()
        world.erp.place_order(few)
        one = world.calls() - before
        world.erp.place_order(many)
        assert world.calls() - before - one == one

    @staticmethod
    def nothing_left(world: World, wanted: OrderDraft, goods: Sequence[Goods]) -> None:
        here, _ = world.warehouses
        assert world.erp.find_order(wanted.key) is None
        rows = world.erp.read_stock([each.id for each in goods], [here]).rows
        assert {row.reserved for row in rows.values()} == {Decimal(0)}


class CutCases:
    @pytest.mark.parametrize("where", list(Cut))
    def test_an_order_cut_anywhere_is_finished_once(self, world: World, where: Cut) -> None:
        for step in range(1, world.writes_to_place() + 1):
            self.cut_at(world, step, where)

    @staticmethod
    def cut_at(world: World, step: int, where: Cut) -> None:
        here, _ = world.warehouses
        goods = world.goods(stock={here: "10"})
        wanted = draft(world, [(goods, goods.piece, "4")])
        with world.cut(step, where), pytest.raises(ErpOutcomeUnknown):
            world.erp.place_order(wanted)
        found = world.erp.find_order(wanted.key)
        assert (found is None) == (step == 1 and where is Cut.BEFORE_DOING)
        order = world.erp.place_order(wanted)
        assert [(line.ordered, line.reserved) for line in order.lines] == [(4, 4)]
        assert world.erp.read_stock([goods.id], [here]).rows[goods.id, here].reserved == 4
        if found is not None:
            assert order.id == found.id

    def test_a_lost_customer_is_found_by_its_key(self, world: World) -> None:
        key = CustomerKey(phone=f"+7926{uuid.uuid4().int % 10**7:07d}")
        made = world.erp.create_customer(CustomerDraft("Потерянный", key))
        assert [customer.id for customer in world.erp.find_customers(key)] == [made.id]


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


class ErpContract(
    StockCases, ProductCases, PriceCases, CustomerCases, OrderCases, CutCases, AfterwardsCases, ConnectionCases
):
    """All of it."""
