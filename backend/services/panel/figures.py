"""The part of a panel that comes from a live picture; kept in the cache for the next opening (R1)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from backend.domain.money import round_half_up
from backend.domain.picture import LinePicture, PartPicture
from backend.domain.policy import Reason
from backend.domain.quantity import plain
from backend.domain.remedies import Remedy
from backend.ports.erp import PricedLine, PriceQuote
from backend.services.panel.texts import Json, day, moment, money, movement_json, told_in, unit_json
from backend.services.take_picture import Picture


def figures(picture: Picture) -> Json:
    """Everything a panel shows of stock, prices, customer and decision.

    Holds the margin: `for_viewer` removes it.
    """
    warehouses = {one.id: one.name for one in picture.warehouses}
    prices = {line.key: line for line in picture.quote.lines} if picture.quote else {}
    return {
        "taken_at": moment(picture.taken_at),
        "deal": {
            "id": picture.deal.id,
            "name": picture.deal.name,
            "currency": picture.quote.currency if picture.quote else picture.account.currency,
            "timezone": picture.account.timezone,
        },
        "lines": [
            _line(line, prices.get(line.line.line_id), picture.quote, warehouses, _reasons_of(line, picture))
            for line in picture.lines
        ],
        "warehouses": [{"id": one.id, "name": one.name} for one in picture.warehouses],
        "totals": _totals(picture),
        "customer": _customer(picture),
        "decision": {
            "outcome": str(picture.decision.outcome),
            "fingerprint": picture.fingerprint,
            "reasons": [reason_json(one) for one in picture.decision.reasons],
            "mendable": picture.decision.mendable,
        },
        "remedies": [_remedy(one, picture, warehouses) for one in picture.remedies],
    }


def reason_json(reason: Reason) -> Json:
    return {"code": reason.code, "line_id": reason.line_id, "params": dict(reason.params)}


def _reasons_of(line: LinePicture, picture: Picture) -> list[Json]:
    return [reason_json(one) for one in picture.decision.reasons if one.line_id == line.line.line_id]


def _line(
    picture: LinePicture,
    price: PricedLine | None,
    quote: PriceQuote | None,
    warehouses: Mapping[str, str],
    reasons: list[Json],
) -> Json:
    line, unit, product = picture.line, picture.line.unit, picture.line.product
    shown: Json = {
        "line_id": line.line_id,
        "product_id": product.id if product else None,
        "name": line.name,
        "sku": line.sku,
        "quantity": plain(line.quantity),
        "state": str(picture.state),
        "reasons": reasons,
        "unit": unit_json(unit) if unit else None,
        "units": [unit_json(one) for one in product.units] if product else [],
        "base_quantity": plain(picture.base_quantity) if picture.base_quantity is not None else None,
        "base_unit": product.base_unit.name if product else None,
        "available": None,
        "shippable_now": None,
        "shortage": None,
        "promise_date": None,
        "next_incoming": None,
        "parts": [],
        "price": price_json(price, quote, line.quantity),
    }
    if picture.parts:
        shown |= {
            "available": plain(picture.available),
            "shippable_now": plain(picture.shippable_now),
            "shortage": plain(picture.shortage) if picture.shortage else None,
            "promise_date": day(picture.promise_date),
            "next_incoming": movement_json(picture.parts[0].next_incoming),
            "parts": [_part(one, warehouses) for one in picture.parts],
        }
    return shown


def _part(one: PartPicture, warehouses: Mapping[str, str]) -> Json:
    return {
        "warehouse": {"id": one.part.warehouse_id, "name": warehouses.get(one.part.warehouse_id, "")},
        "quantity": plain(one.part.quantity),
        "wanted_on": day(one.part.wanted_on),
        "state": str(one.state),
        "available": plain(one.available),
        "shippable_now": plain(one.shippable_now),
        "shortage": plain(one.shortage) if one.shortage else None,
        "promise_date": day(one.promise_date),
    }


def price_json(price: PricedLine | None, quote: PriceQuote | None, quantity: Decimal) -> Json | None:
    """What one unit costs this customer with VAT, whichever way the ERP keeps its prices: people compare it with
    price tags.

    `amount` is exact; `unit` is it divided by the quantity and rounded to the kopeck, to be shown.
    """
    if price is None or quote is None or not quantity:
        return None
    unit = round_half_up(price.amount.amount / quantity)
    before = price.unit_price.amount
    listed = round_half_up(unit * price.list_price.amount / before) if before else unit
    return {
        "unit": money(unit),
        "list": money(listed),
        "discount_percent": plain(price.discount_percent) if price.discount_percent else None,
        "amount": money(price.amount),
        "vat_rate": plain(price.vat_rate) if price.vat_rate is not None else None,
    }


def _totals(picture: Picture) -> Json | None:
    quote = picture.quote
    if quote is None:
        return None
    margin = picture.margin_percent
    return {
        "net": money(quote.net),
        "vat": money(quote.vat),
        "total": money(quote.total),
        "currency": quote.currency,
        "margin_percent": plain(margin) if margin is not None else None,
    }


def _customer(picture: Picture) -> Json | None:
    customer, credit = picture.customer, picture.credit
    if picture.deal.company is None and picture.deal.contact is None:
        return None
    return {
        "name": customer.wanted.name,
        "inn": customer.wanted.key.inn,
        "kpp": customer.wanted.key.kpp,
        "inn_state": customer.inn_state,
        "match": customer.match,
        "erp_name": customer.erp.name if customer.erp else None,
        "credit": {
            "limit": money(credit.limit),
            "debt": money(credit.debt),
            "overdue": money(credit.overdue),
            "free": money(credit.free),
        }
        if credit and credit.limit
        else None,
    }


def _remedy(remedy: Remedy, picture: Picture, warehouses: Mapping[str, str]) -> Json:
    line = next(one.line for one in picture.lines if one.line.line_id == remedy.line_id)
    params: dict[str, str] = {"name": line.name}
    if line.unit is not None:
        params |= {"unit": line.unit.name, "quantity": told_in(remedy.quantity, line.unit)}
        if remedy.later:
            params |= {"now": params["quantity"], "later": told_in(remedy.later, line.unit)}
    if remedy.warehouse_id is not None:
        params["warehouse"] = warehouses.get(remedy.warehouse_id, "")
    return {
        "id": remedy.id,
        "kind": str(remedy.kind),
        "line_id": remedy.line_id,
        "params": params,
        "date": day(remedy.day),
    }
