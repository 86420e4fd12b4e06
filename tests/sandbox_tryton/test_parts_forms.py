"""What the shipment's forms say when goods leave in parts."""

from __future__ import annotations

from flask.testing import FlaskClient

from tests.sandbox_tryton.clerk import Clerk
from tests.sandbox_tryton.form_text import text_of

CUSTOMER = "АО «Стройгрупп»"


def test_a_part_shipped_is_a_part_invoiced(clerk: Clerk, page: FlaskClient) -> None:
    placed = clerk.place("Орлова Мария Сергеевна", {"PANEL-24": 5})
    answer = page.post(f"/api/shipments/{placed.shipment}/ship", json={"quantities": {"PANEL-24": "2"}}).get_json()
    assert [row["total"] for row in answer["invoices"]] == ["4680.00"]
    upd = text_of(clerk.print_form("ru_forms.upd", placed.shipment))
    assert "4 680,00" in upd
    assert "11 700,00" not in upd


def test_kits_shipped_in_two_parts_print_two_upds(clerk: Clerk, page: FlaskClient) -> None:
    placed = clerk.place(CUSTOMER, {"KIT-ROOM": 3})
    half = {"SOCKET-1W": "4", "SWITCH-1": "2", "BOX-68": "6"}
    assert page.post(f"/api/shipments/{placed.shipment}/ship", json={"quantities": half}).status_code == 200
    (sale,) = clerk.erp.call("model.sale.sale.read", [placed.sale], ["shipments"])
    rest = max(sale["shipments"])
    assert page.post(f"/api/shipments/{rest}/ship", json={}).status_code == 200
    first, second = (text_of(clerk.print_form("ru_forms.upd", key)) for key in (placed.shipment, rest))
    assert "711,00" in first
    assert "1 422,00" in second
