"""The page and its JSON endpoints."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from flask import Flask, Response, jsonify, render_template, request

from sandbox.tryton.warehouse.paying import Paying
from sandbox.tryton.warehouse.receiving import Receiving
from sandbox.tryton.warehouse.rpc import ErpClient, ErpRefused
from sandbox.tryton.warehouse.shipping import Shipping

_FORMS = {
    "upd": ("report.ru_forms.upd", "stock.shipment.out"),
    "torg12": ("report.ru_forms.torg12", "stock.shipment.out"),
    "invoice": ("report.ru_forms.schet_invoice", "account.invoice"),
}


class BadRequest(ValueError):
    """The request's body is not what the endpoint takes."""


def create_app(erp: ErpClient, today: Callable[[], date]) -> Flask:
    """The app over one ERP user; ``today`` is the day that documents get."""
    app = Flask(__name__)
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    shipping, receiving, paying = Shipping(erp), Receiving(erp), Paying(erp)

    @app.get("/")
    def page() -> str:
        return render_template("page.html")

    @app.get("/live")
    def live() -> Response:
        return jsonify(status="ok")

    @app.get("/api/shipments")
    def shipments() -> Response:
        return jsonify(open=shipping.waiting(), recent=shipping.recent())

    @app.post("/api/shipments/<int:shipment>/ship")
    def ship(shipment: int) -> Response:
        return jsonify(shipping.ship(shipment, today(), _quantities()))

    @app.get("/api/deliveries")
    def deliveries() -> Response:
        return jsonify(open=receiving.expected(today()))

    @app.post("/api/deliveries/<int:purchase>/receive")
    def receive(purchase: int) -> Response:
        return jsonify(receiving.receive(purchase, today(), _quantities()))

    @app.get("/api/invoices")
    def invoices() -> Response:
        return jsonify(open=paying.unpaid())

    @app.post("/api/invoices/<int:invoice>/pay")
    def pay(invoice: int) -> Response:
        amount = _body().get("amount")
        return jsonify(paying.pay(invoice, today(), None if amount is None else _decimal(amount)))

    @app.get("/documents/<kind>/<int:record>.pdf")
    def document(kind: str, record: int) -> Response:
        if kind not in _FORMS:
            raise BadRequest(f"нет формы {kind}")
        report, model = _FORMS[kind]
        answer = erp.call(f"{report}.execute", [record], {"model": model, "id": record, "ids": [record]})
        return Response(answer[1], mimetype="application/pdf")

    @app.errorhandler(ErpRefused)
    def refused(error: ErpRefused) -> tuple[Response, int]:
        return jsonify(error={"code": error.code, "message": error.message}), 409

    @app.errorhandler(BadRequest)
    def bad(error: BadRequest) -> tuple[Response, int]:
        return jsonify(error={"code": "BadRequest", "message": str(error)}), 400

    return app


def _body() -> dict[str, Any]:
    content = request.get_json(silent=True) if request.data else {}
    if not isinstance(content, dict):
        raise BadRequest("нужен объект JSON")
    return content


def _quantities() -> dict[str, Decimal] | None:
    """``{"quantities": {"SKU": "6"}}``; None when the whole is meant."""
    given = _body().get("quantities")
    if given is None:
        return None
    if not isinstance(given, dict):
        raise BadRequest("quantities: нужны количества по артикулам")
    return {str(sku): _decimal(value) for sku, value in given.items()}


def _decimal(value: Any) -> Decimal:
    try:
        number = Decimal(str(value).replace(",", ".").replace(" ", ""))
    except InvalidOperation as error:
        raise BadRequest(f"не число: {value}") from error
    if not number.is_finite() or number < 0:
        raise BadRequest(f"не годится: {value}")
    return number
