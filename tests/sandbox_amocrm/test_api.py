"""The API's manners: content types, empties, odd types, errors, batches, paging."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from sandbox.amocrm.server import AmoServer

from .house import (
    ADMIN,
    CATALOG,
    DECIDING,
    FREE,
    HEAD,
    KETTLE,
    LAMP,
    LEAD,
    MANAGER,
    PIPELINE,
    TOASTER,
    WHOLESALE,
    Caller,
    control,
)

HAL, PROBLEM = "application/hal+json", "application/problem+json"


def rows(answer: requests.Response, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = answer.json()["_embedded"][name]
    return found


def errors(answer: requests.Response) -> list[tuple[str, str]]:
    assert answer.status_code == 400, answer.text
    assert answer.headers["Content-Type"] == PROBLEM
    return [(e["code"], e["path"]) for item in answer.json()["validation-errors"] for e in item["errors"]]


def session(server: AmoServer, user_id: int) -> dict[str, str]:
    return {server.world.cookie_name: control(server, "session", {"user_id": user_id})["value"]}


def test_no_token_no_answer(server: AmoServer) -> None:
    answer = requests.get(f"{server.url}/api/v4/account", timeout=10)
    assert (answer.status_code, answer.headers["Content-Type"]) == (401, PROBLEM)
    assert answer.json()["title"] == "Unauthorized"


@pytest.mark.parametrize("bad", ["", "abc", "eyJhbGciOiJub25lIn0.eyJqdGkiOiJ4In0."])
def test_forged_tokens_are_refused(server: AmoServer, bad: str) -> None:
    assert Caller(server.url, bad)("GET", "account").status_code == 401


def test_every_answer_carries_a_request_id(api: Caller) -> None:
    first, second = api("GET", "account"), api("GET", "account")
    assert first.headers["X-Request-Id"] != second.headers["X-Request-Id"]
    assert first.headers["Content-Type"] == HAL


def test_account_parts_come_only_when_asked(server: AmoServer, api: Caller) -> None:
    plain = api("GET", "account").json()
    assert "drive_url" not in plain
    assert "_embedded" not in plain
    asked = api("GET", "account?with=drive_url,users_groups,datetime_settings,is_api_filter_enabled").json()
    assert asked["drive_url"] == server.drive_url
    assert asked["is_api_filter_enabled"] is False
    assert asked["_embedded"]["datetime_settings"]["timezone_offset"] == "+03:00"
    assert plain["currency"] == "RUB"
    assert plain["current_user_id"] == ADMIN


def test_users_show_rights(api: Caller) -> None:
    users = {u["id"]: u for u in rows(api("GET", "users?with=role,group"), "users")}
    assert users[MANAGER]["rights"]["leads"]["edit"] == "M"
    assert users[MANAGER]["rights"]["is_admin"] is False
    assert users[ADMIN]["rights"]["is_admin"] is True
    assert users[FREE]["rights"]["is_free"] is True
    assert users[WHOLESALE]["_embedded"] == {
        "roles": [{"id": 3141, "name": "Менеджер"}],
        "groups": [{"id": 267688, "name": "Оптовый отдел"}],
    }


def test_nothing_is_204_with_an_empty_body(api: Caller) -> None:
    for path in ("leads/1", "leads?page=9", f"catalogs/{CATALOG}/elements?query=zzz", "webhooks", "contacts/5"):
        answer = api("GET", path)
        assert (answer.status_code, answer.content) == (204, b""), path


def test_unknown_paths_and_methods_answer_as_the_api(api: Caller) -> None:
    assert api("GET", "nonsense").status_code == 404
    wrong = api("DELETE", "account")
    assert (wrong.status_code, wrong.headers["Content-Type"]) == (405, PROBLEM)


def test_lead_with_links_as_documented(api: Caller) -> None:
    lead = api("GET", f"leads/{LEAD}?with=contacts,catalog_elements,loss_reason").json()
    embedded = lead["_embedded"]
    assert embedded["catalog_elements"][0] == {"id": KETTLE, "metadata": {"quantity": 6, "catalog_id": CATALOG}}
    assert embedded["contacts"][0]["is_main"] is True
    assert embedded["companies"][0]["id"] == 7767077
    assert embedded["loss_reason"] == []
    assert lead["closest_task_at"] > lead["created_at"]
    bare = api("GET", f"leads/{LEAD}").json()["_embedded"]
    assert "contacts" not in bare
    assert "catalog_elements" not in bare


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


def test_search_finds_companies_by_requisites(api: Caller) -> None:
    assert [c["id"] for c in rows(api("GET", "companies?query=7801002274"), "companies")] == [7767078]
    assert [c["id"] for c in rows(api("GET", "contacts?query=9161234567"), "contacts")] == [7143599]


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


def test_unexpected_and_mistyped_lead_keys(api: Caller) -> None:
    assert errors(api("PATCH", f"leads/{LEAD}", {"color": "red"})) == [("FieldNotExpected", "color")]
    assert errors(api("PATCH", f"leads/{LEAD}", {"price": "12"})) == [("InvalidType", "price")]
    assert errors(api("PATCH", f"leads/{LEAD}", {"responsible_user_id": 5})) == [
        ("NotSupportedChoice", "responsible_user_id")
    ]


def test_a_batch_is_all_or_nothing_and_echoes_request_ids(api: Caller) -> None:
    items = [{"name": "A", "request_id": "mine"}, {"name": "B"}]
    made = rows(api("POST", "leads", items), "leads")
    assert [m["request_id"] for m in made] == ["mine", "1"]
    before = api("GET", "leads?limit=250").json()["_embedded"]["leads"]
    bad = api("POST", "leads", [{"name": "C"}, {"name": "D", "status_id": 5}])
    assert bad.json()["validation-errors"][0]["request_id"] == "1"
    assert len(api("GET", "leads?limit=250").json()["_embedded"]["leads"]) == len(before)


@pytest.mark.parametrize("path", ["leads", "tasks", "contacts", "leads/custom_fields", f"leads/{LEAD}/link"])
def test_items_that_are_no_objects_are_refused(api: Caller, path: str) -> None:
    assert errors(api("POST", path, [5])) == [("InvalidType", "")]
    broken = requests.post(f"{api.base}/api/v4/{path}", data=b"[{", headers=api.headers, timeout=10)
    assert broken.status_code == 400


def test_more_than_250_items_are_refused(api: Caller) -> None:
    answer = api("POST", "leads", [{"name": str(n)} for n in range(251)])
    assert (answer.status_code, answer.json()["detail"]) == (422, "Limit 250 per page")


def test_paging_follows_next(api: Caller) -> None:
    path, seen = f"catalogs/{CATALOG}/elements?limit=3", []
    while path:
        page = api("GET", path).json()
        seen += [e["id"] for e in page["_embedded"]["elements"]]
        path = page["_links"].get("next", {}).get("href", "").partition("/api/v4/")[2]
    assert seen == list(range(KETTLE, KETTLE + 8))
    assert api("GET", "leads?limit=251").status_code == 400


def test_filters(api: Caller) -> None:
    found = rows(api("GET", f"catalogs/{CATALOG}/elements?filter[id][]={KETTLE}&filter[id][]={LAMP}"), "elements")
    assert [e["id"] for e in found] == [KETTLE, LAMP]
    assert [e["id"] for e in rows(api("GET", f"catalogs/{CATALOG}/elements?query=LAMP-W"), "elements")] == [LAMP]
    updated = api("GET", f"leads/{LEAD}").json()["updated_at"]
    assert len(rows(api("GET", f"leads?filter[updated_at][from]={updated}"), "leads")) == 3
    assert api("GET", f"leads?filter[updated_at][to]={updated - 100}").status_code == 204


def test_linking_again_sets_the_quantity(api: Caller) -> None:
    item = {"to_entity_id": LAMP, "to_entity_type": "catalog_elements"}
    first = {**item, "metadata": {"catalog_id": CATALOG, "quantity": 2}}
    made = rows(api("POST", f"leads/{LEAD}/link", [first]), "links")[0]
    assert (made["entity_id"], made["entity_type"]) == (LEAD, "leads")
    again = {**item, "metadata": {"catalog_id": CATALOG, "quantity": 2.5}}
    api("POST", f"leads/{LEAD}/link", [again])
    links = rows(api("GET", f"leads/{LEAD}/links?filter[to_entity_type]=catalog_elements"), "links")
    assert [link["metadata"]["quantity"] for link in links if link["to_entity_id"] == LAMP] == [2.5]
    assert all("price_id" not in link["metadata"] for link in links)


def test_unlinking_needs_the_catalogue(api: Caller) -> None:
    item: dict[str, Any] = {"to_entity_id": KETTLE, "to_entity_type": "catalog_elements"}
    assert errors(api("POST", f"leads/{LEAD}/unlink", [item])) == [("FieldMissing", "0.metadata.catalog_id")]
    whole = {**item, "metadata": {"catalog_id": CATALOG}}
    answer = api("POST", f"leads/{LEAD}/unlink", [whole])
    assert (answer.status_code, answer.content) == (204, b"")


def test_links_of_many_deals(api: Caller) -> None:
    found = rows(api("GET", f"leads/links?filter[entity_id][]={LEAD}&filter[entity_id][]=3912172"), "links")
    assert {row["entity_id"] for row in found} == {LEAD, 3912172}


def test_main_contact_has_two_names(api: Caller) -> None:
    item = {"to_entity_id": 7143600, "to_entity_type": "contacts", "metadata": {"is_main": True}}
    api("POST", f"leads/{LEAD}/link", [item])
    links = rows(api("GET", f"leads/{LEAD}/links?filter[to_entity_type]=contacts"), "links")
    assert {link["to_entity_id"]: link["metadata"]["main_contact"] for link in links} == {7143599: False, 7143600: True}


def test_closing_and_reopening_a_deal(api: Caller) -> None:
    body = {"status_id": 143, "pipeline_id": PIPELINE, "loss_reason_id": 4203748}
    assert api("PATCH", f"leads/{LEAD}", body).status_code == 200
    lost = api("GET", f"leads/{LEAD}?with=loss_reason").json()
    assert lost["closed_at"]
    assert lost["_embedded"]["loss_reason"][0]["name"] == "Слишком дорого"
    api("PATCH", f"leads/{LEAD}", {"status_id": DECIDING, "pipeline_id": PIPELINE})
    assert api("GET", f"leads/{LEAD}").json()["closed_at"] is None
    assert errors(api("PATCH", f"leads/{LEAD}", {"status_id": 7})) == [("NotSupportedChoice", "status_id")]


def test_system_stages_are_in_every_pipeline(api: Caller) -> None:
    for pipeline in rows(api("GET", "leads/pipelines"), "pipelines"):
        statuses = {s["id"]: s for s in pipeline["_embedded"]["statuses"]}
        assert statuses[142]["color"] == "#CCFF66"
        assert statuses[143]["sort"] == 11000
        assert sum(s["type"] == 1 for s in statuses.values()) == 1


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


def test_session_has_the_rights_of_its_user(server: AmoServer) -> None:
    def get(user_id: int, path: str) -> int:
        cookies = session(server, user_id)
        return requests.get(f"{server.url}/api/v4/{path}", cookies=cookies, timeout=10).status_code

    assert get(MANAGER, f"leads/{LEAD}") == 200
    assert get(MANAGER, "leads/3912173") == 403, "another group's deal"
    assert get(HEAD, "leads/3912173") == 200
    assert get(FREE, f"leads/{LEAD}") == 403


def test_task_results_are_an_empty_list_until_there_is_one(api: Caller) -> None:
    item = {
        "text": "Позвонить",
        "complete_till": 1900000000,
        "entity_id": LEAD,
        "entity_type": "leads",
        "request_id": "t",
    }
    made = rows(api("POST", "tasks", [item]), "tasks")[0]
    assert made["request_id"] == "t"
    assert api("GET", f"tasks/{made['id']}").json()["result"] == []
    api("PATCH", f"tasks/{made['id']}", {"is_completed": True, "result": {"text": "Да"}})
    done = api("GET", f"tasks/{made['id']}").json()
    assert (done["is_completed"], done["result"]) == (True, {"text": "Да"})
    assert errors(api("POST", "tasks", [{"text": "x"}])) == [("FieldMissing", "complete_till")]


def test_notes(api: Caller) -> None:
    items = [
        {"note_type": "service_message", "params": {"service": "S", "text": "t"}, "request_id": "n"},
        {"note_type": "common", "params": {"text": "u"}},
    ]
    made = rows(api("POST", f"leads/{LEAD}/notes", items), "notes")
    assert made[0]["request_id"] == "n"
    assert made[0]["entity_id"] == LEAD
    found = rows(api("GET", f"leads/{LEAD}/notes?filter[note_type][]=service_message"), "notes")
    assert [n["id"] for n in found] == [made[0]["id"]]
    assert errors(api("POST", f"leads/{LEAD}/notes", [{"note_type": "loud", "params": {}}])) == [
        ("NotSupportedChoice", "note_type")
    ]


def test_notes_of_a_hidden_deal_are_hidden(api: Caller) -> None:
    other = {"X-Context-User-ID": str(MANAGER)}
    assert api("GET", "leads/3912173/notes", **other).status_code == 403
    note = [{"note_type": "common", "params": {"text": "x"}}]
    assert api("POST", "leads/3912173/notes", note, **other).status_code == 403
    assert api("POST", f"leads/{LEAD}/notes", note, **other).status_code == 200


def test_elements_are_created_and_changed(api: Caller) -> None:
    values = [
        {"field_code": "EXTERNAL_ID", "values": [{"value": "ext-77"}]},
        {"field_code": "PRICE", "values": [{"value": 12.5}]},
    ]
    item = {"name": "Новый", "custom_fields_values": values, "request_id": "r"}
    made = rows(api("POST", f"catalogs/{CATALOG}/elements", [item]), "elements")[0]
    assert made["request_id"] == "r"
    assert made["catalog_id"] == CATALOG
    api("PATCH", f"catalogs/{CATALOG}/elements", [{"id": made["id"], "name": "Новее"}])
    assert [e["name"] for e in rows(api("GET", f"catalogs/{CATALOG}/elements?query=ext-77"), "elements")] == ["Новее"]


def test_products_list_is_made_once(server: AmoServer, api: Caller) -> None:
    assert api("GET", "catalogs/products/settings").json()["catalog_id"] == CATALOG
    assert api("PATCH", "catalogs/products/settings", {"is_enabled": True}).json()["catalog_id"] == CATALOG
    assert errors(api("POST", "catalogs", [{"name": "x", "type": "products"}])) == [("LimitExceeded", "type")]


def test_events_tell_what_changed(api: Caller) -> None:
    api("PATCH", f"leads/{LEAD}", {"price": 77})
    path = f"events?filter[entity]=lead&filter[entity_id][]={LEAD}&filter[type][]=sale_field_changed"
    event = rows(api("GET", path), "events")[0]
    assert event["value_after"] == [{"sale_field_value": {"sale": 77}}]
    assert event["entity_type"] == "lead"


def test_widget_settings_are_shown_to_their_integration_only(server: AmoServer, api: Caller) -> None:
    code = server.world.store.all("integration")[0]["widget_code"]
    control(
        server,
        "integrations/" + server.world.store.all("integration")[0]["id"] + "/install",
        {"settings": {"city": "X"}},
    )
    assert api("GET", f"widgets/{code}").json()["settings"] == {"city": "X"}
    control(server, "integrations", {"client_id": "other", "name": "Other"})
    foreign = control(server, "integrations/other/token", {})["access_token"]
    assert Caller(server.url, foreign)("GET", f"widgets/{code}").json()["settings"] is None


def test_complex_creation_makes_company_and_contact(api: Caller) -> None:
    item = {
        "name": "Новая",
        "_embedded": {"contacts": [{"first_name": "Иван"}], "companies": [{"name": "ООО «Новая»"}]},
        "request_id": "c",
    }
    made = api("POST", "leads/complex", [item]).json()[0]
    assert made["request_id"] == ["c"]
    assert made["merged"] is False
    lead = api("GET", f"leads/{made['id']}?with=contacts").json()
    assert lead["_embedded"]["companies"][0]["id"] == made["company_id"]


def test_stage_rights_stop_a_person_but_not_the_integration(server: AmoServer, api: Caller) -> None:
    role = server.world.store.get("role", 3141)
    assert role is not None
    protected = {
        "entity_type": "leads",
        "pipeline_id": PIPELINE,
        "status_id": DECIDING,
        "rights": {"view": "A", "edit": "D"},
    }
    server.world.store.put("role", {**role, "rights": {**role["rights"], "status_rights": [protected]}})
    assert api("PATCH", f"leads/{LEAD}", {"status_id": DECIDING, "pipeline_id": PIPELINE}).status_code == 200
    address, cookies = f"{server.url}/api/v4/leads/{LEAD}", session(server, MANAGER)
    assert requests.patch(address, json={"price": 5}, cookies=cookies, timeout=10).status_code == 403
    assert api("PATCH", f"leads/{LEAD}", {"price": 5}).status_code == 200
