"""Was it for lack of stock? Decided by figures: what Tryton has against what the order needs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from backend.domain.stock import ProductKind, WarehouseStock
from backend.erp.tryton.directory import Directory
from backend.erp.tryton.errors import UserQuestion, UserRefusal
from backend.erp.tryton.products import Products
from backend.erp.tryton.stock import Stock
from backend.ports.erp import ErpShortage, OrderDraft, ShortLine

ZERO = Decimal(0)


class Shortage:
    """Compares an order with the stock left for it."""

    def __init__(self, directory: Directory, products: Products, stock: Stock) -> None:
        self._directory = directory
        self._products = products
        self._stock = stock

    def raise_if_short(self, sale: int, draft: OrderDraft, refusal: UserRefusal | UserQuestion) -> None:
        """ErpShortage where the figures say so, or where Tryton asked about stock by name; else nothing."""
        lines = self.lines(sale, draft)
        asked = isinstance(refusal, UserQuestion) and refusal.about_stock
        if lines or asked:
            raise ErpShortage(str(refusal), lines=lines, **refusal.data) from refusal

    def lines(self, sale: int, draft: OrderDraft) -> tuple[ShortLine, ...]:
        """Goods the order needs more of than are left by its days, its own claims apart."""
        needs = self._needs(draft)
        reading = self._stock.read([*needs], [draft.warehouse_id], but_sale=sale)
        short = []
        for product, (needed, day) in needs.items():
            row = reading.rows.get((product, draft.warehouse_id))
            left = _left(row, day) if row else ZERO
            if left < needed:
                short.append(ShortLine(product, draft.warehouse_id, needed, left))
        return tuple(short)

    def _needs(self, draft: OrderDraft) -> Mapping[str, tuple[Decimal, date]]:
        """By product: base units, and the day they are needed by. Kits as their components."""
        found = {
            product.id: product for product in self._products.by(product_ids=[line.product_id for line in draft.lines])
        }
        today = self._directory.today()
        sums: dict[str, Decimal] = defaultdict(lambda: ZERO)
        days: dict[str, date] = {}
        for line in draft.lines:
            product = found.get(line.product_id)
            unit = product.unit(line.unit_id) if product else None
            if product is None or unit is None or product.kind is ProductKind.SERVICE:
                continue
            base = line.quantity * unit.factor
            parts = {part.product_id: part.quantity * base for part in product.components} or {product.id: base}
            for part, quantity in parts.items():
                sums[part] += quantity
                days[part] = max(days.get(part, today), line.ship_on or today)
        return {part: (quantity, days[part]) for part, quantity in sums.items()}


def _left(row: WarehouseStock, day: date) -> Decimal:
    """What is left by that day: deliveries due until then, everything promised."""
    coming = sum((move.quantity for move in row.incoming if move.due is not None and move.due <= day), ZERO)
    return row.on_hand - row.reserved + coming
