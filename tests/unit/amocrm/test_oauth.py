"""Codes, refreshes, renames: what the token endpoint says and what becomes of the account."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from backend.amocrm.connector import AmoConnector
from backend.amocrm.oauth import GrantRefused
from backend.ports.crm import (
    CrmBlocked,
    CrmGarbled,
    CrmReauthorise,
    CrmRefused,
    CrmThrottled,
    CrmUnavailable,
    InstallRequest,
)
from backend.ports.tokens import TokenPair
from tests.support.crm_house import ACCOUNT, CLIENT_ID, REDIRECT, SECRET, CrmHouse
from tests.support.crm_server import Answer, ScriptedServer, hal, page, problem, raw_json
from tests.support.crm_tokens import pair

TOKEN = "/oauth2/access_token"
SUBDOMAIN = "/oauth2/account/current/subdomain"
NEW_PAIR = {"token_type": "Bearer", "expires_in": 86400, "access_token": "access-two", "refresh_token": "refresh-two"}
REVOKED = problem(401, hint="Token has been revoked")


def jwt_with(**claims: object) -> str:
    """An access token as the platform makes them, its signature of no matter."""
    return ".".join(
        urlsafe_b64encode(json.dumps(p).encode()).decode().rstrip("=") for p in ({"alg": "RS256"}, claims, 1)
    )


def routed(house: CrmHouse, api_host: str, domain: str) -> TokenPair:
    """Connect the account at `domain` with a token that knows the platform's own host."""
    now = house.clock.now()
    made = TokenPair(jwt_with(api_domain=api_host), "refresh-one", now + timedelta(hours=1), now)
    house.store.connect(ACCOUNT, domain, made)
    return made


def test_the_consent_page_gets_our_id_and_state(house: CrmHouse, server: ScriptedServer) -> None:
    parts = urlsplit(house.oauth.authorize_url("state-1"))
    query = parse_qs(parts.query)
    assert (parts.netloc, parts.path) == (server.host, "/oauth")
    assert query["client_id"] == [CLIENT_ID]
    assert query["state"] == ["state-1"]


def test_a_code_is_exchanged_with_a_json_body(house: CrmHouse, server: ScriptedServer) -> None:
    server.on("POST", TOKEN, hal(NEW_PAIR))
    made = house.oauth.exchange(server.host, "def502+code/with=signs&more")
    assert (made.access, made.refresh) == ("access-two", "refresh-two")
    assert made.expires_at == house.clock.now() + timedelta(days=1)
    (got,) = server.got
    assert got.headers["Content-Type"] == "application/json"
    assert got.json == {
        "client_id": CLIENT_ID,
        "client_secret": SECRET,
        "grant_type": "authorization_code",
        "code": "def502+code/with=signs&more",
        "redirect_uri": REDIRECT,
    }


def test_a_refresh_is_a_json_body_too(house: CrmHouse, server: ScriptedServer) -> None:
    server.on("POST", TOKEN, hal(NEW_PAIR))
    house.oauth.refresh(server.host, "refresh-one")
    assert server.got[0].json == {
        "client_id": CLIENT_ID,
        "client_secret": SECRET,
        "grant_type": "refresh_token",
        "refresh_token": "refresh-one",
        "redirect_uri": REDIRECT,
    }


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (problem(400, hint="Authorization code has expired"), GrantRefused),
        (REVOKED, GrantRefused),
        (page(404), GrantRefused),
        (problem(400, hint="Check the `client_id` parameter"), CrmRefused),
        (page(403), CrmBlocked),
        (problem(429), CrmThrottled),
        (page(502), CrmUnavailable),
        (Answer(drop=True), CrmUnavailable),
        (page(200), CrmGarbled),
        (raw_json('{"access_token": "x"'), CrmGarbled),
        (hal({"access_token": "x"}), CrmGarbled),
        (Answer(302, b"", {"Location": "http://127.0.0.1:1/x"}), CrmGarbled),
    ],
)
def test_what_the_token_endpoint_can_say(
    house: CrmHouse, server: ScriptedServer, answer: Answer, error: type[Exception]
) -> None:
    server.on("POST", TOKEN, answer)
    with pytest.raises(error):
        house.oauth.exchange(server.host, "code")
    assert len(server.got) == 1


