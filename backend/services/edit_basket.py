"""The basket edited from the panel: lines added, changed, removed, remedies applied, the last change taken back (R1a,
R1b, R5)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import partial

from backend.domain.basket import Draft, DraftLine, DraftPart, Undo
from backend.domain.errors import Conflict, Invalid, NotFound
from backend.domain.order import LIVE
from backend.domain.quantity import from_base, is_whole, plain, to_base
from backend.domain.remedies import choose
from backend.domain.stock import Product
from backend.ports.crm import CatalogueItem, CrmElement, Deal, DealLine
from backend.ports.store import OrderExists
from backend.services.deps import Services
from backend.services.show_panel import show_picture
from backend.services.take_picture import allowed_warehouses, basket_lines, read_deal, take_picture
from backend.services.viewer import Caller


class LineNotFound(NotFound):
    """The deal has no such line.

    Data: line_id.
    """

    code = "line_not_found"


class ProductNotFound(NotFound):
    """The ERP has no such product (any more).

    Data: product_id.
    """

    code = "product_not_found"


class NothingToUndo(Conflict):
    """There is no change to take back."""

    code = "nothing_to_undo"


@dataclass(frozen=True, slots=True)
class LineChange:
    """What is to change; None = leave it. `wanted_on` is cleared by `as_soon_as_possible`."""

    quantity: Decimal | None = None
    unit_id: str | None = None
    warehouse_id: str | None = None
    wanted_on: date | None = None
    as_soon_as_possible: bool = False


def add_line(
    services: Services, caller: Caller, deal_id: int, *, product_id: str, quantity: Decimal, unit_id: str
) -> bytes:
    """Add so much of an ERP product to the deal (more of it where it stands there already); the panel after it.

    Where it stands in another unit, both are counted together in the first unit that takes the sum whole. Raises
    ProductNotFound, Invalid (unknown unit), IndivisibleQuantity, NotPositive, OrderExists and the ports' errors.
    """
    deal = _editable(services, caller, deal_id)
    product = _product(services, caller.account_id, product_id)
    unit = product.unit(unit_id)
    if unit is None:
        raise Invalid(field="unit_id", value=unit_id)
    base = to_base(quantity, unit)
    element = _element(services, caller.account_id, product)
    line_id = str(element.id)
    before = next((line.quantity for line in deal.lines if line.element.id == element.id), None)
    if before is not None:
        kept = _draft(services, caller, deal_id).line(line_id)
        there = product.unit(kept.unit_id or product.sale_unit_id) or product.base_unit
        base += before * there.factor
        unit = next((one for one in (unit, there) if is_whole(base, one)), product.base_unit)
    edit = _Edit("added", line_id, before, {"name": product.name})
    services.crms.of(caller.account_id).set_line(deal_id, element.id, plain(from_base(base, unit)))
    _keep(services, caller, deal_id, edit, partial(replace, unit_id=unit.id))
    return _fresh(services, caller, deal_id)


def change_line(services: Services, caller: Caller, deal_id: int, line_id: str, change: LineChange) -> bytes:
    """Change a line's quantity (in the CRM) or its unit, warehouse, wanted date (in the draft); the panel after it.

    Choosing a warehouse or date makes a split line one part again. Raises LineNotFound, OrderExists, Invalid (a unit
    or warehouse that is not to be had).
    """
    deal = _editable(services, caller, deal_id)
    line = _line(deal, line_id)
    _require_known(services, caller, deal, line_id, change)
    edit = _Edit("line", line_id, line.quantity, {"name": line.element.name})
    if change.quantity is not None and change.quantity != line.quantity:
        services.crms.of(caller.account_id).set_line(deal_id, line.element.id, plain(change.quantity))
    _keep(services, caller, deal_id, edit, partial(_changed, change=change))
    return _fresh(services, caller, deal_id)


def remove_line(services: Services, caller: Caller, deal_id: int, line_id: str) -> bytes:
    """Unlink the line's product from the deal; the panel after it.

    Raises LineNotFound, OrderExists.
    """
    line = _line(_editable(services, caller, deal_id), line_id)
    edit = _Edit("removed", line_id, line.quantity, {"name": line.element.name})
    services.crms.of(caller.account_id).remove_line(deal_id, line.element.id)
    _keep(services, caller, deal_id, edit, None)
    return _fresh(services, caller, deal_id)


def apply_remedy(services: Services, caller: Caller, deal_id: int, remedy_id: str) -> bytes:
    """Apply one of the remedies the live picture offers; the panel after it.

    Raises RemedyGone, OrderExists.
    """
    _require_editable(services, caller, deal_id)
    picture = take_picture(services, caller.account_id, deal_id, as_user=caller.user_id)
    remedy = choose(picture.remedies, remedy_id)
    line = _line(picture.deal, remedy.line_id)
    edit = _Edit("remedy", remedy.line_id, line.quantity, {"kind": str(remedy.kind), "name": line.element.name})
    if remedy.crm_quantity is not None:
        services.crms.of(caller.account_id).set_line(deal_id, line.element.id, plain(remedy.crm_quantity))
    _keep(services, caller, deal_id, edit, lambda _: remedy.draft)
    return _fresh(services, caller, deal_id)


def undo_change(services: Services, caller: Caller, deal_id: int) -> bytes:
    """Take back the last change made in the panel; the panel after it.

    Raises NothingToUndo, OrderExists.
    """
    deal = _editable(services, caller, deal_id)
    undo = _draft(services, caller, deal_id).undo
    if undo is None:
        raise NothingToUndo
    _restore(services, caller.account_id, deal, undo.quantities)
    with services.store.write() as unit:
        unit.deals.touch(caller.account_id, deal_id)
        lines = dict(unit.deals.get(caller.account_id, deal_id).draft.lines)
        for line_id in undo.quantities:
            _put(lines, line_id, undo.lines.get(line_id))
        unit.deals.save_draft(caller.account_id, deal_id, Draft(lines, None))
    return _fresh(services, caller, deal_id)


def _restore(services: Services, account_id: int, deal: Deal, quantities: Mapping[str, Decimal | None]) -> None:
    crm = services.crms.of(account_id)
    now = {str(line.element.id): line.quantity for line in deal.lines}
    for line_id, quantity in quantities.items():
        if quantity is None and line_id in now:
            crm.remove_line(deal.id, int(line_id))
        elif quantity is not None and now.get(line_id) != quantity:
            crm.set_line(deal.id, int(line_id), plain(quantity))


def _editable(services: Services, caller: Caller, deal_id: int) -> Deal:
    _require_editable(services, caller, deal_id)
    return read_deal(services, caller.account_id, deal_id, as_user=caller.user_id)


def _require_editable(services: Services, caller: Caller, deal_id: int) -> None:
    with services.store.read() as unit:
        order = unit.orders.latest_of_deal(caller.account_id, deal_id)
    if order is not None and order.status in LIVE:
        raise OrderExists(deal_id=deal_id)


def _line(deal: Deal, line_id: str) -> DealLine:
    line = next((one for one in deal.lines if str(one.element.id) == line_id), None)
    if line is None:
        raise LineNotFound(line_id=line_id)
    return line


def _require_known(services: Services, caller: Caller, deal: Deal, line_id: str, change: LineChange) -> None:
    """A unit of the product and a warehouse the account sells from; the ERP is asked for what is to be set only."""
    erp = services.erps.of(caller.account_id)
    if change.warehouse_id is not None:
        with services.store.read() as unit:
            rules = unit.accounts.rules(caller.account_id)
        if change.warehouse_id not in {one.id for one in allowed_warehouses(erp.warehouses(), rules)}:
            raise Invalid(field="warehouse_id", value=change.warehouse_id)
    if change.unit_id is not None:
        lines = basket_lines(replace(deal, lines=[_line(deal, line_id)]), Draft(), erp)
        if not any(line.product is not None and line.product.unit(change.unit_id) for line in lines):
            raise Invalid(field="unit_id", value=change.unit_id)


def _product(services: Services, account_id: int, product_id: str) -> Product:
    found = services.erps.of(account_id).products(ids=[product_id])
    product = next((one for one in found if one.id == product_id), None)
    if product is None or not product.active:
        raise ProductNotFound(product_id=product_id)
    return product


def _element(services: Services, account_id: int, product: Product) -> CrmElement:
    """The product's element in the CRM's list; made where the list does not have it yet."""
    crm = services.crms.of(account_id)
    element = crm.search_elements(external_id=product.id, sku=product.sku)
    if element is not None:
        return element
    with services.store.read() as unit:
        setup = unit.accounts.crm_setup(account_id)
    if setup is None:
        raise NotFound(what="products_list")
    price = plain(product.list_price) if product.list_price is not None else None
    item = CatalogueItem(product.id, product.sku, product.name, price, product.base_unit.name)
    made = crm.write_catalogue(setup, [item])
    element_id = made[0].element_id
    if element_id is None:
        raise NotFound(what="element")
    return CrmElement(element_id, product.name, product.sku, product.id, product.list_price)


def _changed(line: DraftLine, change: LineChange) -> DraftLine:
    if change.unit_id is not None and change.unit_id != line.unit_id:
        line = DraftLine(change.unit_id, (DraftPart(line.parts[0].warehouse_id, None, line.parts[0].wanted_on),))
    if change.warehouse_id is None and change.wanted_on is None and not change.as_soon_as_possible:
        return line
    part = DraftPart(
        change.warehouse_id or line.parts[0].warehouse_id,
        None,
        None if change.as_soon_as_possible else change.wanted_on or line.parts[0].wanted_on,
    )
    return replace(line, parts=(part,), for_quantity=None)


def _draft(services: Services, caller: Caller, deal_id: int) -> Draft:
    with services.store.read() as unit:
        return unit.deals.get(caller.account_id, deal_id).draft


@dataclass(frozen=True, slots=True)
class _Edit:
    """What was done to one line; `before` its CRM quantity before it (None = not there)."""

    kind: str
    line_id: str
    before: Decimal | None
    params: Mapping[str, str]


def _keep(
    services: Services, caller: Caller, deal_id: int, edit: _Edit, change: Callable[[DraftLine], DraftLine] | None
) -> None:
    """Keep the line's draft as `change` makes it (None: none any more) and how to take it back.

    From the draft as it is in this moment: another tab may have changed another line.
    """
    with services.store.write() as unit:
        unit.deals.touch(caller.account_id, deal_id)
        draft = unit.deals.get(caller.account_id, deal_id).draft
        undo = Undo(edit.kind, dict(draft.lines), {edit.line_id: edit.before}, edit.params)
        lines = dict(draft.lines)
        _put(lines, edit.line_id, change(draft.line(edit.line_id)) if change is not None else None)
        unit.deals.save_draft(caller.account_id, deal_id, Draft(lines, undo))


def _put(lines: dict[str, DraftLine], line_id: str, line: DraftLine | None) -> None:
    if line is None:
        lines.pop(line_id, None)
    else:
        lines[line_id] = line


def _fresh(services: Services, caller: Caller, deal_id: int) -> bytes:
    picture = take_picture(services, caller.account_id, deal_id, as_user=caller.user_id)
    return show_picture(services, caller, picture)
