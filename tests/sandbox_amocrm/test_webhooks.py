"""Subscriptions, the form on the wire, retries by the table in moved time, switching off."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

import pytest

from sandbox.amocrm.hooks.phpform import flatten
from sandbox.amocrm.server import AmoServer

from .house import ADMIN, CATALOG, DECIDING, KETTLE, LEAD, PIPELINE, TALKS, Caller, Receiver, control, settled

MINUTE = 60


def subscribe(api: Caller, receiver: Receiver, *events: str) -> dict[str, Any]:
    answer = api("POST", "webhooks", {"destination": f"{receiver.url}/hook", "settings": list(events)})
    assert answer.status_code == 201
    found: dict[str, Any] = answer.json()
    return found


def form(body: bytes) -> dict[str, str]:
    return dict(parse_qsl(body.decode(), keep_blank_values=True))


def test_php_brackets_and_only_strings() -> None:
    data = {"leads": {"update": [{"id": 1, "ok": True, "none": None, "tags": [{"name": "опт"}], "dates": [5]}]}}
    assert flatten(data) == [
        ("leads[update][0][id]", "1"),
        ("leads[update][0][ok]", "1"),
        ("leads[update][0][tags][0][name]", "опт"),
        ("leads[update][0][dates][0]", "5"),
    ]


def test_same_destination_is_an_update(api: Caller, receiver: Receiver) -> None:
    first, second = subscribe(api, receiver, "add_lead"), subscribe(api, receiver, "update_lead")
    assert first["id"] == second["id"]
    assert second["settings"] == ["update_lead"]
    assert second["disabled"] is False
    assert api("GET", f"webhooks?filter[destination]={receiver.url}/hook").json()["_embedded"]["webhooks"]
    assert api("DELETE", "webhooks", {"destination": f"{receiver.url}/hook"}).status_code == 204
    assert api("GET", "webhooks").status_code == 204


@pytest.mark.parametrize(
    "body", [{"destination": "ftp://x", "settings": ["add_lead"]}, {"destination": "http://a.b", "settings": ["nope"]}]
)
def test_bad_subscriptions_are_refused(api: Caller, body: dict[str, Any]) -> None:
    assert api("POST", "webhooks", body).status_code == 400


def test_stage_change_on_the_wire(api: Caller, receiver: Receiver) -> None:
    subscribe(api, receiver, "status_lead")
    api("PATCH", f"leads/{LEAD}", {"status_id": DECIDING, "pipeline_id": PIPELINE})
    call = receiver.wait(1)[0]
    found = form(call.body)
    assert call.headers["Content-Type"] == "application/x-www-form-urlencoded"
    root = "leads[status][0]"
    assert found[f"{root}[id]"] == str(LEAD)
    assert found[f"{root}[old_status_id]"] == str(TALKS)
    assert found[f"{root}[status_id]"] == str(DECIDING)
    assert found[f"{root}[tags][0][name]"] == "опт"
    assert found[f"{root}[custom_fields][0][values][0][value]"] == "Д-118/26"
    assert found["account[id]"] == "28805383"
    assert found["account[subdomain]"] == "demo"


def test_events_reach_only_their_subscribers(api: Caller, receiver: Receiver) -> None:
    subscribe(api, receiver, "note_lead", "add_task", "update_catalog")
    api("PATCH", f"leads/{LEAD}", {"price": 5})
    api("POST", f"leads/{LEAD}/notes", [{"note_type": "common", "params": {"text": "Привет"}}])
    api("POST", "tasks", [{"text": "t", "complete_till": 1900000000, "entity_id": LEAD, "entity_type": "leads"}])
    api("PATCH", f"catalogs/{CATALOG}/elements", [{"id": KETTLE, "name": "Чайник"}])
    bodies = [form(c.body) for c in receiver.wait(3)]
    assert bodies[0]["leads[note][0][note][text]"] == "Привет"
    assert bodies[1]["task[add][0][status]"] == "0"
    assert bodies[2]["catalogs[update][0][name]"] == "Чайник"


def test_a_refused_batch_sends_nothing(api: Caller, receiver: Receiver) -> None:
    subscribe(api, receiver, "add_lead")
    api("POST", "leads", [{"name": "A"}, {"name": "B", "status_id": 1}])
    api("POST", "leads", [{"name": "C"}])
    assert form(receiver.wait(1)[0].body)["leads[add][0][name]"] == "C"


def test_entities_of_one_batch_share_a_request(api: Caller, receiver: Receiver) -> None:
    subscribe(api, receiver, "add_lead", "add_contact")
    api("POST", "leads", [{"name": "A"}, {"name": "B"}])
    found = form(receiver.wait(1)[0].body)
    assert found["leads[add][0][name]"] == "A"
    assert found["leads[add][1][name]"] == "B"


def attempts(server: AmoServer, api: Caller, receiver: Receiver, answers: list[int], waits: list[int]) -> list[int]:
    """Statuses of the deliveries while time is moved by the given waits (minutes)."""
    receiver.answers[:] = answers
    subscribe(api, receiver, "update_lead")
    api("PATCH", f"leads/{LEAD}", {"price": 5})
    log = server.world.hook_log
    settled(server, lambda: len(log) == 1)
    for wait in waits:
        before = len(log)
        server.world.clock.advance(wait * MINUTE - 30)
        settled(server, lambda: server.world.hooks.due() == 0)
        assert len(log) == before, "not before its time"
        server.world.clock.advance(60)
        settled(server, lambda seen=before: len(log) == seen + 1)  # type: ignore[misc]
    assert server.world.hooks.pending() == 0
    return [row["status"] for row in log]


def test_a_redirect_or_client_error_is_tried_three_times(server: AmoServer, api: Caller, receiver: Receiver) -> None:
    assert attempts(server, api, receiver, [404, 301, 404], [5, 15]) == [404, 301, 404]


def test_a_server_error_is_tried_five_times(server: AmoServer, api: Caller, receiver: Receiver) -> None:
    assert attempts(server, api, receiver, [500] * 5, [5, 15, 15, 60]) == [500] * 5


def test_retries_stop_at_the_first_good_answer(server: AmoServer, api: Caller, receiver: Receiver) -> None:
    assert attempts(server, api, receiver, [503], [5]) == [503, 200]


def test_later_retries_depend_on_the_previous_answer(server: AmoServer, api: Caller, receiver: Receiver) -> None:
    assert attempts(server, api, receiver, [500, 500, 404], [5, 15]) == [500, 500, 404]


def test_nobody_there_counts_as_zero(server: AmoServer, api: Caller) -> None:
    api("POST", "webhooks", {"destination": "http://127.0.0.1:9/none", "settings": ["update_lead"]})
    api("PATCH", f"leads/{LEAD}", {"price": 5})
    settled(server, lambda: len(server.world.hook_log) == 1)
    assert server.world.hook_log[0]["status"] == 0
    assert server.world.hooks.pending() == 1


def test_more_than_a_hundred_failures_switch_the_hook_off(server: AmoServer, api: Caller, receiver: Receiver) -> None:
    hook = subscribe(api, receiver, "update_lead")
    receiver.answers[:] = [404] * 200
    for _ in range(101):
        server.world.hooks.emit("update_lead", {"leads": {"update": [{"id": 1}]}})
    settled(server, lambda: bool(server.world.store.get("webhook", hook["id"])["disabled"]))  # type: ignore[index]
    assert api("GET", "webhooks").json()["_embedded"]["webhooks"][0]["disabled"] is True
    assert subscribe(api, receiver, "update_lead")["disabled"] is False, "subscribing again switches it on"


def test_duplicates_and_reordering(server: AmoServer, api: Caller, receiver: Receiver) -> None:
    subscribe(api, receiver, "add_lead")
    control(server, "hooks", {"duplicate": True})
    api("POST", "leads", [{"name": "A"}])
    assert [form(c.body)["leads[add][0][name]"] for c in receiver.wait(2)] == ["A", "A"]


def test_pipeline_trigger_as_json_and_as_form(server: AmoServer, api: Caller, receiver: Receiver) -> None:
    for number, encoding in enumerate(("json", "form")):
        row = {"id": number, "url": f"{receiver.url}/dp", "pipeline_id": PIPELINE, "status_id": DECIDING}
        server.world.store.put("dp_trigger", {**row, "encoding": encoding, "settings": {"mode": "x"}})
    api("PATCH", f"leads/{LEAD}", {"status_id": DECIDING, "pipeline_id": PIPELINE})
    kinds = {c.headers["Content-Type"]: c.body for c in receiver.wait(2)}
    assert b'"type_code": "lead_status_changed"' in kinds["application/json"]
    found = form(kinds["application/x-www-form-urlencoded"])
    assert found["event[data][id]"] == str(LEAD)
    assert found["action[settings][widget][settings][mode]"] == "x"


def test_plain_users_cannot_subscribe(api: Caller) -> None:
    body = {"destination": "http://127.0.0.1:9/x", "settings": ["add_lead"]}
    assert api("POST", "webhooks", body, **{"X-Context-User-ID": "504141"}).status_code == 403
    assert api("POST", "webhooks", body, **{"X-Context-User-ID": str(ADMIN)}).status_code == 201