def test_a_lost_refresh_is_asked_again_with_the_same_token(house: CrmHouse, server: ScriptedServer) -> None:
    server.on("POST", TOKEN, Answer(drop=True), hal(NEW_PAIR))
    renewed = house.tokens.renew(house.tokens.current(ACCOUNT))
    assert renewed.tokens is not None
    assert renewed.tokens.access == "access-two"
    assert [g.json["refresh_token"] for g in server.got] == ["refresh-one", "refresh-one"]
    assert house.store.saved == [renewed.tokens], "saved before it is used"


def test_a_lost_refresh_that_was_spent_after_all_asks_for_a_new_connection(
    house: CrmHouse, server: ScriptedServer
) -> None:
    server.on("POST", TOKEN, page(504), REVOKED)
    with pytest.raises(CrmReauthorise):
        house.tokens.renew(house.tokens.current(ACCOUNT))
    assert house.store.marks == [ACCOUNT]


@pytest.mark.parametrize("answer", [page(502), problem(429), page(403)])
def test_a_refresh_that_cannot_be_had_now_costs_nothing(
    house: CrmHouse, server: ScriptedServer, answer: Answer
) -> None:
    house.store.connect(ACCOUNT, server.host, pair("one", clock=house.clock, lives=timedelta(minutes=-1)))
    server.on("POST", TOKEN, answer)
    with pytest.raises((CrmUnavailable, CrmThrottled, CrmBlocked)):
        house.tokens.current(ACCOUNT)
    assert house.store.marks == []


def test_the_old_token_serves_while_it_lives_and_no_newer_can_be_had(house: CrmHouse, server: ScriptedServer) -> None:
    house.store.connect(ACCOUNT, server.host, pair("one", clock=house.clock, lives=timedelta(minutes=3)))
    server.on("POST", TOKEN, page(503))
    assert house.tokens.current(ACCOUNT).tokens == pair("one", clock=house.clock, lives=timedelta(minutes=3))
    house.clock.move(minutes=4)
    with pytest.raises(CrmUnavailable):
        house.tokens.current(ACCOUNT)


def test_keys_refused_for_our_configuration_do_not_cost_the_account_its_tokens(
    house: CrmHouse, server: ScriptedServer
) -> None:
    server.on("POST", TOKEN, problem(400, hint="Check the `client_id` parameter"))
    with pytest.raises(CrmRefused):
        house.tokens.renew(house.tokens.current(ACCOUNT))
    assert house.store.marks == []


def test_who_waited_for_the_lock_takes_the_pair_that_was_made_meanwhile(
    house: CrmHouse, server: ScriptedServer
) -> None:
    used = house.tokens.current(ACCOUNT)
    house.lock.rival = lambda: house.store.save(ACCOUNT, pair("rival", clock=house.clock))
    renewed = house.tokens.renew(used)
    assert renewed.tokens is not None
    assert renewed.tokens.access == "access-rival"
    assert server.got == []


def test_a_loser_without_the_lock_takes_the_winners_pair(house: CrmHouse, server: ScriptedServer) -> None:
    """A lease that ran out: the rival saves while our refresh is on its way and is told "revoked"."""

    def rival_wins(_: object) -> Answer:
        house.store.save(ACCOUNT, pair("rival", clock=house.clock))
        return REVOKED

    server.on("POST", TOKEN, rival_wins)
    renewed = house.tokens.renew(house.tokens.current(ACCOUNT))
    assert renewed.tokens is not None
    assert renewed.tokens.access == "access-rival"
    assert house.store.marks == []


