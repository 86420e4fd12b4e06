"""Stock as a basket sees it: a reading, our holds, what parts served before have taken; kits by their components."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import TypeVar

from backend.domain.availability import Horizon, Projection
from backend.domain.lines import LinePicture, LineState, Part, PartPicture, latest
from backend.domain.quantity import ZERO
from backend.domain.stock import Component, Product, ProductKind, StockReading, WarehouseStock

P = TypeVar("P")


@dataclass(frozen=True, slots=True)
class Demand:
    """What a part takes of one product (itself, or a kit's component).

    `limit` = available by the part's date, before the basket's own earlier demands and before our holds. `beyond`: by
    how much this demand, those served before it and our holds go past the limit; zero where the product is not short.
    """

    part: Part
    product_id: str
    quantity: Decimal
    limit: Decimal
    beyond: Decimal = ZERO


class StockBook:
    """A reading, our holds and the kits, ready to be asked part by part. Taking a part lowers what later parts see."""

    def __init__(
        self,
        reading: StockReading,
        held: Mapping[tuple[str, str], Decimal],
        horizon: Horizon,
    ) -> None:
        self._reading = reading
        self._held = held
        self._taken: dict[tuple[str, str], Decimal] = {}
        self.horizon = horizon

    def projection(self, product_id: str, warehouse_id: str, *, fresh: bool = False) -> Projection:
        """What can be promised now; `fresh` = as if nothing of this basket were taken. Unknown pairs have nothing."""
        key = (product_id, warehouse_id)
        stock = self._reading.rows.get(key, WarehouseStock(ZERO, ZERO))
        taken = ZERO if fresh else self._taken.get(key, ZERO)
        return Projection(stock, self._held.get(key, ZERO) + taken, self.horizon)

    def untouched(self) -> StockBook:
        """The same book with nothing of a basket taken."""
        return StockBook(self._reading, self._held, self.horizon)

    def knows(self, product: Product) -> bool:
        """False where the ERP no longer knew the product, or a component of the kit, when the stock was read."""
        return not any(one.product_id in self._reading.unknown for one in components_of(product))

    def deliveries(self, product: Product, warehouse_ids: Iterable[str]) -> Sequence[date]:
        """The days, today or later, on which something of the product is due in these warehouses; in order."""
        days = {
            one.due
            for component in components_of(product)
            for warehouse_id in warehouse_ids
            for one in self.projection(component.product_id, warehouse_id).stock.incoming
            if one.due is not None and one.due >= self.horizon.today
        }
        return sorted(days)

    def look(self, part: Part, product: Product) -> PartPicture:
        """The part's figures at this point of the basket.

        A service has no stock: it is always enough. A kit that has no components is never there.
        """
        if product.kind is ProductKind.SERVICE:
            return PartPicture(part, LineState.ENOUGH, part.quantity, part.quantity, ZERO, self.horizon.today, None)
        by = self.horizon.until(part.wanted_on)
        seen = [(one, self.projection(one.product_id, part.warehouse_id)) for one in components_of(product)]
        made = _whole_kits if product.kind is ProductKind.KIT else _itself
        available = min((made(view.available(by), one) for one, view in seen), default=ZERO)
        now = min((made(view.shippable_now, one) for one, view in seen), default=ZERO)
        promise = latest([view.promise_date(part.quantity * one.quantity) for one, view in seen])
        shortage = part.quantity - min(max(available, ZERO), part.quantity)
        incoming = seen[0][1].next_incoming() if product.kind is ProductKind.GOODS else None
        return PartPicture(part, _state(part.quantity, available, now), available, now, shortage, promise, incoming)

    def take(self, part: Part, product: Product) -> None:
        """Promise the part's goods to it, whether or not there are enough."""
        for one in components_of(product):
            key = (one.product_id, part.warehouse_id)
            self._taken[key] = self._taken.get(key, ZERO) + part.quantity * one.quantity

    def demands(self, part: Part, product: Product) -> Iterator[Demand]:
        """What holds the part needs, by itself."""
        by = self.horizon.until(part.wanted_on)
        for one in components_of(product):
            stock = self._reading.rows.get((one.product_id, part.warehouse_id), WarehouseStock(ZERO, ZERO))
            limit = Projection(stock, ZERO, self.horizon).available(by)
            yield Demand(part, one.product_id, part.quantity * one.quantity, limit)

    def all_demands(self, lines: Sequence[LinePicture]) -> Sequence[Demand]:
        """What holds a basket needs, in the order its parts were served: by date, then as the lines stand.

        The limit of an order that a supervisor allowed beyond stock is `limit + beyond`: what was seen, and no more.
        """
        parts = [(one.part, line.line.product) for line in lines for one in line.parts]
        sums = dict(self._held)
        found = []
        for part, product in in_serving_order(parts, self.horizon):
            for one in self.demands(part, product) if product is not None else ():
                key = (one.product_id, part.warehouse_id)
                sums[key] = sums.get(key, ZERO) + one.quantity
                found.append(replace(one, beyond=max(ZERO, sums[key] - one.limit)))
        return found


def components_of(product: Product) -> Sequence[Component]:
    """The goods a product is taken as, each once: a kit's components, nothing for a service, else itself."""
    if product.kind is ProductKind.SERVICE:
        return ()
    if product.kind is ProductKind.GOODS:
        return (Component(product.id, Decimal(1)),)
    needs: dict[str, Decimal] = {}
    for one in product.components:
        needs[one.product_id] = needs.get(one.product_id, ZERO) + one.quantity
    return [Component(product_id, quantity) for product_id, quantity in needs.items() if quantity > ZERO]


def in_serving_order(parts: Sequence[tuple[Part, P]], horizon: Horizon) -> Sequence[tuple[Part, P]]:
    """Parts with whatever goes with them: by the date they are looked at for, else as they stand."""
    return sorted(parts, key=lambda one: horizon.until(one[0].wanted_on))


def _itself(quantity: Decimal, _: Component) -> Decimal:
    return quantity


def _whole_kits(quantity: Decimal, component: Component) -> Decimal:
    """How many whole kits this much of a component makes; `//` cuts towards zero, so below zero one more is missing."""
    count = quantity // component.quantity
    return count - 1 if count * component.quantity > quantity else count


def _state(quantity: Decimal, available: Decimal, now: Decimal) -> LineState:
    if now >= quantity and available >= quantity:
        return LineState.ENOUGH
    return LineState.ON_ORDER if available >= quantity else LineState.SHORT
