"""Rates, blocks, and what can be made to go wrong on the wire."""

from __future__ import annotations

import json
from typing import Any

import pytest
import requests

from sandbox.amocrm.core.limits import Limiter, LimitRules, Verdict
from sandbox.amocrm.server import AmoServer

from .house import CATALOG, CLIENT_ID, LEAD, MANAGER, Caller, control


def fault(server: AmoServer, **rule: Any) -> None:
    control(server, "faults", rule)


def test_the_eighth_request_of_a_second_is_refused(server: AmoServer, api: Caller) -> None:
    control(server, "limits", {"enabled": True})
    answers = [api("GET", "account") for _ in range(12)]
    codes = [a.status_code for a in answers]
    assert codes[:7] == [200] * 7
    assert 429 in codes
    refused = next(a for a in answers if a.status_code == 429)
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert "Retry-After" not in refused.headers


def test_refusal_can_be_html_with_retry_after_or_without(server: AmoServer, api: Caller) -> None:
    control(server, "limits", {"enabled": True, "per_second": 0, "body": "html"})
    assert api("GET", "account").headers["Content-Type"].startswith("text/html")
    control(server, "limits", {"body": "json", "retry_after": 3})
    assert api("GET", "account").headers["Retry-After"] == "3"


def test_who_goes_on_is_blocked_with_a_page_of_nginx(server: AmoServer, api: Caller) -> None:
    control(server, "limits", {"enabled": True, "per_second": 1, "tolerance": 3})
    last = [api("GET", "account") for _ in range(8)][-1]
    assert last.status_code == 403
    assert "<center>nginx</center>" in last.text


def test_each_integration_has_its_own_rate() -> None:
    limiter = Limiter(LimitRules(per_second=2))
    assert [limiter.check("a") for _ in range(3)] == [Verdict.PASS, Verdict.PASS, Verdict.TOO_MANY]
    assert limiter.check("b") is Verdict.PASS


def test_the_account_has_a_rate_over_all_integrations() -> None:
    limiter = Limiter(LimitRules(per_second=10, account_per_second=3))
    assert [limiter.check(str(n)) for n in range(4)][-1] is Verdict.TOO_MANY


def test_people_in_the_page_are_not_counted(server: AmoServer) -> None:
    control(server, "limits", {"enabled": True, "per_second": 1})
    cookies = {server.world.cookie_name: control(server, "session", {"user_id": MANAGER})["value"]}
    address = f"{server.url}/api/v4/account"
    assert [requests.get(address, cookies=cookies, timeout=10).status_code for _ in range(4)] == [200] * 4


@pytest.mark.parametrize(
    ("kind", "status", "mime"),
    [
        ("429_json", 429, "application/problem+json"),
        ("429_html", 429, "text/html"),
        ("403_html", 403, "text/html"),
        ("402", 402, "application/problem+json"),
        ("500", 500, "application/problem+json"),
        ("502", 502, "text/html"),
        ("504", 504, "text/html"),
        ("html_200", 200, "text/html"),
    ],
)
def test_made_up_answers(server: AmoServer, api: Caller, kind: str, status: int, mime: str) -> None:
    fault(server, kind=kind, path="/api/v4/leads/", count=1)
    assert api("GET", "account").status_code == 200, "another path is not hit"
    answer = api("GET", f"leads/{LEAD}")
    assert answer.status_code == status
    assert answer.headers["Content-Type"].startswith(mime)
    assert api("GET", f"leads/{LEAD}").status_code == 200, "once was asked for"


def test_skip_and_method(server: AmoServer, api: Caller) -> None:
    fault(server, kind="503", path="leads", method="patch", skip=1, count=1)
    codes = [api("PATCH", f"leads/{LEAD}", {"price": n}).status_code for n in (1, 2, 3)]
    assert codes == [200, 503, 200]
    assert api("GET", f"leads/{LEAD}").json()["price"] == 3


def test_a_dropped_connection(server: AmoServer, api: Caller) -> None:
    fault(server, kind="drop", path="leads")
    with pytest.raises(requests.ConnectionError):
        api("PATCH", f"leads/{LEAD}", {"price": 1})
    assert api("GET", f"leads/{LEAD}").json()["price"] != 1


def test_done_but_the_answer_was_lost(server: AmoServer, api: Caller) -> None:
    fault(server, kind="drop", path="leads", when="after")
    with pytest.raises(requests.ConnectionError):
        api("PATCH", f"leads/{LEAD}", {"price": 1})
    assert api("GET", f"leads/{LEAD}").json()["price"] == 1
    fault(server, kind="504", path="leads", when="after")
    assert api("PATCH", f"leads/{LEAD}", {"price": 2}).status_code == 504
    assert api("GET", f"leads/{LEAD}").json()["price"] == 2


def test_half_an_answer(server: AmoServer, api: Caller) -> None:
    fault(server, kind="half", path="catalogs")
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError, json.JSONDecodeError)):
        api("GET", f"catalogs/{CATALOG}/elements").json()


def test_a_lost_update_answers_well_and_keeps_nothing(server: AmoServer, api: Caller) -> None:
    fault(server, kind="lost_update", path="leads", method="PATCH")
    assert api("PATCH", f"leads/{LEAD}", {"price": 1}).status_code == 200
    assert api("GET", f"leads/{LEAD}").json()["price"] != 1


def test_a_slow_answer_can_be_outwaited(server: AmoServer, api: Caller) -> None:
    fault(server, kind="slow", path="account", seconds=0.4)
    with pytest.raises(requests.Timeout):
        requests.get(f"{server.url}/api/v4/account", headers=api.headers, timeout=0.1)


def test_unknown_faults_are_refused(server: AmoServer) -> None:
    answer = requests.post(f"{server.url}/_sandbox/faults", json={"kind": "earthquake"}, timeout=10)
    assert answer.status_code == 400


def test_the_request_log_counts_calls_of_an_integration(server: AmoServer, api: Caller) -> None:
    control(server, "requests", method="DELETE")
    api("GET", f"leads/{LEAD}?with=contacts")
    fault(server, kind="500", path="account")
    api("GET", "account")
    log = control(server, f"requests?integration={CLIENT_ID}", method="GET")
    assert log["count"] == 1
    row = log["requests"][0]
    assert (row["method"], row["path"], row["query"], row["status"]) == (
        "GET",
        f"/api/v4/leads/{LEAD}",
        "with=contacts",
        200,
    )
    everything = control(server, "requests", method="GET")["requests"]
    assert [(r["status"], r["fault"]) for r in everything] == [(200, None), (500, "500")]


def test_reset_puts_the_seed_back_and_uninstalls(server: AmoServer, api: Caller) -> None:
    api("PATCH", f"leads/{LEAD}", {"name": "Другое"})
    control(server, "disposable", {"expired": True})
    control(server, "limits", {"enabled": True, "per_second": 1})
    control(server, "hooks", {"duplicate": True})
    control(server, "reset")
    assert control(server, "disposable", method="GET")["expired"] is False
    assert control(server, "limits", method="GET")["enabled"] is False
    assert server.world.hooks.duplicate is False
    state = control(server, "state", method="GET")
    assert next(row["name"] for row in state["lead"] if row["id"] == LEAD) != "Другое"
    assert [i["installed"] for i in state["integration"]] == [False]
    assert api("GET", "account").status_code == 401
    assert "access" not in state
    assert "session" not in state
