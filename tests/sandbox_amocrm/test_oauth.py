"""Codes, rotation, revocation, the install call and the uninstall hook."""

from __future__ import annotations

import hashlib
import hmac
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from joserfc import jwt
from joserfc.jwk import OctKey

from sandbox.amocrm.server import AmoServer

from .house import ADMIN, CLIENT_ID, FREE, HEAD, MANAGER, SECRET, Caller, Receiver, control, token

DAY = 24 * 3600


def installed(server: AmoServer, receiver: Receiver) -> dict[str, str]:
    """Install the widget; the query of the call to the redirect URI."""
    control(server, f"integrations/{CLIENT_ID}/install", {"settings": {"city": "x"}})
    call = next(c for c in receiver.wait(1) if c.path.startswith("/oauth"))
    return {k: v[0] for k, v in parse_qs(urlsplit(call.path).query).items()}


def exchange(server: AmoServer, receiver: Receiver, **body: str) -> requests.Response:
    given = {"client_id": CLIENT_ID, "client_secret": SECRET, "redirect_uri": f"{receiver.url}/oauth", **body}
    return requests.post(f"{server.url}/oauth2/access_token", json=given, timeout=10)


def pair(server: AmoServer, receiver: Receiver) -> dict[str, Any]:
    code = installed(server, receiver)["code"]
    answer = exchange(server, receiver, grant_type="authorization_code", code=code)
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def refresh(server: AmoServer, receiver: Receiver, spent: str) -> requests.Response:
    return exchange(server, receiver, grant_type="refresh_token", refresh_token=spent)


def status_of(server: AmoServer, access: str) -> int:
    return Caller(server.url, access)("GET", "account").status_code


def test_install_call_has_no_state_and_names_the_account(server: AmoServer, receiver: Receiver) -> None:
    query = installed(server, receiver)
    assert {k: v for k, v in query.items() if k != "code"} == {
        "referer": urlsplit(server.url).netloc,
        "platform": "1",
        "client_id": CLIENT_ID,
        "from_widget": "1",
    }


def test_tokens_look_like_the_platforms(server: AmoServer, receiver: Receiver) -> None:
    tokens = pair(server, receiver)
    assert tokens["token_type"] == "Bearer"
    assert tokens["expires_in"] == DAY
    assert len(tokens["refresh_token"]) > 900
    assert tokens["access_token"].count(".") == 2
    assert status_of(server, tokens["access_token"]) == 200


def test_code_works_once(server: AmoServer, receiver: Receiver) -> None:
    code = installed(server, receiver)["code"]
    assert exchange(server, receiver, grant_type="authorization_code", code=code).status_code == 200
    again = exchange(server, receiver, grant_type="authorization_code", code=code)
    assert (again.status_code, again.json()["hint"]) == (400, "Authorization code has been revoked")


def test_code_lives_twenty_minutes(server: AmoServer, receiver: Receiver) -> None:
    code = installed(server, receiver)["code"]
    server.world.clock.advance(20 * 60 + 1)
    late = exchange(server, receiver, grant_type="authorization_code", code=code)
    assert late.json()["hint"] == "Authorization code has expired"


def test_refresh_rotates_and_the_spent_token_is_revoked(server: AmoServer, receiver: Receiver) -> None:
    first = pair(server, receiver)
    second = refresh(server, receiver, first["refresh_token"]).json()
    spent = refresh(server, receiver, first["refresh_token"])
    assert (spent.status_code, spent.json()["hint"]) == (401, "Token has been revoked")
    assert refresh(server, receiver, second["refresh_token"]).status_code == 200
    assert status_of(server, first["access_token"]) == 200, "a refresh does not kill the access token"


def test_access_token_dies_after_a_day(server: AmoServer, receiver: Receiver) -> None:
    access = pair(server, receiver)["access_token"]
    server.world.clock.advance(DAY + 1)
    assert status_of(server, access) == 401


def test_refresh_token_dies_after_three_months(server: AmoServer, receiver: Receiver) -> None:
    tokens = pair(server, receiver)
    server.world.clock.advance(91 * DAY)
    assert refresh(server, receiver, tokens["refresh_token"]).status_code == 401


