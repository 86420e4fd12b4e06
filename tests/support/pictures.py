"""A kept picture with something of everything in it: a kit, packs, a split line, an unknown product, a customer.

Sequences are tuples, as they are read back.
"""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from decimal import Decimal
from typing import Any

from backend.domain.basket import Draft, DraftLine, DraftPart, Undo
from backend.domain.customer import CustomerKey
from backend.domain.lines import BasketLine
from backend.domain.money import Money
from backend.domain.order import OrderCustomer
from backend.domain.policy import Outcome, Reason
from backend.domain.quantity import Unit
from backend.domain.stock import Component, Product, ProductKind
from backend.ports.crm import Company, Contact, CrmElement, Deal, DealLine, LegalEntity
from backend.ports.erp import Customer, CustomerTerms, PricedLine, PriceQuote, Warehouse
from backend.ports.store import CustomerPicture, KeptCheck, KeptPicture, PictureParts
from tests.support.storage import ACCOUNT, DEAL, START

PIECE, PACK = Unit("1", "шт"), Unit("2", "уп", Decimal(10), Decimal("0.5"))
KEY = CustomerKey("7701234560", "770101001", "+74952213344", "zakupki@stroygrupp.example")
SOCKET = Product("14", "SOCKET", "Розетка", (PIECE, PACK), "2", vat_rate=Decimal(22), list_price=Decimal("189.50"))
KIT = Product(
    "15", "KIT", "Набор", (PIECE,), "1", ProductKind.KIT, (Component("14", Decimal(2)), Component("16", Decimal("0.5")))
)


def picture_parts() -> PictureParts:
    elements = [CrmElement(9001, "Розетка", "SOCKET", "14"), CrmElement(9002, "Набор", "KIT", "15", Decimal("10.10"))]
    gone = CrmElement(9003, "", "", "")
    lines = (
        DealLine(elements[0], Decimal("2.5")),
        DealLine(elements[1], Decimal(3)),
        DealLine(gone, Decimal(1)),
    )
    split = DraftLine("2", (DraftPart("5", Decimal(10), date(2026, 12, 1)), DraftPart("6")), Decimal("2.5"))
    legal = LegalEntity("АО «Стройгрупп»", KEY.inn, KEY.kpp, "Москва")
    roubles = Money(Decimal("100.10"))
    quote = PriceQuote(
        "RUB",
        False,
        (PricedLine("9001", roubles, roubles, Decimal(10), Decimal(22), roubles, roubles, roubles),),
        roubles,
        roubles,
        roubles,
        unpriced=("9002",),
    )
    customer = CustomerPicture(
        OrderCustomer("c-1", "АО «Стройгрупп»", KEY, "Москва"),
        "valid",
        "found",
        Customer("c-1", "АО «Стройгрупп»", KEY),
        (Reason("over_credit", Outcome.ASK, None, {"over": "1.00"}),),
        CustomerTerms("c-1", "wholesale", roubles, roubles, None),
    )
    return PictureParts(
        deal=Deal(
            DEAL,
            "Офис",
            1,
            10,
            504141,
            Decimal("1000.50"),
            START,
            lines,
            Company(1, "АО «Стройгрупп»", legal, (KEY.phone,), (KEY.email,)),
            Contact(2, "Иванов", None),
        ),
        draft=Draft({"9001": split}, Undo("line", {"9001": DraftLine()}, {"9001": None}, {"name": "Розетка"})),
        warehouses=(Warehouse("5", "Москва"), Warehouse("6", "СПб")),
        lines=(
            BasketLine("9001", "Розетка", "SOCKET", Decimal("2.5"), split, SOCKET),
            BasketLine("9002", "Набор", "KIT", Decimal(3), DraftLine(), KIT),
            BasketLine("9003", "", "", Decimal(1), DraftLine(), None),
        ),
        quote=quote,
        customer=customer,
    )


def a_picture(**changes: Any) -> KeptPicture:
    """`changes` of the check or of the picture, by name."""
    check = KeptCheck(
        ACCOUNT,
        DEAL,
        taken_at=START,
        stock_at=START,
        outcome=Outcome.ALLOW,
        fingerprint="b1946ac9",
        basket={"9001": "2.5", "9002": "3", "9003": "1"},
        digest="d1",
    )
    ours = {one.name for one in fields(KeptCheck)}
    check = replace(check, **{name: value for name, value in changes.items() if name in ours})
    picture = KeptPicture(check, ("14", "16"), picture_parts(), {"taken_at": "2026-11-21T09:00:00Z", "lines": []})
    return replace(picture, **{name: value for name, value in changes.items() if name not in ours})
