"""Details of a line: every warehouse, every delivery, our holds, why this number (R2)."""

from __future__ import annotations

from backend.domain.availability import Projection
from backend.domain.picture import LinePicture, components_of
from backend.domain.quantity import Unit, plain
from backend.domain.stock import ProductKind
from backend.ports.erp import Warehouse
from backend.services.deps import Services
from backend.services.edit_basket import LineNotFound
from backend.services.panel.texts import Json, day, moment, told_in
from backend.services.take_picture import Picture, take_picture
from backend.services.viewer import Caller


def show_line(services: Services, caller: Caller, deal_id: int, line_id: str) -> Json:
    """Figures of one line in all of the account's warehouses, base units. Raises LineNotFound."""
    picture = take_picture(services, caller.account_id, deal_id, as_user=caller.user_id)
    line = next((one for one in picture.lines if one.line.line_id == line_id), None)
    if line is None or line.line.product is None:
        raise LineNotFound(line_id=line_id)
    product = line.line.product
    kit = product.kind is ProductKind.KIT
    return {
        "line_id": line_id,
        "unit": product.base_unit.name,
        "kit": kit,
        "taken_at": moment(picture.taken_at),
        "warehouses": [] if kit else [_warehouse(one, product.id, line, picture) for one in picture.warehouses],
        "components": _components(services, caller, picture, line) if kit else [],
    }


def _warehouse(warehouse: Warehouse, product_id: str, line: LinePicture, picture: Picture) -> Json:
    view = picture.book.projection(product_id, warehouse.id, fresh=True)
    by = view.horizon.until(line.parts[0].part.wanted_on if line.parts else None)
    return {
        "id": warehouse.id,
        "name": warehouse.name,
        "on_hand": plain(view.stock.on_hand),
        "reserved": plain(view.stock.reserved),
        "incoming": [
            {
                "date": day(one.due),
                "quantity": plain(one.quantity),
                "reference": one.reference,
                "counts": view.horizon.counts(one, by),
                "overdue": one.due is not None and one.due < view.horizon.today,
            }
            for one in view.stock.incoming
        ],
        "holds": plain(view.held),
        "available": plain(view.available(by)),
        "shippable_now": plain(view.shippable_now),
        "by": day(by),
    }


def _components(services: Services, caller: Caller, picture: Picture, line: LinePicture) -> list[Json]:
    product = line.line.product
    if product is None or not line.parts:
        return []
    needed = components_of(product)
    known = {one.id: one for one in services.erps.of(caller.account_id).products(ids=[one.product_id for one in needed])}
    warehouse = line.parts[0].part.warehouse_id
    shown: list[Json] = []
    for one in needed:
        part = known.get(one.product_id)
        view: Projection = picture.book.projection(one.product_id, warehouse, fresh=True)
        available = view.available(view.horizon.until(line.parts[0].part.wanted_on))
        shown.append(
            {
                "name": part.name if part else one.product_id,
                "sku": part.sku if part else "",
                "quantity": plain(one.quantity),
                "available": told_in(available, part.base_unit if part else Unit("", "")),
            }
        )
    return shown
