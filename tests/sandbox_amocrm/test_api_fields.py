"""Custom fields: their odd types on the wire, what is refused and how it is named."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from sandbox.amocrm.server import AmoServer

from .answers import errors, rows, session
from .house import (
    CATALOG,
    LEAD,
    MANAGER,
    TOASTER,
    Caller,
)


def test_unfilled_fields_are_null(api: Caller) -> None:
    assert api("GET", "leads/3912172").json()["custom_fields_values"] is None


def test_numbers_of_fields_are_strings(api: Caller) -> None:
    element = api("GET", f"catalogs/{CATALOG}/elements/{TOASTER}").json()
    by_code = {f["field_code"]: f for f in element["custom_fields_values"]}
    assert by_code["PRICE"]["values"] == [{"value": "1890.5"}]
    assert by_code["GROUP"]["values"][0]["enum_id"] > 0
    assert element["is_deleted"] is None


def test_legal_entity_is_one_object(api: Caller) -> None:
    company = api("GET", "companies/7767077").json()
    legal = next(f for f in company["custom_fields_values"] if f["field_type"] == "legal_entity")
    assert legal["values"][0]["value"]["vat_id"] == "7707083893"
    assert legal["field_code"] is None
    written = {"name": "ООО «Ромашка»", "vat_id": 7707083893}
    values = [{"field_id": legal["field_id"], "values": [{"value": written}]}]
    assert api("PATCH", "companies/7767077", {"custom_fields_values": values}).status_code == 200
    again = api("GET", "companies/7767077").json()
    legal = next(f for f in again["custom_fields_values"] if f["field_type"] == "legal_entity")
    assert legal["values"][0]["value"]["vat_id"] == "7707083893"


@pytest.mark.parametrize(
    ("field", "error"),
    [
        ({"field_id": 1, "values": [{"value": "x"}]}, ("NotSupportedChoice", "custom_fields_values.0.field_id")),
        ({"field_code": "NO", "values": [{"value": "x"}]}, ("NotSupportedChoice", "custom_fields_values.0.field_code")),
        ({"field_id": 294471, "values": [{"value": 5}]}, ("InvalidType", "custom_fields_values.0.values.0.value")),
        (
            {"field_id": 294471, "values": [{"value": "x", "enum_code": "A"}]},
            ("FieldNotExpected", "custom_fields_values.0.values.0.enum_code"),
        ),
        (
            {"field_id": 294472, "values": [{"value": "Нигде"}]},
            ("NotSupportedChoice", "custom_fields_values.0.values.0.value"),
        ),
    ],
)
def test_bad_field_values_are_named(api: Caller, field: dict[str, Any], error: tuple[str, str]) -> None:
    assert errors(api("PATCH", f"leads/{LEAD}", {"custom_fields_values": [field]})) == [error]


def test_the_nth_bad_field_is_the_one_named(api: Caller) -> None:
    good = {"field_id": 294471, "values": [{"value": "x"}]}
    answer = api("PATCH", f"leads/{LEAD}", {"custom_fields_values": [good, {"field_id": 2, "values": []}]})
    assert errors(answer) == [("NotSupportedChoice", "custom_fields_values.1.field_id")]


def test_field_values_of_each_kind_are_kept(api: Caller) -> None:
    given = [
        {"field_id": 294472, "values": [{"value": "Выставка"}]},
        {"field_id": 294473, "values": [{"value": "2026-12-01T00:00:00+03:00"}]},
    ]
    assert api("PATCH", f"leads/{LEAD}", {"custom_fields_values": given}).status_code == 200
    found = {f["field_id"]: f["values"] for f in api("GET", f"leads/{LEAD}").json()["custom_fields_values"]}
    assert found[294472][0]["value"] == "Выставка"
    assert found[294473] == [{"value": 1796072400}]
    clear = [{"field_id": i, "values": None} for i in (294471, 294472, 294473)]
    api("PATCH", f"leads/{LEAD}", {"custom_fields_values": clear})
    assert api("GET", f"leads/{LEAD}").json()["custom_fields_values"] is None


def test_custom_fields_are_created_with_201(api: Caller) -> None:
    item = {"name": "Номер", "type": "text", "code": "ORDER_NO", "is_api_only": True, "request_id": "f"}
    answer = api("POST", "leads/custom_fields", [item])
    made = rows(answer, "custom_fields")[0]
    assert answer.status_code == 201
    assert made["is_api_only"] is True
    assert made["request_id"] == "f"
    assert errors(api("POST", "leads/custom_fields", [item])) == [("NotUnique", "code")]
    assert errors(api("POST", "leads/custom_fields", [{"name": "P", "type": "price"}])) == [
        ("NotSupportedChoice", "type")
    ]


def test_enum_lists_are_replaced_by_patch(api: Caller) -> None:
    item = {"name": "S", "type": "select", "enums": [{"value": "a", "code": "a"}, {"value": "b"}]}
    made = rows(api("POST", "leads/custom_fields", [item]), "custom_fields")[0]
    kept = made["enums"][0]
    changed = api("PATCH", f"leads/custom_fields/{made['id']}", {"enums": [kept, {"value": "c"}]}).json()
    assert changed["enums"][0]["id"] == kept["id"]
    assert changed["enums"][1]["id"] != made["enums"][1]["id"]


def test_field_groups_have_string_ids(api: Caller) -> None:
    answer = api("POST", "leads/custom_fields/groups", [{"name": "Доставка", "sort": 5}])
    group = rows(answer, "custom_field_groups")[0]
    assert answer.status_code == 201
    assert group["id"].startswith("leads_")
    field = {"name": "F", "type": "text", "group_id": group["id"]}
    assert rows(api("POST", "leads/custom_fields", [field]), "custom_fields")[0]["group_id"] == group["id"]
    assert api("DELETE", f"leads/custom_fields/groups/{group['id']}").status_code == 204


def test_people_cannot_write_api_only_fields(server: AmoServer, api: Caller) -> None:
    item = {"name": "Номер", "type": "text", "is_api_only": True}
    field = rows(api("POST", "leads/custom_fields", [item]), "custom_fields")[0]["id"]
    body = {"custom_fields_values": [{"field_id": field, "values": [{"value": "1"}]}]}
    address, cookies = f"{server.url}/api/v4/leads/{LEAD}", session(server, MANAGER)
    assert requests.patch(address, json=body, cookies=cookies, timeout=10).status_code == 400
    assert requests.patch(address, json={"price": 5}, cookies=cookies, timeout=10).status_code == 200
    assert api("PATCH", f"leads/{LEAD}", body).status_code == 200
