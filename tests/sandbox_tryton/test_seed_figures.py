"""The demo company is what its README and the demo's story say it is."""

from __future__ import annotations

import stat
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from stdnum.ean import is_valid as ean_is_valid
from stdnum.ru.inn import is_valid as inn_is_valid

from sandbox.tryton.warehouse.rpc import ErpClient, ErpRefused
from tests.sandbox_tryton.clerk import Clerk
from tests.sandbox_tryton.conftest import Company


@pytest.fixture
def looker(seeded: Company) -> Clerk:
    return Clerk(seeded.sign_in("stockgate"))


def _figures(looker: Clerk, sku: str, warehouse: str, day: date) -> tuple[float, float, float]:
    """On hand, free of assigned, forecast at the day."""
    place = {"locations": [looker.warehouse(warehouse)], "stock_date_end": day}
    on_hand = looker.product(sku, **place)["quantity"]
    row = looker.product(sku, stock_assign=True, **place)
    return on_hand, row["quantity"], row["forecast_quantity"]


@pytest.mark.parametrize(
    ("sku", "warehouse", "figures"),
    [
        ("SOCKET-W", "MSK", (60, 45, 45)),
        ("DRILL-750", "MSK", (4, 3, 3)),
        ("PANEL-24", "MSK", (8, 6, 6)),
        ("PANEL-24", "SPB", (5, 5, 5)),
    ],
)
def test_stock_of_the_story(looker: Clerk, today: date, sku: str, warehouse: str, figures: tuple[float, ...]) -> None:
    assert _figures(looker, sku, warehouse, today) == figures


@pytest.mark.parametrize(("sku", "days", "forecast"), [("DRILL-750", 7, 13), ("PANEL-24", 21, 46)])
def test_deliveries_arrive_on_their_day(looker: Clerk, today: date, sku: str, days: int, forecast: float) -> None:
    before = _figures(looker, sku, "MSK", today + timedelta(days=days - 1))[2]
    assert _figures(looker, sku, "MSK", today + timedelta(days=days))[2] == forecast > before


def test_promised_but_unassigned_goods_lower_the_forecast_only(looker: Clerk, today: date) -> None:
    on_hand, free, forecast = _figures(looker, "LAMP-GU10-8", "MSK", today)
    assert (on_hand, free, forecast) == (120, 120, 90)


def test_a_kit_is_there_as_often_as_its_scarcest_part(looker: Clerk, today: date) -> None:
    assert _figures(looker, "KIT-ROOM", "MSK", today)[0] == min(240 // 4, 180 // 2, 800 // 6)


def test_deliveries_are_dated_overdue_and_undated(looker: Clerk, today: date) -> None:
    domain = [["from_location.type", "=", "supplier"], ["state", "=", "draft"]]
    days = [
        row["planned_date"]
        for row in looker.erp.call("model.stock.move.search_read", domain, 0, None, None, ["planned_date"])
    ]
    assert None in days
    assert {today - timedelta(days=5), today + timedelta(days=7), today + timedelta(days=21)} <= set(days)


@pytest.mark.parametrize(
    ("name", "limit", "owes", "overdue"),
    [
        ("АО «Стройгрупп»", "150000", "31230", "0"),
        ("ООО «НеваСтройМонтаж»", "300000", "104090.50", "84210.50"),
        ("ООО «Светлый город»", "60000", "58900", "58900"),
        ("ООО «Ладога-Инжиниринг»", "120000", "0", "0"),
    ],
)
def test_limits_and_debts(looker: Clerk, name: str, limit: str, owes: str, overdue: str) -> None:
    row = looker.customer(name)
    assert row["credit_limit_amount"] == Decimal(limit)
    assert (row["receivable"], row["receivable_today"]) == (Decimal(owes), Decimal(overdue))


def test_stroygrupp_has_118_770_free(looker: Clerk) -> None:
    row = looker.customer("АО «Стройгрупп»")
    assert row["credit_limit_amount"] - row["credit_amount"] == Decimal(118770)


def test_prices_include_vat_and_lines_get_them_without(looker: Clerk) -> None:
    party = looker.customer("АО «Стройгрупп»")
    terms = {"customer": party["id"], "price_list": party["sale_price_list"], "quantity": 1}
    assert looker.product("SOCKET-W", **terms)["sale_price_uom"] == Decimal("170.10")
    taxes = looker.product("SOCKET-W")["account_category."]["customer_taxes"]
    net = looker.product("SOCKET-W", taxes=taxes, **terms)["sale_price_uom"]
    assert round(net * Decimal("1.22"), 2) == Decimal("170.10")


def _all(erp: ErpClient, model: str, fields: list[str], domain: Iterable[Any] = ()) -> list[dict[str, Any]]:
    return list(erp.call(f"model.{model}.search_read", list(domain), 0, None, None, fields))


def test_every_inn_and_barcode_is_valid_and_skus_are_unique(looker: Clerk) -> None:
    inns = _all(looker.erp, "party.identifier", ["code"], [["type", "=", "ru_vat"]])
    barcodes = _all(looker.erp, "product.identifier", ["code"], [["type", "=", "ean"]])
    skus = [row["code"] for row in _all(looker.erp, "product.product", ["code"])]
    assert len(inns) == 13
    assert all(inn_is_valid(row["code"]) for row in inns)
    assert all(ean_is_valid(row["code"]) for row in barcodes)
    assert len(skus) == len(set(skus)) == len(barcodes) >= 60


def test_every_product_leaves_a_margin_even_to_dealers(looker: Clerk) -> None:
    rows = _all(looker.erp, "product.product", ["code", "list_price_used", "cost_price", "type"])
    dealers_net = Decimal("0.85") / Decimal("1.22")
    goods = [row for row in rows if row["type"] == "goods"]
    thin = [row["code"] for row in goods if row["list_price_used"] * dealers_net <= row["cost_price"]]
    assert thin == []


def test_a_wrong_kpp_is_refused(fresh: Company) -> None:
    erp = fresh.sign_in("stockgate")
    for kpp in ("77010100", "77010100А", "7701-1001"):
        with pytest.raises(ErpRefused, match="KPP"):
            erp.call("model.party.party.create", [{"name": "Проба", "ru_kpp": kpp}])


def test_the_limited_user_reads_stock_and_may_not_sell(seeded: Company) -> None:
    limited = Clerk(seeded.sign_in("stockgate_limited"))
    assert limited.product("SOCKET-W")["code"] == "SOCKET-W"
    with pytest.raises(ErpRefused):
        limited.erp.call("model.sale.sale.create", [{"party": 1}])


def test_passwords_are_for_the_owner_only(seeded: Company) -> None:
    mode = seeded.server.credentials_file.stat().st_mode
    assert stat.S_IMODE(mode) == 0o600
