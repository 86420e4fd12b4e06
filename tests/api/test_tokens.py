"""Only the bearer of a good token gets anything, and a refusal tells nothing but its code."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from backend.api.remembered import KEPT_FOR
from tests.support.api_house import ADMIN, DEAL, ORIGIN, ApiHouse

PANEL = f"/api/v1/deals/{DEAL}/panel"

BAD: dict[str, tuple[Callable[[ApiHouse], str | None], int, str]] = {
    "none": (lambda _: None, 401, "token_missing"),
    "nonsense": (lambda _: "nonsense", 401, "token_invalid"),
    "forged": (lambda house: house.token(secret="another-secret-that-is-long-enough-too"), 401, "token_invalid"),
    "unsigned": (lambda house: house.unsigned_token(), 401, "token_invalid"),
    "expired": (lambda house: house.token(exp=int(house.clock.now().timestamp()) - 61), 401, "token_expired"),
    "other integration": (lambda house: house.token(client_uuid="other"), 403, "token_foreign"),
    "other address": (lambda house: house.token(aud="https://evil.example"), 403, "token_foreign"),
    "foreign host": (lambda house: house.token(iss="https://evil.example"), 403, "token_foreign"),
    "other account's host": (lambda house: house.token(iss="https://other.amocrm.ru"), 403, "token_foreign"),
    "unknown account": (lambda house: house.token(account_id=77), 403, "token_account_unknown"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_token_is_told_only_its_code(house: ApiHouse, name: str) -> None:
    make, status, code = BAD[name]
    token = make(house)
    headers = {"Origin": ORIGIN} | ({"X-Auth-Token": token} if token else {})
    answer = house.client.get(PANEL, headers=headers)
    told = answer.get_json()
    assert (answer.status_code, told["code"], told["params"]) == (status, code, {})
    assert set(told) == {"type", "title", "status", "code", "params", "request_id"}
    assert house.erp.calls == {}


@pytest.mark.parametrize("origin", [None, "https://evil.example", "https://other.amocrm.ru", "http://shop1.amocrm.ru"])
def test_a_good_token_from_another_page(house: ApiHouse, origin: str | None) -> None:
    headers = {"X-Auth-Token": house.token()} | ({"Origin": origin} if origin else {})
    answer = house.client.get(PANEL, headers=headers)
    assert (answer.status_code, answer.get_json()["code"]) == (403, "token_foreign")


def test_an_uninstalled_account_writes_nothing_from_that_moment(house: ApiHouse) -> None:
    token = house.token()
    assert house.call("GET", "/session", token=token).status_code == 200
    with house.store.write() as unit:
        unit.accounts.forget_secrets(1)
    answer = house.call("POST", f"/deals/{DEAL}/undo", {}, token=token)
    assert (answer.status_code, answer.get_json()["code"]) == (403, "token_account_unknown")


def test_an_uninstalled_account_reads_on_for_seconds_only(house: ApiHouse) -> None:
    token = house.token()
    house.call("GET", "/session", token=token)
    with house.store.write() as unit:
        unit.accounts.forget_secrets(1)
    house.clock.advance(KEPT_FOR)
    assert house.call("GET", "/session", token=token).status_code == 403


def test_a_remembered_token_is_not_good_from_another_page(house: ApiHouse) -> None:
    token = house.token()
    house.call("GET", "/session", token=token)
    headers = {"X-Auth-Token": token, "Origin": "https://evil.example"}
    assert house.client.get("/api/v1/session", headers=headers).status_code == 403


def test_a_remembered_token_ends_when_it_ends(house: ApiHouse) -> None:
    token = house.token(exp=int(house.clock.now().timestamp()) + 2)
    house.call("GET", "/session", token=token)
    house.clock.advance(timedelta(seconds=63))
    assert house.call("GET", "/session", token=token).get_json()["code"] == "token_expired"


def test_the_token_says_who_is_asking_and_nothing_else_does(house: ApiHouse) -> None:
    headers = {**house.headers(ADMIN), "X-User-Id": "7"}
    told = house.client.get("/api/v1/session", headers=headers).get_json()
    assert told["user"] == {"id": ADMIN, "name": "Вера", "role": "administrator"}
