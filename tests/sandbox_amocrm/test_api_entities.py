"""Links, stages, lists, feed: each entity's own habits."""

from __future__ import annotations

from typing import Any

import requests

from sandbox.amocrm.server import AmoServer

from .answers import errors, rows, session
from .house import (
    CATALOG,
    DECIDING,
    KETTLE,
    LAMP,
    LEAD,
    MANAGER,
    PIPELINE,
    Caller,
    control,
)


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
