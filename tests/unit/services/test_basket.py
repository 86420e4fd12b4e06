"""The basket edited from the panel, and the last change taken back (R1a, R1b, R5)."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from backend.domain.errors import Invalid
from backend.domain.quantity import IndivisibleQuantity
from backend.domain.remedies import RemedyGone
from backend.ports.crm import CatalogueItem, CrmUnavailable
from backend.ports.store import OrderExists
from backend.services.edit_basket import (
    LineChange,
    LineNotFound,
    NothingToUndo,
    ProductNotFound,
    add_line,
    apply_remedy,
    change_line,
    remove_line,
    undo_change,
)
from backend.services.search_products import search_products
from backend.services.set_up_account import start_set_up
from backend.services.show_line import show_line, show_lines
from tests.support.house import ADMINISTRATOR, BROKEN, EMPTY, FILLABLE, MANAGER, SHORT, House


def remedy(panel: dict[str, Any], kind: str) -> dict[str, Any]:
    return next(one for one in panel["remedies"] if one["kind"] == kind)


def apply(house: House, deal: int, remedy_id: str) -> dict[str, Any]:
    return json.loads(apply_remedy(house.services, MANAGER, deal, remedy_id))


def change(house: House, deal: int, sku: str, **what: Any) -> dict[str, Any]:
    line_id = str(house.element(sku))
    return json.loads(change_line(house.services, MANAGER, deal, line_id, LineChange(**what)))


def undo(house: House, deal: int) -> dict[str, Any]:
    return json.loads(undo_change(house.services, MANAGER, deal))


def test_remedies_of_a_shortage(house: House) -> None:
    panel = house.live(SHORT)
    kinds = [one["kind"] for one in panel["remedies"]]
    assert kinds == ["other_warehouse", "part_now", "later_date", "available_only"]
    other = remedy(panel, "other_warehouse")
    assert (other["params"]["quantity"], other["params"]["warehouse"]) == ("4", "Санкт-Петербург")
    now = remedy(panel, "part_now")
    assert (now["params"]["now"], now["params"]["later"], now["date"]) == ("6", "4", "2026-12-12")


@pytest.mark.parametrize("kind", ["other_warehouse", "part_now", "later_date", "available_only"])
def test_one_click_ends_the_shortage_and_can_be_taken_back(house: House, kind: str) -> None:
    before = house.live(SHORT)
    panel = apply(house, SHORT, remedy(before, kind)["id"])
    assert panel["state"] == "ready"
    assert panel["undo"]["kind"] == "remedy"
    after = undo(house, SHORT)
    assert after["state"] == "short"
    assert after["lines"] == before["lines"]
    assert after["undo"] is None


def test_split_line_shows_its_parts(house: House) -> None:
    panel = apply(house, SHORT, remedy(house.live(SHORT), "other_warehouse")["id"])
    parts = panel["lines"][0]["parts"]
    assert [(one["warehouse"]["id"], one["quantity"], one["state"]) for one in parts] == [
        ("msk", "6", "enough"),
        ("spb", "4", "enough"),
    ]


def test_split_ends_when_somebody_changes_the_quantity(house: House) -> None:
    """A split was made for ten; of eleven nobody said where they come from."""
    apply(house, SHORT, remedy(house.live(SHORT), "other_warehouse")["id"])
    house.set_quantity(SHORT, "PANEL", "11")
    assert len(house.live(SHORT)["lines"][0]["parts"]) == 1


def test_draft_of_a_line_survives_changes_of_others(house: House) -> None:
    change(house, FILLABLE, "SOCKET", warehouse_id="spb")
    house.set_quantity(FILLABLE, "DRILL", "2")
    parts = next(one for one in house.live(FILLABLE)["lines"] if one["sku"] == "SOCKET")["parts"]
    assert parts[0]["warehouse"]["id"] == "spb"


def test_remedy_that_no_longer_fits(house: House) -> None:
    stale = remedy(house.live(SHORT), "other_warehouse")["id"]
    house.erp.people.count(house.products["PANEL"].id, "spb", Decimal(0))
    with pytest.raises(RemedyGone):
        apply(house, SHORT, stale)


def test_indivisible_quantity_is_mended_by_a_click(house: House) -> None:
    panel = house.live(BROKEN)
    assert [one["params"]["quantity"] for one in panel["remedies"] if one["kind"] == "whole_units"] == ["2", "3"]
    panel = apply(house, BROKEN, remedy(panel, "whole_units")["id"])
    assert "indivisible" not in {one["code"] for one in panel["decision"]["reasons"]}
    assert house.crm.deals[BROKEN].lines[house.element("SOCKET")] == Decimal(2)


def test_unit_of_a_line(house: House) -> None:
    """Two packs of ten are twenty pieces of stock, and cost twenty prices."""
    panel = change(house, FILLABLE, "SOCKET", unit_id="pack", quantity=Decimal(2))
    line = next(one for one in panel["lines"] if one["sku"] == "SOCKET")
    assert (line["quantity"], line["unit"]["name"], line["base_quantity"]) == ("2", "уп", "20")
    assert line["price"]["unit"] == "2075.22"
    assert undo(house, FILLABLE)["lines"][0]["base_quantity"] == "10"


def test_wanted_date_and_back(house: House) -> None:
    panel = change(house, SHORT, "PANEL", wanted_on=date(2026, 12, 12))
    assert panel["state"] == "ready"
    panel = change(house, SHORT, "PANEL", as_soon_as_possible=True)
    assert panel["state"] == "short"


def test_search_shows_availability_and_the_customers_price(house: House) -> None:
    found = search_products(house.services, MANAGER, SHORT, "щит")
    [item] = found["items"]  # type: ignore[misc]
    assert (item["sku"], item["available"], item["price"]["unit"], item["in_deal"]) == ("PANEL", "6", "2569.32", True)
    assert search_products(house.services, MANAGER, SHORT, "drill")["items"][0]["in_deal"] is False  # type: ignore[index]
    assert search_products(house.services, MANAGER, SHORT, "щ")["items"] == []


def test_found_product_joins_the_deal(house: House) -> None:
    product = house.products["DRILL"]
    answer = add_line(house.services, MANAGER, EMPTY, product_id=product.id, quantity=Decimal(1), unit_id="pcs")
    panel = json.loads(answer)
    assert [(one["sku"], one["quantity"]) for one in panel["lines"]] == [("DRILL", "1")]
    assert undo(house, EMPTY)["lines"] == []


def test_adding_what_is_there_adds_to_it(house: House) -> None:
    product = house.products["SOCKET"]
    add_line(house.services, MANAGER, FILLABLE, product_id=product.id, quantity=Decimal(5), unit_id="pcs")
    assert house.crm.deals[FILLABLE].lines[house.element("SOCKET")] == Decimal(15)


def test_product_the_crm_list_lacks_is_made_there(house: House) -> None:
    start_set_up(house.services, ADMINISTRATOR)
    house.drain()
    fresh = house.erp.people.product("NEW", "Новинка", stock={"msk": Decimal(3)})
    add_line(house.services, MANAGER, EMPTY, product_id=fresh.id, quantity=Decimal(1), unit_id=fresh.base_unit.id)
    made: CatalogueItem = house.crm.elements[house.element("NEW")]
    assert (made.external_id, made.name) == (fresh.id, "Новинка")


def test_half_a_piece_is_refused_before_anything_changes(house: House) -> None:
    drill = house.products["DRILL"].id
    with pytest.raises(IndivisibleQuantity):
        add_line(house.services, MANAGER, EMPTY, product_id=drill, quantity=Decimal("0.5"), unit_id="pcs")
    assert house.crm.deals[EMPTY].lines == {}


def test_product_gone_from_the_erp(house: House) -> None:
    with pytest.raises(ProductNotFound):
        add_line(house.services, MANAGER, EMPTY, product_id="nothing", quantity=Decimal(1), unit_id="pcs")


def test_removed_line_comes_back_with_its_draft(house: House) -> None:
    change(house, FILLABLE, "SOCKET", unit_id="pack", quantity=Decimal(2))
    remove_line(house.services, MANAGER, FILLABLE, str(house.element("SOCKET")))
    assert len(house.live(FILLABLE)["lines"]) == 1
    panel = undo(house, FILLABLE)
    back = next(one for one in panel["lines"] if one["sku"] == "SOCKET")
    assert (back["quantity"], back["unit"]["id"]) == ("2", "pack")


def test_line_the_deal_does_not_have(house: House) -> None:
    with pytest.raises(LineNotFound):
        remove_line(house.services, MANAGER, FILLABLE, "1")


def test_nothing_to_undo(house: House) -> None:
    with pytest.raises(NothingToUndo):
        undo(house, FILLABLE)


def test_ordered_deal_is_not_edited_here(house: House) -> None:
    house.order(FILLABLE)
    with pytest.raises(OrderExists):
        change(house, FILLABLE, "SOCKET", quantity=Decimal(1))


def test_crm_that_refuses_leaves_the_draft_alone(house: House) -> None:
    """Nothing half done: the draft changes only after the CRM did."""
    house.crm.fail_next("set_line", CrmUnavailable())
    with pytest.raises(CrmUnavailable):
        change(house, FILLABLE, "SOCKET", quantity=Decimal(2), unit_id="pack")
    line = next(one for one in house.live(FILLABLE)["lines"] if one["sku"] == "SOCKET")
    assert (line["quantity"], line["unit"]["id"]) == ("10", "pcs")


def test_details_say_why_this_number(house: House) -> None:
    house.order(FILLABLE)
    details = show_line(house.services, MANAGER, SHORT, str(house.element("PANEL")))
    msk = details["warehouses"][0]  # type: ignore[index]
    assert (msk["on_hand"], msk["reserved"], msk["holds"], msk["available"]) == ("6", "0", "0", "6")
    assert msk["incoming"][0]["counts"] is False
    lines = show_lines(house.services, MANAGER, FILLABLE)["lines"]
    socket = next(one for one in lines if one["line_id"] == str(house.element("SOCKET")))  # type: ignore[union-attr]
    assert socket["warehouses"][0]["holds"] == "10"


def test_details_of_a_kit_are_its_components(house: House) -> None:
    parts = {house.products["SOCKET"].id: Decimal(2), house.products["PANEL"].id: Decimal(1)}
    kit = house.erp.people.product("KIT", "Комплект", parts=parts)
    element = house.crm.add_element(CatalogueItem(kit.id, "KIT", kit.name, "1", "шт"))
    house.crm.set_line(EMPTY, element, "7")
    line = house.live(EMPTY)["lines"][0]
    assert (line["available"], line["state"]) == ("6", "short")
    details = show_line(house.services, MANAGER, EMPTY, str(element))
    assert [(one["sku"], one["quantity"], one["available"]) for one in details["components"]] == [  # type: ignore[union-attr]
        ("SOCKET", "2", "45"),
        ("PANEL", "1", "6"),
    ]


def test_adding_packs_to_pieces_loses_neither(house: House) -> None:
    """Ten pieces and one pack of ten are two packs, not one."""
    product = house.products["SOCKET"]
    add_line(house.services, MANAGER, FILLABLE, product_id=product.id, quantity=Decimal(1), unit_id="pack")
    line = next(one for one in house.live(FILLABLE)["lines"] if one["sku"] == "SOCKET")
    assert (line["quantity"], line["unit"]["id"], line["base_quantity"]) == ("2", "pack", "20")


def test_adding_pieces_to_packs_counts_in_what_takes_the_sum_whole(house: House) -> None:
    change(house, FILLABLE, "SOCKET", unit_id="pack", quantity=Decimal(2))
    product = house.products["SOCKET"]
    add_line(house.services, MANAGER, FILLABLE, product_id=product.id, quantity=Decimal(3), unit_id="pcs")
    line = next(one for one in house.live(FILLABLE)["lines"] if one["sku"] == "SOCKET")
    assert (line["quantity"], line["unit"]["id"]) == ("23", "pcs")


def test_more_of_a_line_stays_in_its_warehouse(house: House) -> None:
    change(house, FILLABLE, "SOCKET", warehouse_id="spb")
    product = house.products["SOCKET"]
    add_line(house.services, MANAGER, FILLABLE, product_id=product.id, quantity=Decimal(1), unit_id="pcs")
    line = next(one for one in house.live(FILLABLE)["lines"] if one["sku"] == "SOCKET")
    assert line["parts"][0]["warehouse"]["id"] == "spb"


def test_unit_the_product_does_not_have(house: House) -> None:
    """Five pallets must not become five pieces."""
    product = house.products["SOCKET"]
    with pytest.raises(Invalid):
        add_line(house.services, MANAGER, EMPTY, product_id=product.id, quantity=Decimal(5), unit_id="pallet")
    with pytest.raises(Invalid):
        change(house, FILLABLE, "SOCKET", unit_id="pallet", quantity=Decimal(5))
    assert house.crm.deals[EMPTY].lines == {}
    assert house.crm.deals[FILLABLE].lines[house.element("SOCKET")] == Decimal(10)


@pytest.mark.parametrize("warehouse", ["moon", "spb"])
def test_warehouse_the_account_does_not_sell_from(house: House, warehouse: str) -> None:
    house.settle(warehouse_ids=("msk",))
    with pytest.raises(Invalid):
        change(house, FILLABLE, "SOCKET", warehouse_id=warehouse)


def test_two_tabs_change_two_lines(house: House) -> None:
    """The second tab looked before the first one wrote: both changes stay, the later one can be taken back."""
    house.store.rival = lambda: change(house, FILLABLE, "DRILL", wanted_on=date(2026, 12, 12))
    change(house, FILLABLE, "SOCKET", warehouse_id="spb")
    lines = {one["sku"]: one["parts"][0] for one in house.live(FILLABLE)["lines"]}
    assert (lines["SOCKET"]["warehouse"]["id"], lines["DRILL"]["wanted_on"]) == ("spb", "2026-12-12")
    undo(house, FILLABLE)
    lines = {one["sku"]: one["parts"][0] for one in house.live(FILLABLE)["lines"]}
    assert (lines["SOCKET"]["warehouse"]["id"], lines["DRILL"]["wanted_on"]) == ("msk", "2026-12-12")


def test_one_product_on_two_lines_shares_what_there_is(house: House) -> None:
    """The CRM's list may hold a product twice; six panels are not twelve."""
    again = house.crm.add_element(CatalogueItem("", "PANEL", "Щит ещё раз", "1", "шт"))
    house.set_quantity(SHORT, "PANEL", "4")
    house.crm.set_line(SHORT, again, "4")
    panel = house.live(SHORT)
    assert [(one["state"], one["shortage"]) for one in panel["lines"]] == [("enough", None), ("short", "2")]


def test_a_hundred_lines_cost_the_calls_of_one(house: House) -> None:
    for number in range(100):
        house.erp.people.product(f"P{number}", f"Товар {number}", stock={"msk": Decimal(5)})
        element = house.crm.add_element(CatalogueItem("", f"P{number}", "", "1", "шт"))
        house.crm.set_line(EMPTY, element, "1")
    before = house.erp.calls.copy()
    panel = house.live(EMPTY)
    assert len(panel["lines"]) == 100
    assert {house.erp.calls[name] - before.get(name, 0) for name in house.erp.calls} == {1}
    assert all(one["name"] for one in panel["lines"])
