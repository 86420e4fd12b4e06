"""Pages of the CRM may call us; their browsers see errors too."""

from __future__ import annotations

import re

import pytest

from backend.api.cors import origin_patterns
from tests.support.api_house import DEAL, ORIGIN, SANDBOX, ApiHouse

PANEL = f"/api/v1/deals/{DEAL}/panel"
ALLOWED = ["https://shop1.amocrm.ru", "https://a.b.amocrm.com", "https://x.kommo.com", f"http://{SANDBOX}"]
REFUSED = [
    "http://shop1.amocrm.ru",
    "https://amocrm.ru.evil.example",
    "https://evilamocrm.ru",
    "https://shop1.amocrm.ru:8443",
    "https://shop1.amocrm.ru.",
    "https://user@shop1.amocrm.ru",
    "https://.amocrm.ru",
    f"https://{SANDBOX}",
    "http://127.0.0.1:8001",
    "http://127x0.0.1:8000",
    "null",
    "https://shop1.amocrm.ru\n",
]


@pytest.mark.parametrize("origin", ALLOWED)
def test_a_preflight_from_a_page_of_the_crm(house: ApiHouse, origin: str) -> None:
    asked = {
        "Origin": origin,
        "Access-Control-Request-Method": "PATCH",
        "Access-Control-Request-Headers": "x-auth-token, content-type, x-requested-with, idempotency-key",
    }
    answer = house.client.options(PANEL, headers=asked)
    headers = answer.headers
    assert (answer.status_code, answer.data) == (204, b"")
    assert headers["Access-Control-Allow-Origin"] == origin
    assert set(re.split(", ?", headers["Access-Control-Allow-Methods"])) == {
        "GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS",
    }  # fmt: skip
    allowed = set(headers["Access-Control-Allow-Headers"].lower().split(", "))
    assert allowed == {"x-auth-token", "content-type", "x-requested-with", "idempotency-key"}
    assert headers["Access-Control-Max-Age"] == "600"
    assert "Origin" in headers["Vary"]
    assert "Access-Control-Allow-Credentials" not in headers


def test_a_header_we_do_not_know_is_not_allowed(house: ApiHouse) -> None:
    asked = {"Origin": ORIGIN, "Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "x-evil"}
    answer = house.client.options(PANEL, headers=asked)
    assert "x-evil" not in answer.headers.get("Access-Control-Allow-Headers", "")


@pytest.mark.parametrize("origin", [one for one in REFUSED if "\n" not in one])
def test_another_page_gets_no_permission(house: ApiHouse, origin: str) -> None:
    asked = {"Origin": origin, "Access-Control-Request-Method": "GET"}
    answer = house.client.options(PANEL, headers=asked)
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert "Origin" in answer.headers["Vary"]


@pytest.mark.parametrize("origin", REFUSED)
def test_the_patterns_themselves(origin: str) -> None:
    patterns = origin_patterns([".amocrm.ru", ".amocrm.com", ".kommo.com"], [SANDBOX])
    assert not any(one.match(origin) for one in patterns)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/deals/999/panel", 404), ("GET", "/nothing", 404), ("PUT", f"/deals/{DEAL}/panel", 405),
     ("POST", f"/deals/{DEAL}/undo", 409), ("POST", f"/deals/{DEAL}/lines", 422)],
)  # fmt: skip
def test_errors_can_be_read_by_the_page(house: ApiHouse, method: str, path: str, status: int) -> None:
    answer = house.call(method, path, {} if method != "GET" else None)
    assert answer.status_code == status
    assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
    exposed = answer.headers["Access-Control-Expose-Headers"]
    assert {"X-Request-Id", "Idempotent-Replay", "Retry-After"} == set(exposed.split(", "))


def test_a_refused_token_and_a_crash_can_be_read_too(house: ApiHouse) -> None:
    answer = house.client.get(PANEL, headers={"Origin": ORIGIN})
    assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (401, ORIGIN)
    house.crm.fail_next("deal", RuntimeError("ours"))
    answer = house.call("GET", f"/deals/{DEAL}/lines/9001/details")
    assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (500, ORIGIN)


def test_pages_outside_the_api_are_for_nobodys_script(house: ApiHouse) -> None:
    answer = house.client.get("/openapi.json", headers={"Origin": ORIGIN})
    assert "Access-Control-Allow-Origin" not in answer.headers
