"""Into the queue and out of it over HTTP: statuses and bodies; the rules are the use cases'."""

from __future__ import annotations

import uuid

from tests.support.api_house import DEAL, ApiHouse

QUEUE = f"/deals/{DEAL}/queue"


def silent(house: ApiHouse) -> str:
    """The deal was seen, then the ERP fell silent; the fingerprint its panel hands out."""
    house.call("GET", f"/deals/{DEAL}/panel?figures=live")
    house.erp.script.down()
    panel = house.call("GET", f"/deals/{DEAL}/panel?figures=live").get_json()
    assert (panel["state"], panel["queue"]["allowed"]) == ("offline", True)
    return str(panel["queue"]["fingerprint"])


def test_in_and_out(house: ApiHouse) -> None:
    put = house.call("POST", QUEUE, {"fingerprint": silent(house)})
    assert (put.status_code, put.get_json()["state"]) == (202, "queued")
    taken = house.call("DELETE", QUEUE)
    assert (taken.status_code, taken.get_json()["queued"]) == (200, None)
    again = house.call("DELETE", QUEUE)
    assert (again.status_code, again.get_json()["code"]) == (409, "not_in_queue")
    assert again.get_json()["panel"]["queued"] is None


def test_the_same_press_sent_twice_is_one(house: ApiHouse) -> None:
    seen, key = silent(house), str(uuid.uuid4())
    first = house.call("POST", QUEUE, {"fingerprint": seen}, key=key)
    again = house.call("POST", QUEUE, {"fingerprint": seen}, key=key)
    assert again.headers["Idempotent-Replay"] == "true"
    assert again.get_json()["queued"] == first.get_json()["queued"]


def test_what_was_not_seen_comes_back_with_the_panel(house: ApiHouse) -> None:
    silent(house)
    answer = house.call("POST", QUEUE, {"fingerprint": "other"})
    assert (answer.status_code, answer.get_json()["code"]) == (409, "picture_changed")
    assert answer.get_json()["panel"]["lines"]


def test_without_figures_nothing_waits(house: ApiHouse) -> None:
    house.erp.script.down()
    answer = house.call("POST", QUEUE, {"fingerprint": "any"})
    assert (answer.status_code, answer.get_json()["code"]) == (409, "queue_not_allowed")
    assert answer.get_json()["params"] == {"why": "unknown"}


def test_presses_are_counted(house: ApiHouse) -> None:
    house.call("POST", QUEUE, {"fingerprint": silent(house)})
    assert 'stockgate_decisions_total{action="queue",outcome="done"}' in house.client.get("/metrics").text