def test_a_new_code_gives_a_second_pair_and_the_first_keeps_working(server: AmoServer, receiver: Receiver) -> None:
    first = pair(server, receiver)
    cookies = {server.world.cookie_name: control(server, "session", {"user_id": ADMIN})["value"]}
    code = requests.post(f"{server.url}/ajax/integrations/{CLIENT_ID}/code", cookies=cookies, timeout=10).json()["code"]
    exchange(server, receiver, grant_type="authorization_code", code=code)
    assert refresh(server, receiver, first["refresh_token"]).status_code == 200


@pytest.mark.parametrize(
    ("changes", "hint"),
    [
        ({"client_secret": "wrong"}, "client_id"),
        ({"redirect_uri": "http://127.0.0.1:1/other"}, "redirect_uri"),
        ({"code": "def502nonsense"}, "Cannot decrypt"),
    ],
)
def test_wrong_exchange_is_refused(server: AmoServer, receiver: Receiver, changes: dict[str, str], hint: str) -> None:
    code = installed(server, receiver)["code"]
    answer = exchange(server, receiver, **{"grant_type": "authorization_code", "code": code, **changes})
    assert answer.status_code == 400
    assert hint in answer.json()["hint"]
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_uninstall_kills_tokens_and_calls_the_signed_hook(server: AmoServer, receiver: Receiver) -> None:
    tokens = pair(server, receiver)
    Caller(server.url, tokens["access_token"])(
        "POST", "webhooks", {"destination": f"{receiver.url}/h", "settings": ["update_lead"]}
    )
    control(server, f"integrations/{CLIENT_ID}/uninstall")
    call = next(c for c in receiver.wait(2) if c.path.startswith("/bye"))
    query = {k: v[0] for k, v in parse_qs(urlsplit(call.path).query).items()}
    message = f"{CLIENT_ID}|{server.world.account['id']}".encode()
    assert query["signature"] == hmac.new(SECRET.encode(), message, hashlib.sha256).hexdigest()
    assert status_of(server, tokens["access_token"]) == 401
    assert refresh(server, receiver, tokens["refresh_token"]).status_code == 401
    assert server.world.store.all("webhook") == []


def test_renamed_account_is_found_by_its_refresh_token(server: AmoServer, receiver: Receiver) -> None:
    tokens = pair(server, receiver)
    control(server, "rename", {"subdomain": "fresh", "host": "localhost"})
    assert status_of(server, tokens["access_token"]) == 401
    headers = {"X-Refresh-Token": tokens["refresh_token"]}
    found = requests.get(f"{server.url}/oauth2/account/current/subdomain", headers=headers, timeout=10).json()
    assert found["subdomain"] == "fresh"
    assert found["domain"].startswith("localhost:")
    assert Caller(f"http://{found['domain']}", tokens["access_token"])("GET", "account").status_code == 200
    assert refresh(server, receiver, tokens["refresh_token"]).status_code == 401, "the old host knows no account"


def test_context_user_limits_an_administrators_token(server: AmoServer, api: Caller) -> None:
    foreign_lead = "leads/3912173"
    assert api("GET", foreign_lead).status_code == 200
    assert api("GET", foreign_lead, **{"X-Context-User-ID": str(MANAGER)}).status_code == 403
    assert api("PATCH", foreign_lead, {"price": 1}, **{"X-Context-User-ID": str(HEAD)}).status_code == 200
    for nobody in (FREE, 999):
        assert api("GET", "account", **{"X-Context-User-ID": str(nobody)}).status_code == 401


def test_plain_users_token_has_that_users_rights(server: AmoServer) -> None:
    plain = Caller(server.url, token(server, MANAGER))
    assert plain("GET", "leads/3912171").status_code == 200
    assert plain("GET", "leads/3912173").status_code == 403
    assert plain("GET", "users").status_code == 403
    assert plain("GET", "leads/3912171", **{"X-Context-User-ID": str(ADMIN)}).status_code == 200
    assert plain("GET", "leads/3912173", **{"X-Context-User-ID": str(ADMIN)}).status_code == 403


def fetch_disposable(server: AmoServer, user_id: int = MANAGER, **headers: str) -> requests.Response:
    cookies = {server.world.cookie_name: control(server, "session", {"user_id": user_id})["value"]}
    address = f"{server.url}/ajax/v2/integrations/{CLIENT_ID}/disposable_token"
    headers = {"X-Requested-With": "XMLHttpRequest", **headers}
    return requests.get(address, cookies=cookies, headers=headers, timeout=10)


