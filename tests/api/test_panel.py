"""The panel's routes: bytes of the use case go out as they are."""

from __future__ import annotations

from tests.support.api_house import DEAL, ApiHouse


def test_live_panel_of_a_deal(house: ApiHouse) -> None:
    answer = house.call("GET", f"/deals/{DEAL}/panel?figures=live")
    assert answer.status_code == 200
    assert answer.mimetype == "application/json"
    panel = answer.get_json()
    assert (panel["state"], panel["deal"]["id"]) == ("ready", DEAL)
    assert panel["lines"][0]["available"] == "6"


def test_panel_is_live_unless_asked_otherwise(house: ApiHouse) -> None:
    assert house.call("GET", f"/deals/{DEAL}/panel").get_json()["figures"]["source"] == "live"


def test_cached_panel_shows_the_last_figures_without_asking_the_erp(house: ApiHouse) -> None:
    house.call("GET", f"/deals/{DEAL}/panel")
    asked = dict(house.erp.calls)
    panel = house.call("GET", f"/deals/{DEAL}/panel?figures=cached").get_json()
    assert panel["figures"]["source"] == "cached"
    assert house.erp.calls == asked


def test_cached_panel_comes_twice_byte_for_byte(house: ApiHouse) -> None:
    house.call("GET", f"/deals/{DEAL}/panel")
    first, second = (house.call("GET", f"/deals/{DEAL}/panel?figures=cached").data for _ in range(2))
    assert first == second


def test_a_deal_nobody_knows(house: ApiHouse) -> None:
    answer = house.call("GET", "/deals/999/panel")
    assert answer.status_code == 404
    assert answer.mimetype == "application/problem+json"
    assert answer.get_json()["code"] == "deal_not_found"
    assert answer.get_json()["params"] == {"deal_id": 999}


def test_a_deal_the_user_may_not_see(house: ApiHouse) -> None:
    house.crm.hide(DEAL, 7)
    answer = house.call("GET", f"/deals/{DEAL}/panel")
    assert (answer.status_code, answer.get_json()["code"]) == (403, "crm_denied")


def test_other_questions_of_the_card(house: ApiHouse) -> None:
    house.call("GET", f"/deals/{DEAL}/panel")
    session = house.call("GET", "/session").get_json()
    assert session["user"] == {"id": 7, "name": "Анна", "role": "manager"}
    assert house.call("GET", f"/deals/{DEAL}/revision").get_json() == {"revision": "1", "pending": False}
    details = house.call("GET", f"/deals/{DEAL}/lines/9001/details").get_json()
    assert details["warehouses"][0]["on_hand"] == "6"
    wide = house.call("GET", f"/deals/{DEAL}/details").get_json()
    assert [one["line_id"] for one in wide["lines"]] == ["9001"]
    assert wide["lines"][0]["warehouses"] == details["warehouses"]
    found = house.call("GET", f"/deals/{DEAL}/products?query=щит").get_json()
    assert [one["sku"] for one in found["items"]] == ["PANEL-24"]
