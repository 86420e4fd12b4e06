"""Prices of a basket as Tryton computes them for a sale: price list, unit, quantity bracket, taxes, rounding."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from backend.domain.money import Money
from backend.erp.tryton import wire
from backend.erp.tryton.client import SIDE_BY_SIDE, Context, Row, TrytonClient
from backend.erp.tryton.directory import Directory, ids
from backend.erp.tryton.products import Products, ratio
from backend.erp.tryton.taxes import TaxableLine, TaxTable
from backend.ports.current import CarryingPool
from backend.ports.erp import ErpRefused, PricedLine, PriceQuote, PriceRequest, PriceRequestLine, PriceType

ZERO = Decimal(0)
HUNDRED = Decimal(100)
Group = tuple[int, Decimal, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class _Item:
    """A line with its product's facts. `factor`: base units in one of the line's unit."""

    line: PriceRequestLine
    product: int
    unit: int
    category: int | None
    list_price: Decimal | None
    cost: Decimal | None
    factor: Decimal
    sale_factor: Decimal


@dataclass(frozen=True, slots=True)
class _List:
    """What decides how a price list is asked. `starts`: quantities from which its lines apply, rising, counted in the
    default or in the sale unit. `gross`: its formulas give prices with tax, which Tryton takes out again."""

    id: int | None = None
    starts: tuple[Decimal, ...] = ()
    in_sale_unit: bool = False
    gross: bool = False

    def bracket(self, item: _Item) -> Decimal:
        """The largest threshold the line reaches, 0 = none."""
        quantity = item.line.quantity * item.factor
        if self.in_sale_unit:
            quantity /= item.sale_factor
        return max((start for start in self.starts if start <= quantity), default=ZERO)


class Prices:
    """Price lists and quotes of one connection."""

    def __init__(self, client: TrytonClient, directory: Directory, products: Products) -> None:
        self._client = client
        self._directory = directory
        self._products = products

    def price_types(self) -> list[PriceType]:
        rows = self._client.rows("product.price_list", [["company", "=", self._directory.company().id]], ["name"])
        return [PriceType(str(row["id"]), row["name"]) for row in rows]

    def quote(self, request: PriceRequest) -> PriceQuote:
        """One call for the products, one for the price list, one for each unit, bracket and tax in it."""
        price_list = self._list(request)
        items, unpriced = self._items(request.lines)
        prices = self._unit_prices(items, price_list, request.customer_id)
        priced = [(item, prices[item.line.key]) for item in items if item.line.key in prices]
        unpriced += [item.line.key for item in items if item.line.key not in prices]
        table = self._products.tax_table()
        taxable = [self._taxable(item, price) for item, price in priced]
        currency = self._directory.company().currency
        net = sum((table.round(line.unit_price * line.quantity) for line in taxable), ZERO)
        vat = table.total(taxable)
        return PriceQuote(
            currency=currency,
            prices_include_vat=False,
            lines=tuple(
                self._priced(item, line, table, price_list) for (item, _), line in zip(priced, taxable, strict=True)
            ),
            net=Money(net, currency),
            vat=Money(vat, currency),
            total=Money(table.round(net + vat), currency),
            unpriced=tuple(unpriced),
        )

    def _items(self, lines: Sequence[PriceRequestLine]) -> tuple[list[_Item], list[str]]:
        fields = ["default_uom", "sale_uom", "account_category", "list_price_used"]
        optional = ["cost_price"] if "cost_price" in self._directory.fields("product.product") else []
        wanted = ids([line.product_id for line in lines])
        domain = [["id", "in", wanted]]
        rows = {
            row["id"]: row for row in self._client.rows("product.product", domain, [*fields, *optional], archived=True)
        }
        items, unpriced = [], []
        for line in lines:
            item = self._item(line, rows)
            if item is None:
                unpriced.append(line.key)
            else:
                items.append(item)
        return items, unpriced

    def _item(self, line: PriceRequestLine, rows: Mapping[int, Row]) -> _Item | None:
        product, unit = ids([line.product_id]), ids([line.unit_id])
        row = rows.get(product[0]) if product else None
        units = self._directory.units()
        if row is None or not unit or unit[0] not in units:
            return None
        base = units[row["default_uom"]]
        if units[unit[0]].category != base.category:
            return None
        factor = ratio(units[unit[0]], base)
        cost = row.get("cost_price")
        sale_unit = units.get(row["sale_uom"] or 0, base)
        return _Item(
            line,
            row["id"],
            unit[0],
            row["account_category"],
            row["list_price_used"],
            cost,
            factor,
            ratio(sale_unit, base),
        )

    def _unit_prices(self, items: Sequence[_Item], price_list: _List, customer: str | None) -> Mapping[str, Decimal]:
        """By line key, for one of the line's unit. Lines of one unit, bracket and tax share a call; calls run side by
        side."""
        groups: dict[Group, list[_Item]] = defaultdict(list)
        for item in items:
            taxes = self._products.taxes(item.category) if price_list.gross else ()
            groups[item.unit, price_list.bracket(item), taxes].append(item)
        if not groups:
            return {}
        shared = {
            "price_list": price_list.id,
            "currency": self._directory.company().currency_id,
            "customer": next(iter(ids([customer or ""])), None),
        }

        def prices_of(group: tuple[Group, list[_Item]]) -> Mapping[int, Decimal | None]:
            (unit, _, taxes), items = group
            quantity = wire.number(items[0].line.quantity)
            return self._sale_prices(items, {**shared, "uom": unit, "quantity": quantity, "taxes": list(taxes)})

        with CarryingPool(SIDE_BY_SIDE, thread_name_prefix="tryton-prices") as pool:
            answers = list(pool.map(prices_of, groups.items()))
        return {
            item.line.key: price
            for group, prices in zip(groups.values(), answers, strict=True)
            for item in group
            if (price := prices.get(item.product)) is not None
        }

    def _sale_prices(self, group: Sequence[_Item], context: Context) -> Mapping[int, Decimal | None]:
        domain = [["id", "in", sorted({item.product for item in group})]]
        rows = self._client.rows("product.product", domain, ["sale_price_uom"], context=context, archived=True)
        return {row["id"]: row["sale_price_uom"] for row in rows}

    def _list(self, request: PriceRequest) -> _List:
        if not request.price_type_id:
            return _List()
        fields = ["unit", "tax_included", "lines.quantity"]
        found = self._client.rows("product.price_list", [["id", "in", ids([request.price_type_id])]], fields)
        if not found:
            raise ErpRefused("no such price list", message="")
        row = found[0]
        starts = sorted({wire.quantity(line["quantity"]) for line in row["lines."] or () if line["quantity"]})
        return _List(row["id"], tuple(starts), row["unit"] == "product_sale", bool(row["tax_included"]))

    def _taxable(self, item: _Item, price: Decimal) -> TaxableLine:
        return TaxableLine(self._products.taxes(item.category), price, item.line.quantity)

    def _priced(self, item: _Item, line: TaxableLine, table: TaxTable, price_list: _List) -> PricedLine:
        currency = self._directory.company().currency
        net = table.round(line.unit_price * line.quantity)
        before = line.unit_price if item.list_price is None else item.list_price * item.factor
        if price_list.gross and item.list_price is not None:
            before = table.without(line.taxes, before)
        cost = None if item.cost is None else table.round(item.cost * item.factor * line.quantity)
        return PricedLine(
            key=item.line.key,
            unit_price=Money(line.unit_price, currency),
            list_price=Money(before, currency),
            discount_percent=_discount(before, line.unit_price),
            vat_rate=table.percent(line.taxes),
            net=Money(net, currency),
            amount=Money(net + table.total([line]), currency),
            cost=None if cost is None else Money(cost, currency),
        )


def _discount(before: Decimal, after: Decimal) -> Decimal | None:
    """Percent off the list price, two decimals; None when there is none."""
    if before <= ZERO or after >= before:
        return None
    return ((before - after) * HUNDRED / before).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