def claims(raw: str, key: str = SECRET) -> dict[str, Any]:
    return dict(jwt.decode(raw, OctKey.import_key(key), algorithms=["HS256"]).claims)


def test_disposable_token_claims(server: AmoServer, receiver: Receiver) -> None:
    installed(server, receiver)
    found = claims(fetch_disposable(server).json()["token"])
    assert found["iss"] == server.url
    assert found["aud"] == "http://127.0.0.1", "scheme and host of the redirect URI, without the port"
    assert (found["account_id"], found["user_id"], found["client_uuid"]) == (28805383, MANAGER, CLIENT_ID)
    assert found["exp"] - found["iat"] == 1800
    assert found["nbf"] == found["iat"]
    assert found["is_admin"] is False


def test_disposable_token_needs_the_page(server: AmoServer, receiver: Receiver) -> None:
    installed(server, receiver)
    assert fetch_disposable(server, **{"X-Requested-With": ""}).status_code == 400
    bare = requests.get(f"{server.url}/ajax/v2/integrations/{CLIENT_ID}/disposable_token", timeout=10)
    assert bare.status_code == 401


def test_disposable_token_modes(server: AmoServer, receiver: Receiver) -> None:
    installed(server, receiver)
    control(server, "disposable", {"is_admin_claim": False, "wrong_audience": True})
    spoilt = claims(fetch_disposable(server).json()["token"])
    assert "is_admin" not in spoilt
    assert spoilt["aud"] == "https://somebody.else.example"
    control(server, "disposable", {"wrong_audience": False, "expired": True})
    old = claims(fetch_disposable(server).json()["token"])
    assert old["exp"] < server.world.clock.now()
    control(server, "disposable", {"expired": False, "cached": True})
    assert fetch_disposable(server).json() == fetch_disposable(server).json()
    control(server, "disposable", {"cached": False})
    assert fetch_disposable(server).json() != fetch_disposable(server).json()


def test_authorize_page_sends_the_browser_back(server: AmoServer, receiver: Receiver) -> None:
    cookies = {server.world.cookie_name: control(server, "session", {"user_id": ADMIN})["value"]}
    shown = requests.get(f"{server.url}/oauth?client_id={CLIENT_ID}&state=abc", cookies=cookies, timeout=10)
    assert "Weather" in shown.text
    form = {"client_id": CLIENT_ID, "state": "abc", "mode": "post_message", "decision": "allow"}
    answer = requests.post(f"{server.url}/oauth/decide", form, cookies=cookies, allow_redirects=False, timeout=10)
    query = {k: v[0] for k, v in parse_qs(urlsplit(answer.headers["Location"]).query).items()}
    assert query["state"] == "abc"
    assert "from_widget" not in query
    assert exchange(server, receiver, grant_type="authorization_code", code=query["code"]).status_code == 200
    form["decision"] = "deny"
    refused = requests.post(f"{server.url}/oauth/decide", form, cookies=cookies, allow_redirects=False, timeout=10)
    assert refused.headers["Location"].endswith("error=access_denied")


def test_popup_mode_sends_the_opener(server: AmoServer, receiver: Receiver) -> None:
    cookies = {server.world.cookie_name: control(server, "session", {"user_id": ADMIN})["value"]}
    form = {"client_id": CLIENT_ID, "mode": "popup", "decision": "allow"}
    answer = requests.post(f"{server.url}/oauth/decide", form, cookies=cookies, timeout=10)
    assert answer.status_code == 200
    assert "window.opener.location = target" in answer.text
    assert receiver.url in answer.text


def test_one_of_many_refreshes_at_once_wins(server: AmoServer, receiver: Receiver) -> None:
    spent = pair(server, receiver)["refresh_token"]
    with ThreadPoolExecutor(8) as pool:
        codes = sorted(pool.map(lambda _: refresh(server, receiver, spent).status_code, range(8)))
    assert codes == [200] + [401] * 7


def test_first_grant_must_come_from_an_administrator(server: AmoServer) -> None:
    cookies = {server.world.cookie_name: control(server, "session", {"user_id": MANAGER})["value"]}
    form = {"client_id": CLIENT_ID, "decision": "allow"}
    answer = requests.post(f"{server.url}/oauth/decide", form, cookies=cookies, allow_redirects=False, timeout=10)
    assert answer.status_code == 403
