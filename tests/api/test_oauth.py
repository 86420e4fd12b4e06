"""Connecting an account: in a browser with a state, or by the widget's installation in the background."""

from __future__ import annotations

import threading
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from backend.api.routes.oauth import COOKIE, MOST_INSTALLS_AT_ONCE
from backend.api.signing import DocumentLink
from backend.ports.store import AccountState
from tests.support.api_connector import GOOD_CODE
from tests.support.api_house import ACCOUNT, HOST, PUBLIC_URL, ApiHouse
from tests.support.storage import an_account


def state_from(client: FlaskClient) -> str:
    """Begin as an administrator does; the state amoCRM will bring back."""
    answer = client.get("/oauth/start", base_url=PUBLIC_URL)
    assert answer.status_code == 302
    return parse_qs(urlsplit(answer.headers["Location"]).query)["state"][0]


def come_back(client: FlaskClient, *, language: str = "ru", **query: str) -> TestResponse:
    told = {"code": GOOD_CODE, "referer": HOST, **query}
    headers = {"Accept-Language": language}
    return client.get("/oauth/callback", query_string=told, headers=headers, base_url=PUBLIC_URL)


def account_state(house: ApiHouse) -> AccountState | None:
    with house.store.read() as unit:
        account = unit.accounts.get(ACCOUNT)
    return account.state if account else None


def forget(house: ApiHouse) -> None:
    with house.store.write() as unit:
        unit.accounts.save(an_account(state=AccountState.UNINSTALLED))


def test_the_browser_way(house: ApiHouse) -> None:
    forget(house)
    client = house.client
    answer = come_back(client, state=state_from(client))
    assert answer.status_code == 200
    assert "Stockgate подключён" in answer.text
    assert account_state(house) is AccountState.ACTIVE
    assert client.get_cookie(COOKIE, path="/oauth") is None


def test_the_cookie_of_a_grant_is_kept_from_scripts_and_other_sites(house: ApiHouse) -> None:
    answer = house.client.get("/oauth/start", base_url=PUBLIC_URL)
    cookie = answer.headers["Set-Cookie"]
    assert all(word in cookie for word in ("HttpOnly", "Secure", "SameSite=Lax", "Path=/oauth"))


def test_pages_speak_the_browsers_language(house: ApiHouse) -> None:
    client = house.client
    answer = come_back(client, state=state_from(client), language="en-GB,en;q=0.9")
    assert "Stockgate is connected" in answer.text
    assert '<html lang="en">' in answer.text


@pytest.mark.parametrize("state", ["", "forged", "a.b.c"])
def test_a_state_that_is_not_ours(house: ApiHouse, state: str) -> None:
    client = house.client
    state_from(client)
    assert come_back(client, state=state).status_code == 422
    assert house.connector.exchanged == []


def test_a_state_of_another_browser(house: ApiHouse) -> None:
    """Somebody's link must not connect their account in the administrator's session."""
    theirs = state_from(house.client)
    assert come_back(house.client, state=theirs).status_code == 422
    assert house.connector.exchanged == []


def test_a_state_that_is_too_old(house: ApiHouse) -> None:
    client = house.client
    state = state_from(client)
    house.clock.advance(timedelta(minutes=20))
    assert come_back(client, state=state).status_code == 422


def test_a_document_link_is_no_state(house: ApiHouse) -> None:
    client = house.client
    state_from(client)
    word, _ = house.signer.document_link(DocumentLink(ACCOUNT, "document"))
    assert come_back(client, state=word).status_code == 422


def test_consent_refused(house: ApiHouse) -> None:
    answer = house.client.get("/oauth/callback?error=access_denied&state=x")
    assert (answer.status_code, answer.mimetype) == (403, "text/html")
    assert "Доступ не выдан" in answer.text


def test_a_spent_code(house: ApiHouse) -> None:
    client = house.client
    answer = come_back(client, state=state_from(client), code="spent")
    assert answer.status_code == 409
    assert "Подключить не удалось" in answer.text
    assert "revoked" not in answer.text


@pytest.mark.parametrize("query", [{"referer": "evil.example"}, {"code": ""}])
def test_a_foreign_host_or_no_code(house: ApiHouse, query: dict[str, str]) -> None:
    client = house.client
    assert come_back(client, state=state_from(client), **query).status_code == 409
    assert house.connector.exchanged == []


def test_what_the_address_says_is_never_part_of_the_page(house: ApiHouse) -> None:
    answer = house.client.get("/oauth/callback?error=<script>alert(1)</script>&referer=<b>")
    assert "<script>" not in answer.text
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_an_installed_widget_is_answered_before_the_exchange_ends(house: ApiHouse) -> None:
    forget(house)
    house.connector.gate = threading.Event()
    answer = come_back(house.client, from_widget="1")
    assert (answer.status_code, house.connector.exchanged) == (200, [])
    assert account_state(house) is AccountState.UNINSTALLED
    house.connector.gate.set()
    house.pool.shutdown(wait=True)
    assert account_state(house) is AccountState.ACTIVE


def test_a_false_installation_changes_nothing(house: ApiHouse) -> None:
    forget(house)
    assert come_back(house.client, from_widget="1", code="invented").status_code == 200
    house.pool.shutdown(wait=True)
    assert account_state(house) is AccountState.UNINSTALLED


def test_a_flood_of_false_installations_is_bounded(house: ApiHouse) -> None:
    house.connector.gate = threading.Event()
    answers = [come_back(house.client, from_widget="1").status_code for _ in range(MOST_INSTALLS_AT_ONCE + 2)]
    house.connector.gate.set()
    house.pool.shutdown(wait=True)
    assert answers == [200] * MOST_INSTALLS_AT_ONCE + [503, 503]
