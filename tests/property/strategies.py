"""Baskets, stock and units as Hypothesis makes them. Small figures, so that they meet often."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from hypothesis import strategies as st

from backend.domain.availability import Horizon
from backend.domain.basket import DraftLine, DraftPart
from backend.domain.picture import BasketLine, StockBook
from backend.domain.quantity import Unit
from backend.domain.stock import Movement, Product, StockReading, WarehouseStock
from tests.unit.domain.world import MSK, NOW, PACK, SPB, TODAY, D, day, goods, kit

WAREHOUSES = (MSK, SPB)
PRODUCTS = (goods("A"), goods("B"), goods("M", Unit("m", "м", step=Decimal("0.5"))))
KITS = (kit("AB", a=1, b=2), kit("AAM", a=2, m="1.5"))

decimals = st.decimals(min_value=0, max_value=10**9, places=4, allow_nan=False, allow_infinity=False)
small = st.integers(0, 30).map(Decimal)
positive = st.integers(1, 20).map(Decimal)
days = st.integers(-3, 40).map(day)
horizons = st.builds(Horizon, st.just(TODAY), st.integers(0, 20), st.booleans(), st.booleans())
units = st.builds(
    Unit,
    st.just("u"),
    st.just("ед"),
    factor=st.decimals(min_value="0.001", max_value=1000, places=3),
    step=st.sampled_from(["0.001", "0.01", "0.1", "0.5", "1", "3"]).map(D),
)


@st.composite
def stocks(draw: st.DrawFn) -> WarehouseStock:
    """A reading of which the dated promises never add up to more than what is reserved."""
    incoming = draw(st.lists(st.builds(Movement, positive, st.none() | days), max_size=4))
    promised = draw(st.lists(st.builds(Movement, positive, st.none() | days), max_size=3))
    undated = draw(small)
    reserved = sum((one.quantity for one in promised), undated)
    return WarehouseStock(draw(st.integers(-3, 60).map(Decimal)), reserved, tuple(incoming), tuple(promised))


@st.composite
def scarce(draw: st.DrawFn) -> WarehouseStock:
    """Little on the shelf, more to come: where remedies are needed and possible."""
    incoming = draw(st.lists(st.builds(Movement, positive, st.integers(0, 40).map(day)), max_size=3))
    promised = draw(st.lists(st.builds(Movement, st.integers(1, 4).map(Decimal), days), max_size=2))
    reserved = sum((one.quantity for one in promised), Decimal(0))
    return WarehouseStock(draw(st.integers(0, 16).map(Decimal)), reserved, tuple(incoming), tuple(promised))


@st.composite
def books(draw: st.DrawFn, stock: st.SearchStrategy[WarehouseStock]) -> StockBook:
    keys = [(one.id, warehouse) for one in PRODUCTS for warehouse in WAREHOUSES]
    rows = {key: draw(stock) for key in keys}
    held = {key: draw(st.integers(0, 3).map(Decimal)) for key in keys}
    return StockBook(StockReading(NOW, rows), held, draw(horizons))


@st.composite
def baskets(draw: st.DrawFn, products: tuple[Product, ...] = (*PRODUCTS, *KITS)) -> list[BasketLine]:
    return [_line(draw, str(number), draw(st.sampled_from(products))) for number in range(draw(st.integers(1, 4)))]


def _line(draw: st.DrawFn, line_id: str, product: Product) -> BasketLine:
    unit = PACK if product.unit("pack") and draw(st.integers(0, 5)) == 0 else product.base_unit
    quantity = draw(st.integers(1, 12)) * max(unit.step, Decimal(1))
    warehouse, wanted = st.none() | st.sampled_from(WAREHOUSES), st.none() | days
    first = draw(st.integers(0, int(quantity) - 1))
    parts = [DraftPart(draw(warehouse), None, draw(wanted))]
    if first:
        parts.insert(0, DraftPart(draw(warehouse), first * unit.factor, draw(wanted)))
    draft = DraftLine(unit.id, tuple(parts), quantity if first else None)
    return BasketLine(line_id, product.name, product.sku, quantity, draft, product)


@dataclass(frozen=True)
class Simulated:
    """A product's future played day by day, as slowly and plainly as it can be said."""

    stock: WarehouseStock
    held: Decimal
    horizon: Horizon

    def balance(self, on: date) -> Decimal:
        """What lies there at the end of that day when everything dated happens."""
        today = self.horizon.today
        there = self.stock.on_hand - self.held
        for one in self.stock.incoming:
            late = one.due is not None and one.due < today
            if one.due is not None and one.due <= on and (not late or self.horizon.count_overdue):
                there += one.quantity
        dated = Decimal(0)
        for one in self.stock.promised:
            dated += one.quantity
            if one.due is None or one.due <= on:
                there -= one.quantity
        return there - (self.stock.reserved - dated)

    def promise_date(self, quantity: Decimal) -> date | None:
        every = [day(later) for later in range(60)]
        return next((on for on in every if all(self.balance(then) >= quantity for then in every if then >= on)), None)
