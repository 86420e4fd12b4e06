"""Customers are found by their key, never guessed."""

from __future__ import annotations

import uuid
from decimal import Decimal

from backend.domain.customer import CustomerKey
from backend.domain.money import Money
from backend.ports.erp import (
    CustomerDraft,
)
from tests.contract.cases.asking import draft
from tests.contract.world import World


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
