"""Prices of a basket as Tryton computes them for a sale: price list, unit, quantity bracket, taxes, rounding."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from backend.domain.money import Money
from backend.erp.tryton import wire
from backend.erp.tryton.client import Row, TrytonClient
from backend.erp.tryton.directory import Directory, ids
from backend.erp.tryton.products import Products, ratio
from backend.erp.tryton.taxes import TaxableLine, TaxTable
from backend.ports.erp import ErpRefused, PricedLine, PriceQuote, PriceRequest, PriceRequestLine, PriceType

ZERO = Decimal(0)
HUNDRED = Decimal(100)
Bracket = tuple[int, Decimal]


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
class _Brackets:
    """Quantities from which a price list's lines apply, rising; counted in the default or in the sale unit."""

    starts: tuple[Decimal, ...] = ()
    in_sale_unit: bool = False

    def of(self, item: _Item) -> Decimal:
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
        """One call for the products, one for the price list's brackets, one for each unit and bracket in the basket."""
        price_list = self._price_list(request)
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
            lines=tuple(self._priced(item, line, table) for (item, _), line in zip(priced, taxable, strict=True)),
            net=Money(net, currency),
            vat=Money(vat, currency),
            total=Money(table.round(net + vat), currency),
            unpriced=tuple(unpriced),
        )

    def _price_list(self, request: PriceRequest) -> int | None:
        found = ids([request.price_type_id or ""])
        return found[0] if found else None

    def _items(self, lines: Sequence[PriceRequestLine]) -> tuple[list[_Item], list[str]]:
        fields = ["default_uom", "sale_uom", "account_category", "list_price_used"]
        optional = ["cost_price"] if "cost_price" in self._directory.fields("product.product") else []
        wanted = ids([line.product_id for line in lines])
        domain = [["id", "in", wanted], ["active", "in", [True, False]]]
        rows = {row["id"]: row for row in self._client.rows("product.product", domain, [*fields, *optional])}
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

    def _unit_prices(
        self, items: Sequence[_Item], price_list: int | None, customer: str | None
    ) -> Mapping[str, Decimal]:
        """By line key, for one of the line's unit. Lines of one unit and bracket share a call."""
        groups: dict[Bracket, list[_Item]] = defaultdict(list)
        brackets = self._brackets(price_list)
        for item in items:
            groups[item.unit, brackets.of(item)].append(item)
        found: dict[str, Decimal] = {}
        for (unit, _), group in groups.items():
            rows = self._priced_products(group, unit, price_list, customer)
            for item in group:
                if rows.get(item.product) is not None:
                    found[item.line.key] = rows[item.product]
        return found

    def _priced_products(
        self, group: Sequence[_Item], unit: int, price_list: int | None, customer: str | None
    ) -> Mapping[int, Decimal]:
        context: dict[str, object] = {
            "uom": unit,
            "quantity": wire.number(group[0].line.quantity),
            "price_list": price_list,
            "currency": self._directory.company().currency_id,
            "customer": ids([customer or ""])[0] if ids([customer or ""]) else None,
        }
        domain = [["id", "in", sorted({item.product for item in group})], ["active", "in", [True, False]]]
        rows = self._client.rows("product.product", domain, ["sale_price_uom"], context=context)
        return {row["id"]: row["sale_price_uom"] for row in rows}

    def _brackets(self, price_list: int | None) -> _Brackets:
        if price_list is None:
            return _Brackets()
        found = self._client.rows(
            "product.price_list", [["id", "=", price_list]], ["unit", "tax_included", "lines.quantity"]
        )
        if not found:
            raise ErpRefused("no such price list", message="")
        if found[0]["tax_included"]:
            # Tryton then derives the price from each line's taxes, which a read of products cannot say.
            raise ErpRefused("price lists with tax included are not supported", message="")
        lines = found[0]["lines."] or ()
        starts = sorted({wire.quantity(line["quantity"]) for line in lines if line["quantity"]})
        return _Brackets(tuple(starts), found[0]["unit"] == "product_sale")

    def _taxable(self, item: _Item, price: Decimal) -> TaxableLine:
        return TaxableLine(self._products.taxes(item.category), price, item.line.quantity)

    def _priced(self, item: _Item, line: TaxableLine, table: TaxTable) -> PricedLine:
        currency = self._directory.company().currency
        net = table.round(line.unit_price * line.quantity)
        before = item.list_price * item.factor if item.list_price is not None else line.unit_price
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
