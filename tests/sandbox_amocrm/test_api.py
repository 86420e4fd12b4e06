"""The API's manners: content types, empties, errors, batches, paging, rights."""

from __future__ import annotations

import pytest
import requests

from sandbox.amocrm.server import AmoServer

from .answers import HAL, PROBLEM, errors, rows, session
from .house import (
    ADMIN,
    CATALOG,
    FREE,
    HEAD,
    KETTLE,
    LAMP,
    LEAD,
    MANAGER,
    WHOLESALE,
    Caller,
)


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


def test_search_finds_companies_by_requisites(api: Caller) -> None:
    assert [c["id"] for c in rows(api("GET", "companies?query=7801002274"), "companies")] == [7767078]
    assert [c["id"] for c in rows(api("GET", "contacts?query=9161234567"), "contacts")] == [7143599]


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


def test_session_has_the_rights_of_its_user(server: AmoServer) -> None:
    def get(user_id: int, path: str) -> int:
        cookies = session(server, user_id)
        return requests.get(f"{server.url}/api/v4/{path}", cookies=cookies, timeout=10).status_code

    assert get(MANAGER, f"leads/{LEAD}") == 200
    assert get(MANAGER, "leads/3912173") == 403, "another group's deal"
    assert get(HEAD, "leads/3912173") == 200
    assert get(FREE, f"leads/{LEAD}") == 403
