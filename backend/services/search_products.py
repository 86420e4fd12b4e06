"""Find a product for the deal: what is available and at what price for this customer, before adding it (R1a)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from backend.domain.availability import Horizon
from backend.domain.picture import Part, StockBook, components_of
from backend.domain.stock import Product
from backend.ports.erp import PricedLine, PriceQuote, PriceRequest, PriceRequestLine
from backend.services.customer import identified, looked_up
from backend.services.deps import Services
from backend.services.panel.figures import price_json
from backend.services.panel.texts import Json, moment, told_in, unit_json
from backend.services.take_picture import allowed_warehouses, default_warehouse, read_deal
from backend.services.viewer import Caller

LIMIT = 12
SHORTEST_QUERY = 2


def search_products(services: Services, caller: Caller, deal_id: int, text: str) -> Json:
    """Up to twelve products; nothing for less than two characters.

    Availability in the default warehouse within the horizon.
    """
    if len(text.strip()) < SHORTEST_QUERY:
        return {"items": [], "taken_at": None}
    erp = services.erps.of(caller.account_id)
    search = services.pool.submit(erp.search_products, text.strip(), limit=LIMIT)
    warehouses_call = services.pool.submit(erp.warehouses)
    deal = read_deal(services, caller.account_id, deal_id, as_user=caller.user_id)
    customer_call = services.pool.submit(looked_up, identified(deal), erp)
    with services.store.read() as unit:
        rules = unit.accounts.rules(caller.account_id)
    products = search.result()
    customer = customer_call.result()
    request = PriceRequest(
        customer.erp.id if customer.erp else None,
        customer.price_type(rules.price_type_id),
        [PriceRequestLine(one.id, one.id, one.sale_unit_id, Decimal(1)) for one in products],
    )
    quote_call = services.pool.submit(erp.quote_prices, request) if products else None
    warehouse = default_warehouse(rules, allowed_warehouses(warehouses_call.result(), rules))
    today = services.today(services.account(caller.account_id))
    book, taken_at = _book(services, caller.account_id, products, warehouse, Horizon.of(rules, today))
    quote = quote_call.result() if quote_call else None
    prices = {line.key: line for line in quote.lines} if quote else {}
    here = {(line.element.external_id or None, line.element.sku) for line in deal.lines}
    return {
        "items": [_item(one, book, warehouse, prices, quote, here) for one in products],
        "taken_at": taken_at,
    }


def _book(
    services: Services, account_id: int, products: Sequence[Product], warehouse: str, horizon: Horizon
) -> tuple[StockBook, str | None]:
    goods = sorted({one.product_id for product in products for one in components_of(product)})
    reading = services.erps.of(account_id).read_stock(goods, [warehouse])
    with services.store.read() as unit:
        held = unit.holds.counted(account_id, goods, [warehouse], taken_at=reading.taken_at)
    return StockBook(reading, held, horizon), moment(reading.taken_at)


def _item(
    product: Product,
    book: StockBook,
    warehouse: str,
    prices: Mapping[str, PricedLine],
    quote: PriceQuote | None,
    here: set[tuple[str | None, str]],
) -> Json:
    unit = product.unit(product.sale_unit_id) or product.base_unit
    seen = book.look(Part("", 0, warehouse, unit.factor, None), product)
    price = prices.get(product.id)
    return {
        "product_id": product.id,
        "name": product.name,
        "sku": product.sku,
        "unit": unit_json(unit),
        "units": [unit_json(one) for one in product.units],
        "available": told_in(seen.available, unit),
        "shippable_now": told_in(seen.shippable_now, unit),
        "price": price_json(price, quote, Decimal(1)),
        "in_deal": any(product.id == ref or (sku and product.sku == sku) for ref, sku in here),
    }
