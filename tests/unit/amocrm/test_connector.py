"""The redirect address and the uninstall hook: what is believed and what is not."""

from __future__ import annotations

import hashlib
import hmac

import pytest

from backend.amocrm.connector import AmoConnector
from backend.amocrm.oauth import OAuth
from backend.amocrm.platform import Integration, Platform
from backend.domain.errors import Invalid
from tests.support.crm_house import CLIENT_ID, REDIRECT, SECRET
from tests.support.crm_tokens import HandClock

PLATFORM = Platform(insecure_hosts=frozenset({"127.0.0.1:8000"}))
INTEGRATION = Integration(CLIENT_ID, SECRET, REDIRECT)
CONNECTOR = AmoConnector(INTEGRATION, PLATFORM, OAuth(INTEGRATION, PLATFORM, HandClock()))


@pytest.mark.parametrize(
    "host", ["demo.amocrm.ru", "DEMO.amocrm.ru", "a-1.kommo.com", "x.amocrm.com", "127.0.0.1:8000"]
)
def test_hosts_of_the_platform(host: str) -> None:
    assert PLATFORM.host(host) == host.lower()


@pytest.mark.parametrize(
    "host",
    [
        "", "amocrm.ru", ".amocrm.ru", "evil.example", "demo.amocrm.ru.evil.example", "evilamocrm.ru",
        "demo.amocrm.ru:8443", "user@demo.amocrm.ru", "demo.amocrm.ru/x", "demo.amocrm.ru?x", "-a.amocrm.ru",
        "de mo.amocrm.ru", "127.0.0.1:8001", "127.0.0.1", "localhost:8000", "демо.amocrm.ru", "a..amocrm.ru",
        "evil.example/.amocrm.ru", "evil.example#.amocrm.ru", "evil.example\\.amocrm.ru",
    ],
)  # fmt: skip
def test_hosts_of_others(host: str) -> None:
    assert PLATFORM.host(host) is None


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://demo.amocrm.ru", "demo.amocrm.ru"),
        ("http://demo.amocrm.ru", None),
        ("http://127.0.0.1:8000/x", "127.0.0.1:8000"),
        ("https://127.0.0.1:8000", None),
        ("https://[demo.amocrm.ru", None),
        ("demo.amocrm.ru", None),
    ],
)
def test_addresses_need_the_right_scheme(url: str, host: str | None) -> None:
    assert PLATFORM.host_of(url) == host


def test_a_widgets_installation_has_no_state() -> None:
    found = CONNECTOR.read_install({"code": "c", "referer": "demo.amocrm.ru", "platform": "1", "from_widget": "1"})
    assert (found.code, found.domain, found.state, found.from_widget) == ("c", "demo.amocrm.ru", "", True)


def test_a_browser_brings_the_state_back() -> None:
    found = CONNECTOR.read_install({"code": "c", "referer": "demo.amocrm.ru", "state": "s", "client_id": CLIENT_ID})
    assert (found.state, found.from_widget) == ("s", False)


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ({"code": "c", "referer": "evil.example"}, "referer"),
        ({"code": "c"}, "referer"),
        ({"referer": "demo.amocrm.ru"}, "code"),
        ({"code": "c" * 5000, "referer": "demo.amocrm.ru"}, "code"),
        ({"code": "c", "referer": "demo.amocrm.ru", "client_id": "another"}, "client_id"),
        ({"error": "access_denied", "referer": "demo.amocrm.ru"}, "access_denied"),
    ],
)
def test_what_is_not_an_installation(query: dict[str, str], reason: str) -> None:
    with pytest.raises(Invalid) as refused:
        CONNECTOR.read_install(query)
    assert refused.value.data["reason"] == reason


def signature(account: str, client: str = CLIENT_ID, secret: str = SECRET) -> str:
    """As the platform makes it."""
    return hmac.new(secret.encode(), f"{client}|{account}".encode(), hashlib.sha256).hexdigest()


def test_a_signed_uninstall_names_its_account() -> None:
    query = {"account_id": "123", "client_uuid": CLIENT_ID, "signature": signature("123")}
    assert CONNECTOR.is_uninstall(query) == 123


def test_the_older_name_of_the_integration_is_understood() -> None:
    query = {"account_id": "123", "client_id": CLIENT_ID, "signature": signature("123")}
    assert CONNECTOR.is_uninstall(query) == 123


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"account_id": "123", "client_uuid": CLIENT_ID},
        {"account_id": "124", "client_uuid": CLIENT_ID, "signature": signature("123")},
        {"account_id": "123", "client_uuid": "another", "signature": signature("123")},
        {"account_id": "123", "client_uuid": CLIENT_ID, "signature": signature("123", secret="x")},
        {"account_id": "-1", "client_uuid": CLIENT_ID, "signature": signature("-1")},
        {"account_id": "1e3", "client_uuid": CLIENT_ID, "signature": signature("1e3")},
        {"account_id": "²", "client_uuid": CLIENT_ID, "signature": signature("2")},
        {"account_id": "9" * 5000, "client_uuid": CLIENT_ID, "signature": "x"},
        {"account_id": "123", "client_uuid": CLIENT_ID, "signature": "подпись"},
    ],
)
def test_an_uninstall_that_is_not_signed_is_none(query: dict[str, str]) -> None:
    assert CONNECTOR.is_uninstall(query) is None
