"""The page's endpoints change Tryton as the people there would."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask.testing import FlaskClient

from tests.sandbox_tryton.clerk import Clerk

CUSTOMER = "АО «Стройгрупп»"


def _open(page: FlaskClient, kind: str) -> list[dict[str, Any]]:
    return list(page.get(f"/api/{kind}").get_json()["open"])


def _sale(clerk: Clerk, sale: int) -> dict[str, Any]:
    fields = ["state", "shipment_state", "invoice_state", "shipments", "invoices"]
    return dict(clerk.erp.call("model.sale.sale.read", [sale], fields)[0])


def test_ship_all_sends_the_goods_and_posts_the_invoice(clerk: Clerk, page: FlaskClient) -> None:
    placed = clerk.place(CUSTOMER, {"SOCKET-W": 10, "WAGO-221-413": 3})
    (row,) = [row for row in _open(page, "shipments") if row["id"] == placed.shipment]
    assert {line["sku"]: (line["quantity"], line["reserved"]) for line in row["lines"]} == {
        "SOCKET-W": ("10", "10"),
        "WAGO-221-413": ("3", "3"),
    }
    answer = page.post(f"/api/shipments/{placed.shipment}/ship", json={}).get_json()
    assert answer["state"] == "done"
    assert Decimal(answer["invoices"][0]["total"]) == placed.total
    assert _sale(clerk, placed.sale)["shipment_state"] == "sent"


def test_ship_a_part_leaves_the_rest_to_a_new_shipment(clerk: Clerk, page: FlaskClient) -> None:
    placed = clerk.place(CUSTOMER, {"SOCKET-W": 10, "PANEL-12": 2})
    page.post(f"/api/shipments/{placed.shipment}/ship", json={"quantities": {"SOCKET-W": "6"}})
    after = _sale(clerk, placed.sale)
    assert after["shipment_state"] == "partially shipped"
    (rest,) = [row for row in _open(page, "shipments") if row["id"] in after["shipments"]]
    assert {line["sku"]: line["quantity"] for line in rest["lines"]} == {"SOCKET-W": "4", "PANEL-12": "2"}


def test_ship_what_is_on_the_shelf_receive_and_ship_the_rest(clerk: Clerk, page: FlaskClient) -> None:
    placed = clerk.place(CUSTOMER, {"DRILL-750": 6})
    refused = page.post(f"/api/shipments/{placed.shipment}/ship", json={})
    assert (refused.status_code, refused.get_json()["error"]["code"]) == (409, "NotOnShelf")
    assert (
        page.post(f"/api/shipments/{placed.shipment}/ship", json={"quantities": {"DRILL-750": "3"}}).status_code == 200
    )
    (delivery,) = [row for row in _open(page, "deliveries") if any(ln["sku"] == "DRILL-750" for ln in row["lines"])]
    assert page.post(f"/api/deliveries/{delivery['id']}/receive", json={}).get_json()["state"] == "done"
    (rest,) = [row for row in _open(page, "shipments") if row["id"] in _sale(clerk, placed.sale)["shipments"]]
    assert page.post(f"/api/shipments/{rest['id']}/ship", json={}).get_json()["state"] == "done"
    assert _sale(clerk, placed.sale)["shipment_state"] == "sent"


def test_receive_a_part_keeps_expecting_the_rest_on_its_day(clerk: Clerk, page: FlaskClient) -> None:
    def drills() -> dict[str, Any]:
        (row,) = [row for row in _open(page, "deliveries") if any(ln["sku"] == "DRILL-750" for ln in row["lines"])]
        return row

    before = drills()
    page.post(f"/api/deliveries/{before['id']}/receive", json={"quantities": {"DRILL-750": "4"}})
    after = drills()
    assert after["date"] == before["date"]
    assert {line["sku"]: line["quantity"] for line in after["lines"]} == {"DRILL-750": "6", "HAMMER-800": "5"}
    stock = clerk.product("DRILL-750", locations=[clerk.warehouse("MSK")])
    assert stock["quantity"] == 8


def test_overdue_delivery_is_marked(page: FlaskClient) -> None:
    overdue = [row for row in _open(page, "deliveries") if row["overdue"]]
    assert [{line["sku"] for line in row["lines"]} for row in overdue] == [{"SURGE-1", "RCD-40"}]


def test_pay_a_part_then_the_rest(clerk: Clerk, page: FlaskClient) -> None:
    (debt,) = [row for row in _open(page, "invoices") if row["customer"] == CUSTOMER]
    part = page.post(f"/api/invoices/{debt['id']}/pay", json={"amount": "10000,50"}).get_json()
    assert (part["state"], part["left"]) == ("posted", "21229.50")
    assert clerk.customer(CUSTOMER)["credit_amount"] == Decimal("21229.50")
    rest = page.post(f"/api/invoices/{debt['id']}/pay", json={}).get_json()
    assert (rest["state"], rest["left"]) == ("paid", "0.00")
    assert clerk.customer(CUSTOMER)["credit_amount"] == 0


def test_a_sum_that_cannot_be_is_refused(page: FlaskClient) -> None:
    (debt,) = [row for row in _open(page, "invoices") if row["customer"] == CUSTOMER]
    for amount in ("0", "31230.01"):
        answer = page.post(f"/api/invoices/{debt['id']}/pay", json={"amount": amount})
        assert (answer.status_code, answer.get_json()["error"]["code"]) == (409, "WrongAmount")


def test_payment_of_a_shipped_order_reaches_the_order(clerk: Clerk, page: FlaskClient) -> None:
    placed = clerk.place(CUSTOMER, {"SOCKET-W": 4})
    (invoice,) = page.post(f"/api/shipments/{placed.shipment}/ship", json={}).get_json()["invoices"]
    page.post(f"/api/invoices/{invoice['id']}/pay", json={})
    after = _sale(clerk, placed.sale)
    assert (after["invoice_state"], after["state"]) == ("paid", "done")


def test_bad_bodies_change_nothing(clerk: Clerk, page: FlaskClient) -> None:
    placed = clerk.place(CUSTOMER, {"SOCKET-W": 4})
    for quantities in ({"SOCKET-W": "много"}, ["SOCKET-W"], {"SOCKET-W": "-1"}, {"SOCKET-W": "NaN"}):
        answer = page.post(f"/api/shipments/{placed.shipment}/ship", json={"quantities": quantities})
        assert answer.status_code == 400
    assert page.post(f"/api/shipments/{placed.shipment}/ship", json=[]).status_code == 400
    assert _sale(clerk, placed.sale)["shipment_state"] == "waiting"


def test_more_than_ordered_is_refused(clerk: Clerk, page: FlaskClient) -> None:
    placed = clerk.place(CUSTOMER, {"SOCKET-W": 4})
    answer = page.post(f"/api/shipments/{placed.shipment}/ship", json={"quantities": {"SOCKET-W": "5"}})
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (409, "MoreThanOrdered")


def test_documents_open_from_the_page(clerk: Clerk, page: FlaskClient) -> None:
    placed = clerk.place(CUSTOMER, {"SOCKET-W": 4})
    (invoice,) = page.post(f"/api/shipments/{placed.shipment}/ship", json={}).get_json()["invoices"]
    for address in (f"upd/{placed.shipment}", f"torg12/{placed.shipment}", f"invoice/{invoice['id']}"):
        answer = page.get(f"/documents/{address}.pdf")
        assert answer.mimetype == "application/pdf"
        assert answer.data.startswith(b"%PDF-")
    assert page.get("/documents/passport/1.pdf").status_code == 400


def test_the_page_itself_is_served(page: FlaskClient) -> None:
    assert "Рабочее место кладовщика" in page.get("/").get_data(as_text=True)