def test_a_long_lived_token_is_never_refreshed(house: CrmHouse, server: ScriptedServer) -> None:
    now = house.clock.now()
    house.store.connect(ACCOUNT, server.host, TokenPair("long", "", now + timedelta(minutes=1), now))
    assert house.tokens.current(ACCOUNT).tokens is not None
    server.on("GET", "/api/v4/account", problem(401))
    with pytest.raises(CrmReauthorise):
        house.client().get("account")
    assert server.calls("POST", TOKEN) == []


def test_a_renamed_account_is_found_by_its_refresh_token(house: CrmHouse, server: ScriptedServer) -> None:
    with ScriptedServer() as old:
        moved = CrmHouse(old.host, server.host)
        routed(moved, server.host, old.host)
        old.on("GET", "/api/v4/account", problem(401, "Account not found"))
        old.on("POST", TOKEN, page(404))
        server.on("GET", SUBDOMAIN, hal({"id": ACCOUNT, "domain": server.host}))
        server.on("POST", TOKEN, hal(NEW_PAIR))
        server.on("GET", "/api/v4/account", hal({"id": ACCOUNT}))
        assert moved.client().get("account") == {"id": ACCOUNT}
        assert server.calls("GET", SUBDOMAIN)[0].headers["X-Refresh-Token"] == "refresh-one"
        known = moved.store.load(ACCOUNT)
        assert known is not None
        assert known.domain == server.host
        assert moved.store.marks == []
        moved.close()


def test_a_page_instead_of_the_api_is_a_rename_when_the_platform_says_so(server: ScriptedServer) -> None:
    with ScriptedServer() as old:
        moved = CrmHouse(old.host, server.host)
        routed(moved, server.host, old.host)
        old.on("GET", "/api/v4/account", page(404))
        server.on("GET", SUBDOMAIN, hal({"id": ACCOUNT, "domain": server.host}))
        server.on("GET", "/api/v4/account", hal({"id": ACCOUNT}))
        assert moved.client().get("account") == {"id": ACCOUNT}
        assert moved.store.saved == [], "no refresh was needed"
        moved.close()


@pytest.mark.parametrize("method", ["GET", "PATCH"])
def test_the_apis_own_404_is_a_rename_when_the_platform_says_so(server: ScriptedServer, method: str) -> None:
    """Else every deal of a renamed account would look deleted, and every write refused."""
    with ScriptedServer() as old:
        moved = CrmHouse(old.host, server.host)
        routed(moved, server.host, old.host)
        old.on(method, "/api/v4/leads/7", problem(404))
        server.on("GET", SUBDOMAIN, hal({"id": ACCOUNT, "domain": server.host}))
        server.on(method, "/api/v4/leads/7", hal({"id": 7}))
        client = moved.client()
        found = client.get("leads/7") if method == "GET" else client.write("PATCH", "leads/7", {})
        assert found == {"id": 7}
        moved.close()


def test_an_entity_that_is_not_there_makes_us_ask_once_in_ten_minutes(house: CrmHouse, server: ScriptedServer) -> None:
    routed(house, server.host, server.host)
    server.on("GET", "/api/v4/leads/7", problem(404))
    server.on("GET", SUBDOMAIN, hal({"id": ACCOUNT, "domain": server.host}))
    client = house.client()
    for minutes, asked in ((0, 1), (5, 1), (6, 2)):
        house.clock.move(minutes=minutes)
        assert client.get("leads/7") is None
        assert len(server.calls("GET", SUBDOMAIN)) == asked


def test_a_renamed_account_with_dead_tokens_must_be_connected_again(server: ScriptedServer) -> None:
    with ScriptedServer() as old:
        moved = CrmHouse(old.host, server.host)
        routed(moved, server.host, old.host)
        old.on("POST", TOKEN, page(404))
        server.on("GET", SUBDOMAIN, hal({"id": ACCOUNT, "domain": server.host}))
        server.on("POST", TOKEN, REVOKED)
        with pytest.raises(CrmReauthorise):
            moved.tokens.renew(moved.tokens.current(ACCOUNT))
        assert moved.store.marks == [ACCOUNT]
        moved.close()


