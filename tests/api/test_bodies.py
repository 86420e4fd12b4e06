"""What is not what the contract says is refused before anything happens."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.support.api_house import ADMIN, DEAL, ApiHouse
from tests.support.api_streams import Endless, chunked

ADD = f"/deals/{DEAL}/lines"
LINE = f"/deals/{DEAL}/lines/9001"
GOOD = {"product_id": "14", "quantity": "1", "unit_id": "pc"}


def raw(house: ApiHouse, body: bytes, content_type: str = "application/json", path: str = ADD) -> TestResponse:
    return house.client.post(f"/api/v1{path}", data=body, headers=house.headers(), content_type=content_type)


def paths(answer: TestResponse) -> list[str]:
    assert (answer.status_code, answer.get_json()["code"]) == (422, "invalid")
    return [one["path"] for one in answer.get_json()["params"]["fields"]]


WRONG: list[tuple[str, str, object, list[str]]] = [
    ("POST", ADD, {**GOOD, "price": "1"}, ["price"]),
    ("POST", ADD, {"product_id": "14"}, ["quantity", "unit_id"]),
    ("POST", ADD, {**GOOD, "quantity": 1.5}, ["quantity"]),
    ("POST", ADD, {**GOOD, "quantity": "1e9"}, ["quantity"]),
    ("POST", ADD, {**GOOD, "quantity": "NaN"}, ["quantity"]),
    ("POST", ADD, {**GOOD, "quantity": "-1"}, ["quantity"]),
    ("POST", ADD, {**GOOD, "quantity": "١"}, ["quantity"]),
    ("POST", ADD, {**GOOD, "quantity": "1\n"}, ["quantity"]),
    ("POST", ADD, {**GOOD, "quantity": "9" * 13}, ["quantity"]),
    ("POST", ADD, {**GOOD, "quantity": None}, ["quantity"]),
    ("POST", ADD, {**GOOD, "product_id": ""}, ["product_id"]),
    ("POST", ADD, {**GOOD, "product_id": "a\tb"}, ["product_id"]),
    ("POST", ADD, {**GOOD, "product_id": "1" * 81}, ["product_id"]),
    ("POST", ADD, {**GOOD, "product_id": 14}, ["product_id"]),
    ("PATCH", LINE, {}, [""]),
    ("PATCH", LINE, {"wanted_on": "tomorrow"}, ["wanted_on"]),
    ("PATCH", LINE, {"wanted_on": "2026-13-01"}, ["wanted_on"]),
    ("POST", f"/deals/{DEAL}/undo", {"really": True}, ["really"]),
    ("POST", f"/deals/{DEAL}/approval", {"reason": "x" * 1001}, ["reason"]),
    ("POST", f"/deals/{DEAL}/approval/decision", {"verdict": "maybe"}, ["verdict"]),
    ("POST", f"/deals/{DEAL}/approval/decision", {"verdict": "approve_part", "quantities": {"1": 2}},
     ["quantities.1.value"]),
    ("GET", f"/deals/{DEAL}/panel?figures=yesterday", None, ["figures"]),
    ("GET", f"/deals/{DEAL}/panel?figure=live", None, ["figure"]),
    ("GET", f"/deals/{DEAL}/products", None, ["query"]),
    ("GET", f"/deals/{DEAL}/products?query={'x' * 101}", None, ["query"]),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path", "body", "fields"), WRONG)
def test_what_the_contract_does_not_know(house: ApiHouse, method: str, path: str, body: Any, fields: list[str]) -> None:
    assert paths(house.call(method, path, body)) == fields
    assert "set_line" not in house.crm.calls


def test_a_list_where_an_object_belongs(house: ApiHouse) -> None:
    assert paths(raw(house, b"[]")) == [""]


def test_zero_is_refused_by_the_rule_in_words_of_the_rule(house: ApiHouse) -> None:
    answer = house.call("POST", ADD, {**GOOD, "quantity": "0"})
    assert (answer.status_code, answer.get_json()["code"]) == (422, "quantity_not_positive")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"nonsense",
        b'{"product_id":"1","product_id":"2","quantity":"1","unit_id":"pc"}',
        b'{"quantity":NaN}',
        b'{"product_id":"\\u0000"}',
        b'{"product_id":"\\ud800"}',
        b"\xff\xfe",
        b"[" * 30_000,
        b"1" * 5_000,
        b'{"a":' * 50 + b"1" + b"}" * 50,
    ],
)
def test_no_clean_json(house: ApiHouse, body: bytes) -> None:
    answer = raw(house, body)
    assert (answer.status_code, answer.get_json()["code"]) == (400, "bad_json")


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "application/xml", ""])
def test_another_content_type(house: ApiHouse, content_type: str) -> None:
    answer = raw(house, b"{}", content_type)
    assert (answer.status_code, answer.get_json()["code"]) == (415, "unsupported_media_type")


def test_a_body_larger_than_any_of_ours(house: ApiHouse) -> None:
    answer = raw(house, b'{"reason":"' + b"x" * 70_000 + b'"}')
    assert (answer.status_code, answer.get_json()["code"]) == (413, "too_large")


def test_a_body_that_does_not_say_its_length_is_read_only_so_far(house: ApiHouse) -> None:
    from_chunks = house.client.post(
        f"/api/v1{ADD}",
        headers=house.headers(),
        content_type="application/json",
        environ_overrides=chunked(Endless()),
    )
    assert (from_chunks.status_code, from_chunks.get_json()["code"]) == (413, "too_large")


@pytest.mark.parametrize(
    "path",
    ["/deals/0/panel", "/deals/-1/panel", "/deals/x/panel", f"/deals/{2**60}/panel", "/deals/1%00/panel", "/nothing"],
)
def test_addresses_that_are_none(house: ApiHouse, path: str) -> None:
    answer = house.call("GET", path)
    assert (answer.status_code, answer.get_json()["code"]) == (404, "not_found")


def test_a_method_that_is_none(house: ApiHouse) -> None:
    answer = house.call("PUT", f"/deals/{DEAL}/panel", {})
    assert (answer.status_code, answer.get_json()["code"]) == (405, "method_not_allowed")
    assert "GET" in answer.headers["Allow"]


def test_a_wanted_date_is_set_and_cleared(house: ApiHouse) -> None:
    house.call("PATCH", LINE, {"wanted_on": "2026-12-01"})
    panel = house.call("GET", f"/deals/{DEAL}/panel").get_json()
    assert panel["lines"][0]["parts"][0]["wanted_on"] == "2026-12-01"
    panel = house.call("PATCH", LINE, {"wanted_on": None}).get_json()
    assert panel["lines"][0]["parts"][0]["wanted_on"] is None


def test_an_error_tells_no_more_than_twenty_fields(house: ApiHouse) -> None:
    many = {f"field{number}": "x" for number in range(500)}
    assert len(paths(house.call("POST", f"/deals/{DEAL}/undo", many))) == 20


def test_a_token_is_asked_for_before_a_body_is_looked_at(house: ApiHouse) -> None:
    answer = house.client.post(f"/api/v1{ADD}", data=b"nonsense", headers={"Idempotency-Key": str(uuid.uuid4())})
    assert answer.status_code == 401


def test_settings_refuse_a_manager_before_the_body_is_looked_at(house: ApiHouse) -> None:
    answer = house.call("PUT", "/settings/rules", {"nonsense": 1})
    assert (answer.status_code, answer.get_json()["code"]) == (403, "not_administrator")
    assert house.call("PUT", "/settings/rules", {"nonsense": 1}, user_id=ADMIN).status_code == 422
