"""Some ERPs promise the same goods twice and say nothing: a look at what was really promised, once an order is
placed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from backend.domain.availability import Horizon, Projection
from backend.domain.errors import Permanent
from backend.domain.order import Order, OrderLine
from backend.domain.picture import components_of
from backend.domain.quantity import ZERO, plain
from backend.domain.stock import Product, WarehouseStock
from backend.ports.erp import ErpOrder, ErpPort
from backend.ports.store import AlertKind, JournalEntry, UnitOfWork
from backend.services.deps import Services
from backend.services.say_in_deal import say

Place = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Beyond:
    """So much of a product (base units, in `unit`) is promised in a warehouse beyond what is there in time."""

    product_id: str
    warehouse_id: str
    name: str
    unit: str
    missing: Decimal

    def told(self) -> Mapping[str, str]:
        return {
            "product_id": self.product_id,
            "warehouse_id": self.warehouse_id,
            "name": self.name,
            "unit": self.unit,
            "missing": plain(self.missing),
        }


class OverReserved(Permanent):
    """The ERP took the order though the goods were promised to others; ours, the later one, gives way.

    Data: lines with what is missing of each product.
    """

    code = "over_reserved"

    @property
    def lines(self) -> Sequence[Mapping[str, str]]:
        found = self.data.get("lines")
        return found if isinstance(found, list) else []

    @classmethod
    def of(cls, beyond: Sequence[Beyond]) -> OverReserved:
        return cls(lines=[dict(one.told()) for one in beyond])


def watched(order: Order, erp: ErpPort) -> bool:
    """Is the order one to look at after it was placed? Not where a supervisor allowed it beyond stock."""
    return erp.capabilities().over_reserves and not order.allow_shortage


def look_beyond(
    services: Services, order: Order, found: Mapping[str, ErpOrder], erp: ErpPort, *, again: bool = False
) -> Sequence[Beyond]:
    """What of the placed order's products is promised beyond what is there, by the dates its lines were looked at for.

    `found`: its parts as read back, by key. `again`: a second look, after the first one saw everything before it: who
    came since and waits for goods is later than we are, unless the shelf itself was given away twice. Raises the
    ERP's errors.
    """
    products = {one.id: one for one in erp.products(ids=sorted({line.product_id for line in _lines(order)}))}
    with services.store.read() as unit:
        account = unit.accounts.get(order.account_id)
        rules = unit.accounts.rules(order.account_id)
    if account is None:
        return ()
    horizon = Horizon.of(rules, services.today(account))
    wants = _wants(order, products, horizon)
    goods, places = sorted({one for one, _ in wants}), sorted({one for _, one in wants})
    reading = erp.read_stock(goods, places)
    parts = [part.key for part in order.parts]
    with services.store.read() as unit:
        held = unit.holds.counted(order.account_id, goods, places, taken_at=reading.taken_at, part_keys=parts)
    served = again and not erp.capabilities().reserve_lag and _wholly_reserved(found)
    beyond = []
    for place, dated in sorted(wants.items()):
        stock = reading.rows.get(place, WarehouseStock(ZERO, ZERO))
        missing = _missing(Projection(stock, held.get(place, ZERO), horizon), dated)
        if missing > ZERO and not (served and _on_the_shelf(stock)):
            product = products[place[0]]
            beyond.append(Beyond(*place, product.name, product.base_unit.name, missing))
    return beyond


def _lines(order: Order) -> Iterable[OrderLine]:
    return (line for part in order.parts for line in part.lines)


def _wants(order: Order, products: Mapping[str, Product], horizon: Horizon) -> Mapping[Place, Mapping[date, Decimal]]:
    """What the order takes of each product and warehouse, by the day it was looked at for; kits by their components."""
    wants: dict[Place, dict[date, Decimal]] = {}
    for part in order.parts:
        for line in part.lines:
            day = max(line.look_by, horizon.today) if line.look_by else horizon.until(None)
            for one in components_of(products[line.product_id]) if line.product_id in products else ():
                dated = wants.setdefault((one.product_id, part.warehouse_id), {})
                dated[day] = dated.get(day, ZERO) + line.base_quantity * one.quantity
    return wants


def _missing(view: Projection, dated: Mapping[date, Decimal]) -> Decimal:
    """The most that is promised too much by any of these days; what we take for later ones does not burden earlier
    ones, as it did not when the order was accepted."""
    return max(
        -view.available(day) - sum((quantity for other, quantity in dated.items() if other > day), ZERO)
        for day in dated
    )


def _wholly_reserved(found: Mapping[str, ErpOrder]) -> bool:
    return all(line.awaiting <= ZERO for part in found.values() for line in part.lines)


def _on_the_shelf(stock: WarehouseStock) -> bool:
    """The ERP says that it gave no piece of the shelf away twice."""
    return stock.assigned is not None and stock.assigned <= stock.on_hand


def shipped(found: Mapping[str, ErpOrder]) -> bool:
    """Something of it has left: it can no longer be taken back."""
    return any(line.shipped > ZERO for part in found.values() for line in part.lines)


def in_words(beyond: Sequence[Mapping[str, str]]) -> str:
    """Щит 24М: 4 шт; Розетка: 1 шт."""
    return "; ".join(f"{one['name']}: {one['missing']}\u00a0{one['unit']}" for one in beyond)


def alert_key(order: Order) -> str:
    """The alert of an order that could not be taken back."""
    return f"over_reserved:{order.id}"


def put_to_manager(unit: UnitOfWork, order: Order, beyond: Sequence[Beyond], now: datetime) -> None:
    """It stays, since goods have left: its manager and the administrators are told what is missing."""
    lines = [dict(one.told()) for one in beyond]
    data = {"order": order.id, "deal_id": order.deal_id, "lines": lines}
    unit.alerts.raise_alert(order.account_id, kind=AlertKind.OVER_RESERVED, key=alert_key(order), data=data, now=now)
    unit.journal.add(JournalEntry(order.account_id, now, "order.over_reserved", None, order.deal_id, data))
    account = unit.accounts.get(order.account_id)
    if account is not None:
        numbers = ", ".join(part.number for part in order.parts if part.number)
        told = {"numbers": numbers, "lines": in_words(lines)}
        say(unit, account, order.deal_id, "order.over_reserved", key=alert_key(order), now=now, **told)
