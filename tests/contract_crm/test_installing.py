"""Setting an account up, cleaning it, and filling its products list."""

from __future__ import annotations

from dataclasses import replace

import pytest

from backend.ports.crm import CatalogueItem, CrmRefused, DealField
from tests.contract_crm.test_writing import WISH
from tests.contract_crm.world import CrmWorld


def test_set_up_makes_fields_and_webhook_once(world: CrmWorld) -> None:
    first = world.crm().set_up(WISH)
    again = world.crm().set_up(WISH)
    assert again == first
    assert set(first.field_ids) == set(DealField)
    assert set(first.made_field_ids) == set(first.field_ids.values()) == world.deal_field_ids()
    assert world.webhooks() == {WISH.webhook_url}
    assert first.products_list_id == 4521
    assert None not in (first.external_id_field, first.sku_field, first.price_field)


def test_clean_up_removes_what_was_made_and_may_be_repeated(world: CrmWorld) -> None:
    setup = world.crm().set_up(WISH)
    world.crm().clean_up(setup)
    world.crm().clean_up(setup)
    assert world.deal_field_ids() == set()
    assert world.webhooks() == set()


def test_an_account_is_set_up_again_after_a_clean_up(world: CrmWorld) -> None:
    first = world.crm().set_up(WISH)
    world.crm().clean_up(first)
    second = world.crm().set_up(WISH)
    assert set(second.field_ids.values()).isdisjoint(first.field_ids.values())
    assert world.deal_field_ids() == set(second.field_ids.values())


def test_the_catalogue_is_written_read_and_changed(world: CrmWorld) -> None:
    setup = world.crm().set_up(WISH)
    crm = world.crm(setup)
    before = {i.element_id for i in crm.catalogue_items()}
    new = [CatalogueItem(f"erp-{n}", f"SKU-{n}", f"Кабель {n}", f"{n}.5", "м") for n in range(120)]
    written = crm.write_catalogue(setup, new)
    assert [replace(i, element_id=None) for i in written] == new
    kept = {i.element_id: i for i in crm.catalogue_items()}
    assert len(kept) == len(before) + 120
    assert all(kept[i.element_id] == i for i in written)
    changed = [replace(written[0], name="Кабель новый", price="7.25"), CatalogueItem("erp-x", "X", "Новый", None, "шт")]
    both = crm.write_catalogue(setup, changed)
    kept = {i.element_id: i for i in crm.catalogue_items()}
    assert both[0].element_id == written[0].element_id
    assert kept[both[0].element_id] == both[0]
    assert kept[both[1].element_id].price is None
    assert len(kept) == len(before) + 121


def test_an_unknown_element_cannot_be_changed(world: CrmWorld) -> None:
    setup = world.crm().set_up(WISH)
    with pytest.raises(CrmRefused):
        world.crm(setup).write_catalogue(setup, [CatalogueItem("e", "s", "n", "1", "шт", 7)])


def test_an_element_is_found_by_external_id_then_by_sku_and_by_nothing_less(world: CrmWorld) -> None:
    setup = world.crm().set_up(WISH)
    crm = world.crm(setup)
    crm.write_catalogue(
        setup,
        [
            CatalogueItem("erp-1", "VVG-3", "Кабель", "10", "м"),
            CatalogueItem("erp-10", "VVG-31", "Кабель 31", "10", "м"),
            CatalogueItem("", "erp-1", "Ловушка: артикул как чужой код", "10", "м"),
        ],
    )
    by_id = crm.search_elements(external_id="erp-1", sku="VVG-31")
    assert by_id is not None
    assert by_id.sku == "VVG-3"
    by_sku = crm.search_elements(external_id="erp-999", sku="VVG-31")
    assert by_sku is not None
    assert by_sku.external_id == "erp-10"
    assert crm.search_elements(external_id="", sku="VVG") is None
    assert crm.search_elements(external_id="", sku="") is None