def test_an_account_that_another_thread_followed_is_not_looked_for(house: CrmHouse, server: ScriptedServer) -> None:
    routed(house, server.host, server.host)
    used = house.tokens.current(ACCOUNT)
    house.store.rename(ACCOUNT, "127.0.0.1:1")
    found = house.tokens.follow(used)
    assert found is not None
    assert found.domain == "127.0.0.1:1"
    assert server.got == []


def test_a_refresh_with_unknown_whereabouts_is_not_the_end(house: CrmHouse, server: ScriptedServer) -> None:
    """The old host refuses and the platform cannot say where the account lives: that is no proof of dead tokens."""
    routed(house, server.host, server.host)
    server.on("POST", TOKEN, REVOKED)
    server.on("GET", SUBDOMAIN, page(502))
    with pytest.raises(CrmUnavailable):
        house.tokens.renew(house.tokens.current(ACCOUNT))
    assert house.store.marks == []


def test_an_old_host_that_still_refreshes_is_not_taken_for_dead_tokens(server: ScriptedServer) -> None:
    with ScriptedServer() as old:
        moved = CrmHouse(old.host, server.host)
        routed(moved, server.host, old.host)
        old.on("GET", "/api/v4/account", problem(401))
        old.on("POST", TOKEN, hal(NEW_PAIR | {"access_token": jwt_with(api_domain=server.host)}))
        server.on("GET", SUBDOMAIN, hal({"id": ACCOUNT, "domain": server.host}))
        server.on("GET", "/api/v4/account", hal({"id": ACCOUNT}))
        assert moved.client().get("account") == {"id": ACCOUNT}
        assert moved.store.marks == []
        moved.close()


def test_a_token_is_not_carried_to_a_host_that_only_a_claim_names(house: CrmHouse, server: ScriptedServer) -> None:
    with ScriptedServer() as stranger:
        routed(house, stranger.host, server.host)
        server.on("POST", TOKEN, REVOKED)
        with pytest.raises(CrmReauthorise):
            house.tokens.renew(house.tokens.current(ACCOUNT))
        assert stranger.got == []


def test_a_rename_to_a_foreign_host_is_not_believed(house: CrmHouse, server: ScriptedServer) -> None:
    made = routed(house, server.host, server.host)
    server.on("GET", SUBDOMAIN, hal({"id": ACCOUNT, "domain": "evil.example"}))
    assert house.oauth.current_domain(made) is None


def test_the_exchange_names_the_account_by_the_api_not_by_the_claim(house: CrmHouse, server: ScriptedServer) -> None:
    server.on("POST", TOKEN, hal(NEW_PAIR | {"access_token": jwt_with(account_id=1)}))
    server.on("GET", "/api/v4/account", hal({"id": ACCOUNT}))
    connector = AmoConnector(house.integration, house.platform, house.oauth)
    grant = connector.exchange(InstallRequest("code", server.host, "", from_widget=True))
    assert (grant.account_id, grant.domain) == (ACCOUNT, server.host)


def test_a_spent_code_is_refused_for_good(house: CrmHouse, server: ScriptedServer) -> None:
    server.on("POST", TOKEN, problem(400, hint="Authorization code has been revoked"))
    connector = AmoConnector(house.integration, house.platform, house.oauth)
    with pytest.raises(CrmRefused) as refused:
        connector.exchange(InstallRequest("code", server.host, "", from_widget=False))
    assert refused.value.data["message"] == "Authorization code has been revoked"


def test_secrets_stay_out_of_repr(house: CrmHouse) -> None:
    shown = repr([house.integration, house.store.load(ACCOUNT)])
    for secret in (SECRET, "access-one", "refresh-one"):
        assert secret not in shown
