"""The settings page: for administrators, and no secret ever comes back."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.test import TestResponse

from backend.domain.rules import ShortageRule, Supervisor
from backend.ports.crm import CrmReauthorise
from tests.support.api_house import ACCOUNT, ADMIN, MANAGER, PUBLIC_URL, SUPERVISOR, ApiHouse

RULES: dict[str, Any] = {
    "warehouse_ids": ["5"],
    "default_warehouse_id": "5",
    "price_type_id": None,
    "supervisors": [{"user_id": SUPERVISOR, "limit": "100000.00"}],
    "shortage": "block",
    "horizon_days": 7,
    "count_overdue": False,
    "count_undated": True,
    "approval_hours": 48,
    "protected_stages": [{"pipeline_id": 1, "stage_id": 2}],
    "margin_viewers": [SUPERVISOR],
}
CONNECTION = {"system": "memory", "values": {"url": "https://erp.example", "password": "new-secret"}}
ROUTES = [
    ("GET", "", None),
    ("POST", "/connection/test", CONNECTION),
    ("PUT", "/connection", CONNECTION),
    ("PUT", "/rules", RULES),
    ("POST", "/setup", {}),
    ("POST", "/cleanup", {}),
]


def settings(house: ApiHouse, method: str, path: str, body: object = None, user_id: int = ADMIN) -> TestResponse:
    return house.call(method, f"/settings{path}", body, user_id=user_id)


@pytest.mark.parametrize(("method", "path", "body"), ROUTES)
@pytest.mark.parametrize("user_id", [MANAGER, SUPERVISOR])
def test_only_administrators(house: ApiHouse, method: str, path: str, body: object, user_id: int) -> None:
    answer = settings(house, method, path, body, user_id)
    assert (answer.status_code, answer.get_json()["code"]) == (403, "not_administrator")


def test_all_that_the_page_shows(house: ApiHouse) -> None:
    told = settings(house, "GET", "").get_json()
    assert told["warehouses"] == [{"id": "5", "name": "Москва"}]
    assert told["connection"]["values"] == {"url": "https://erp"}
    assert told["connection"]["secrets_set"] == ["password"]
    assert [one["name"] for one in told["users"]] == ["Анна", "Борис", "Вера"]


def test_the_address_for_the_erp_is_the_accounts_own_and_works(house: ApiHouse) -> None:
    for answer in (settings(house, "GET", ""), settings(house, "PUT", "/rules", RULES)):
        address = answer.get_json()["erp_hook_url"]
        assert address.startswith(f"{PUBLIC_URL}/hooks/erp/")
        assert house.client.post(address.removeprefix(PUBLIC_URL), data=b"").status_code == 200


def test_rules_are_kept(house: ApiHouse) -> None:
    told = settings(house, "PUT", "/rules", RULES).get_json()
    assert {name: told["rules"][name] for name in RULES} == RULES
    with house.store.read() as unit:
        kept = unit.accounts.rules(ACCOUNT)
    assert kept.shortage is ShortageRule.BLOCK
    assert isinstance(kept.supervisors[0], Supervisor)


def test_what_the_page_was_given_it_may_send_back(house: ApiHouse) -> None:
    given = settings(house, "GET", "").get_json()["rules"]
    answer = settings(house, "PUT", "/rules", given)
    assert (answer.status_code, answer.get_json()["rules"]) == (200, given)


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"horizon_days": -1}, "horizon_days"),
        ({"horizon_days": 7.5}, "horizon_days"),
        ({"approval_hours": 0}, "approval_hours"),
        ({"count_overdue": "yes"}, "count_overdue"),
        ({"count_overdue": 1}, "count_overdue"),
        ({"shortage": "ignore"}, "shortage"),
        ({"supervisors": [{"user_id": "8"}]}, "supervisors.0.user_id"),
        ({"supervisors": [{"user_id": 8, "limit": 5}]}, "supervisors.0.limit"),
        ({"supervisors": [{"user_id": 8, "boss": True}]}, "supervisors.0.boss"),
        ({"protected_stages": [{"pipeline_id": 1}]}, "protected_stages.0.stage_id"),
        ({"margin_viewers": [0]}, "margin_viewers.0"),
        ({"warehouse_ids": None}, "warehouse_ids"),
    ],
)
def test_rules_that_are_none(house: ApiHouse, change: dict[str, Any], path: str) -> None:
    answer = settings(house, "PUT", "/rules", {**RULES, **change})
    assert answer.status_code == 422
    assert [one["path"] for one in answer.get_json()["params"]["fields"]] == [path]


def test_a_warehouse_nobody_has(house: ApiHouse) -> None:
    answer = settings(house, "PUT", "/rules", {**RULES, "warehouse_ids": ["77"]})
    assert (answer.status_code, answer.get_json()["code"]) == (422, "unknown_choice")


def test_a_connection_is_tried_without_being_kept(house: ApiHouse) -> None:
    told = settings(house, "POST", "/connection/test", CONNECTION).get_json()
    assert told["ok"] is True
    with house.store.read() as unit:
        assert unit.accounts.connection(ACCOUNT).values == {"url": "https://erp"}  # type: ignore[union-attr]


def test_a_connection_is_kept_and_its_secret_stays_here(house: ApiHouse) -> None:
    answer = settings(house, "PUT", "/connection", CONNECTION)
    shown = settings(house, "GET", "")
    assert answer.get_json()["ok"] is True
    assert shown.get_json()["connection"]["values"] == {"url": "https://erp.example"}
    assert "new-secret" not in answer.text + shown.text


def test_a_secret_left_out_is_the_saved_one(house: ApiHouse) -> None:
    settings(house, "POST", "/connection/test", {"system": "memory", "values": {"url": "https://erp"}})
    assert house.erps.secrets_seen == [{"password": "s"}]


def test_an_unknown_system(house: ApiHouse) -> None:
    answer = settings(house, "POST", "/connection/test", {"system": "abacus", "values": {}})
    assert (answer.status_code, answer.get_json()["code"]) == (422, "unknown_system")


def test_set_up_is_begun_and_not_twice(house: ApiHouse) -> None:
    answer = settings(house, "POST", "/setup", {})
    assert (answer.status_code, answer.get_json()["setup"]["state"]) == (202, "running")
    again = settings(house, "POST", "/setup", {})
    assert (again.status_code, again.get_json()["code"]) == (409, "setup_running")


def test_clean_up_is_begun(house: ApiHouse) -> None:
    assert settings(house, "POST", "/cleanup", {}).status_code == 202


def test_no_password_can_be_guessed_from_what_is_kept_of_a_request(house: ApiHouse) -> None:
    """The digest of a request is keyed: without the key nobody can try passwords against the database."""
    settings(house, "PUT", "/connection", CONNECTION)
    files = b"".join(one.read_bytes() for one in house.database_files())
    assert b"new-secret" not in files


def test_an_account_that_shut_us_out_says_so_to_its_administrator(house: ApiHouse) -> None:
    """People and stages cannot be read then; the page shows how to connect again by this code."""
    house.crm.fail_next("users", CrmReauthorise())
    answer = house.call("GET", "/settings", user_id=ADMIN)
    assert (answer.status_code, answer.get_json()["code"]) == (409, "crm_reauthorise")
