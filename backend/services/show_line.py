"""Details of lines: every warehouse, every delivery, our holds, why this number (R2)."""

from __future__ import annotations

from collections.abc import Mapping

from backend.domain.picture import LinePicture, components_of
from backend.domain.quantity import plain
from backend.domain.stock import Product, ProductKind
from backend.ports.erp import Warehouse
from backend.services.deps import Services
from backend.services.edit_basket import LineNotFound
from backend.services.panel.texts import Json, day, moment
from backend.services.take_picture import Picture, take_picture
from backend.services.viewer import Caller


def show_line(services: Services, caller: Caller, deal_id: int, line_id: str) -> Json:
    """Figures of one line in all of the account's warehouses, base units. Raises LineNotFound."""
    picture = take_picture(services, caller.account_id, deal_id, as_user=caller.user_id)
    lines = [one for one in picture.lines if one.line.line_id == line_id and one.line.product is not None]
    if not lines:
        raise LineNotFound(line_id=line_id)
    return {**_details(services, caller, picture, lines)[0], "taken_at": moment(picture.taken_at)}


def show_lines(services: Services, caller: Caller, deal_id: int) -> Json:
    """The same for every line of a known product, in one batch: the wide view."""
    picture = take_picture(services, caller.account_id, deal_id, as_user=caller.user_id)
    lines = [one for one in picture.lines if one.line.product is not None]
    return {"lines": _details(services, caller, picture, lines), "taken_at": moment(picture.taken_at)}


def _details(services: Services, caller: Caller, picture: Picture, lines: list[LinePicture]) -> list[Json]:
    parts = _parts_of_kits(services, caller, lines)
    return [_line(one, one.line.product, picture, parts) for one in lines if one.line.product is not None]


def _parts_of_kits(services: Services, caller: Caller, lines: list[LinePicture]) -> Mapping[str, Product]:
    """The products kits are made of, by id; one call for all, none without kits."""
    kits = [one.line.product for one in lines if one.line.product and one.line.product.kind is ProductKind.KIT]
    ids = sorted({part.product_id for kit in kits for part in kit.components})
    return {one.id: one for one in services.erps.of(caller.account_id).products(ids=ids)} if ids else {}


def _line(line: LinePicture, product: Product, picture: Picture, parts: Mapping[str, Product]) -> Json:
    kit = product.kind is ProductKind.KIT
    return {
        "line_id": line.line.line_id,
        "unit": product.base_unit.name,
        "kit": kit,
        "warehouses": [] if kit else [_warehouse(one, product.id, line, picture) for one in picture.warehouses],
        "components": _components(line, product, picture, parts) if kit else [],
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


def _components(line: LinePicture, product: Product, picture: Picture, parts: Mapping[str, Product]) -> list[Json]:
    """What the kit is made of, in the warehouse of the line's first part."""
    if not line.parts:
        return []
    first = line.parts[0].part
    shown: list[Json] = []
    for one in components_of(product):
        part = parts.get(one.product_id)
        view = picture.book.projection(one.product_id, first.warehouse_id, fresh=True)
        shown.append(
            {
                "name": part.name if part else one.product_id,
                "sku": part.sku if part else "",
                "quantity": plain(one.quantity),
                "available": plain(view.available(view.horizon.until(first.wanted_on))),
            }
        )
    return shown
