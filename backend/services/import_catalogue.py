"""The first import of the ERP's catalogue into the CRM's products list: match, change what differs, add what is
missing (R18 in part)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from backend.domain.quantity import plain
from backend.domain.stock import Product
from backend.ports.crm import CatalogueItem, CrmSetup
from backend.ports.erp import ErpPort
from backend.services.deps import Services

PAGE = 200
BATCH = 50


def import_catalogue(
    services: Services, account_id: int, setup: CrmSetup, progress: Callable[[int, int], None]
) -> None:
    """Bring the list in line with the ERP's active products.

    Elements are matched by external id, then by SKU; those that match nothing are left alone. `progress(done, of)`
    after each batch. Run again, it writes only what differs.
    """
    crm = services.crms.of(account_id)
    wanted = [_item(one) for one in _catalogue(services.erps.of(account_id)) if one.active]
    changes = differences(wanted, crm.catalogue_items())
    same = len(wanted) - len(changes)
    progress(same, len(wanted))
    for start in range(0, len(changes), BATCH):
        batch = changes[start : start + BATCH]
        crm.write_catalogue(setup, batch)
        progress(same + start + len(batch), len(wanted))


def differences(wanted: Sequence[CatalogueItem], present: Sequence[CatalogueItem]) -> Sequence[CatalogueItem]:
    """What must be written so that `present` shows `wanted`: new items without an element id, changed ones with it.

    An element without an external id goes to the first product of its SKU, never to two."""
    by_external = {one.external_id: one for one in present if one.external_id}
    by_sku = {one.sku: one for one in present if one.sku and not one.external_id}
    changes = []
    for item in wanted:
        match = by_external.get(item.external_id) or by_sku.pop(item.sku, None)
        if match is None:
            changes.append(item)
        elif _shown(match) != _shown(item):
            changes.append(_onto(item, match.element_id))
    return changes


def _shown(item: CatalogueItem) -> tuple[str, ...]:
    return (item.external_id, item.sku, item.name, item.price or "", item.unit)


def _onto(item: CatalogueItem, element_id: int | None) -> CatalogueItem:
    return CatalogueItem(item.external_id, item.sku, item.name, item.price, item.unit, element_id)


def _catalogue(erp: ErpPort) -> Iterator[Product]:
    cursor: str | None = None
    while True:
        page = erp.catalogue(cursor=cursor, limit=PAGE)
        yield from page.products
        cursor = page.next_cursor
        if cursor is None:
            return


def _item(product: Product) -> CatalogueItem:
    price = plain(product.list_price) if product.list_price is not None else None
    return CatalogueItem(product.id, product.sku, product.name, price, product.base_unit.name)
