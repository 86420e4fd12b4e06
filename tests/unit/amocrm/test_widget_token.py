"""The one-time token: each check, and their order."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

from backend.amocrm.platform import Integration, Platform
from backend.amocrm.widget_token import WidgetTokenVerifier
from backend.ports.crm import (
    TokenAccountUnknown,
    TokenExpired,
    TokenForeign,
    TokenInvalid,
    TokenMissing,
    WidgetTokenError,
)
from tests.support.crm_house import ACCOUNT, CLIENT_ID, SECRET
from tests.support.crm_tokens import HandClock, MemoryTokens, pair

ORIGIN = "https://demo.amocrm.ru"


class Desk:
    """A verifier with an account at demo.amocrm.ru; `moved_to` is what the platform would say."""

    def __init__(self) -> None:
        self.clock = HandClock()
        self.store = MemoryTokens()
        self.store.connect(ACCOUNT, "demo.amocrm.ru", pair(clock=self.clock))
        self.moved_to = "demo.amocrm.ru"
        self.asked = 0
        integration = Integration(CLIENT_ID, SECRET, "https://wb.example:8443/oauth")
        self.verifier = WidgetTokenVerifier(integration, Platform(), self.store, self.clock, self.lives_at)

    def lives_at(self, account_id: int, domain: str) -> bool:
        self.asked += 1
        return domain == self.moved_to

    def claims(self, **changes: Any) -> dict[str, Any]:
        now = int(self.clock.now().timestamp())
        claims = {
            "iss": ORIGIN, "aud": "https://wb.example", "jti": "j-1", "iat": now, "nbf": now, "exp": now + 1800,
            "account_id": ACCOUNT, "user_id": 504141, "subdomain": "demo", "client_uuid": CLIENT_ID,
        }  # fmt: skip
        return {k: v for k, v in (claims | changes).items() if v is not None}

    def token(self, *, secret: str = SECRET, algorithm: str = "HS256", **changes: Any) -> str:
        key = OctKey.import_key(secret)
        return jwt.encode({"alg": algorithm}, self.claims(**changes), key, algorithms=[algorithm])

    def refusal(self, token: str | None, origin: str | None = ORIGIN) -> WidgetTokenError:
        with pytest.raises(WidgetTokenError) as refused:
            self.verifier.verify(token, origin=origin)
        return refused.value


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a_good_token_says_who_clicked(desk: Desk) -> None:
    found = desk.verifier.verify(desk.token(is_admin=True), origin=ORIGIN)
    assert (found.account_id, found.user_id, found.is_admin) == (ACCOUNT, 504141, True)
    assert (found.jti, found.domain) == ("j-1", "demo.amocrm.ru")
    assert (found.expires_at - desk.clock.now()).total_seconds() == 1800


@pytest.mark.parametrize("claim", [None, False, "true", 1])
def test_an_administrator_is_one_only_if_the_token_says_so(desk: Desk, claim: object) -> None:
    assert desk.verifier.verify(desk.token(is_admin=claim), origin=ORIGIN).is_admin is False


@pytest.mark.parametrize("token", [None, ""])
def test_no_token(desk: Desk, token: str | None) -> None:
    assert isinstance(desk.refusal(token), TokenMissing)


def unsigned(desk: Desk) -> str:
    _, body, _ = desk.token().split(".")
    none = urlsafe_b64encode(b'{"alg":"none"}').decode().rstrip("=")
    return f"{none}.{body}."


def changed_body(desk: Desk) -> str:
    head, _, signature = desk.token().split(".")
    return f"{head}.{desk.token(user_id=1).split('.')[1]}.{signature}"


@pytest.mark.parametrize(
    "make",
    [
        lambda d: "nonsense",
        lambda d: "a.b.c",
        lambda d: "a.b.c.d.e",
        lambda d: "я.я.я",
        lambda d: d.token() + "x",
        lambda d: "x" * 100_000,
        unsigned,
        changed_body,
        lambda d: d.token(secret="another-secret-that-is-long-enough-too"),
        lambda d: d.token(algorithm="HS512"),
        lambda d: d.token(algorithm="HS384"),
        lambda d: d.token(exp=None),
        lambda d: d.token(nbf=None),
        lambda d: d.token(exp="soon"),
        lambda d: d.token(nbf=int(d.clock.now().timestamp()) + 120),
        lambda d: d.token(account_id=None),
        lambda d: d.token(account_id=str(ACCOUNT)),
        lambda d: d.token(user_id=True),
        lambda d: d.token(iss=None),
        lambda d: d.token(aud=None),
        lambda d: d.token(aud=["https://wb.example"]),
        lambda d: d.token(jti=None),
        lambda d: d.token(client_uuid=5),
    ],
)
def test_what_is_no_token_of_ours(desk: Desk, make: Any) -> None:
    refused = desk.refusal(make(desk))
    assert type(refused) is TokenInvalid
    assert (refused.code, refused.status) == ("token_invalid", 401)


def test_time_runs_out_with_a_minute_of_grace(desk: Desk) -> None:
    token = desk.token()
    desk.clock.move(seconds=1800 + 59)
    assert desk.verifier.verify(token, origin=ORIGIN).user_id == 504141
    desk.clock.move(seconds=2)
    assert isinstance(desk.refusal(token), TokenExpired)


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "https://other.example"},
        {"aud": "http://wb.example"},
        {"aud": "https://wb.example:8443"},
        {"client_uuid": "another"},
        {"iss": "https://evil.example"},
        {"iss": "http://demo.amocrm.ru"},
        {"iss": "https://demo.amocrm.ru.evil.example"},
    ],
)
def test_a_token_for_somebody_else(desk: Desk, changes: dict[str, str]) -> None:
    refused = desk.refusal(desk.token(**changes))
    assert isinstance(refused, TokenForeign)
    assert refused.status == 403


@pytest.mark.parametrize("origin", [None, "", "null", "https://other.amocrm.ru", "http://demo.amocrm.ru", ORIGIN + "/"])
def test_a_page_of_another_origin(desk: Desk, origin: str | None) -> None:
    assert isinstance(desk.refusal(desk.token(), origin), TokenForeign)


def test_an_account_that_was_never_connected(desk: Desk) -> None:
    refused = desk.refusal(desk.token(account_id=1))
    assert isinstance(refused, TokenAccountUnknown)
    assert refused.status == 403


def test_an_account_whose_secrets_were_forgotten(desk: Desk) -> None:
    desk.store.connect(ACCOUNT, "demo.amocrm.ru", None)
    assert isinstance(desk.refusal(desk.token()), TokenAccountUnknown)


def test_a_read_may_trust_what_was_seen_seconds_ago_a_write_never(desk: Desk) -> None:
    """Each of a card's questions brings a new token; whether the account is connected is looked up once in five
    seconds, and always before something is written."""
    desk.verifier.verify(desk.token(), origin=ORIGIN, fresh=False)
    desk.store.connect(ACCOUNT, "demo.amocrm.ru", None)
    assert desk.verifier.verify(desk.token(), origin=ORIGIN, fresh=False).account_id == ACCOUNT
    with pytest.raises(TokenAccountUnknown):
        desk.verifier.verify(desk.token(), origin=ORIGIN)
    desk.clock.move(seconds=6)
    with pytest.raises(TokenAccountUnknown):
        desk.verifier.verify(desk.token(), origin=ORIGIN, fresh=False)


def test_people_of_an_account_to_be_connected_again_are_still_known(desk: Desk) -> None:
    known = desk.store.load(ACCOUNT)
    assert known is not None
    assert known.tokens is not None
    desk.store.mark_reauthorise(ACCOUNT, known.tokens)
    assert desk.verifier.verify(desk.token(), origin=ORIGIN).user_id == 504141


def test_a_renamed_account_is_believed_when_the_platform_confirms(desk: Desk) -> None:
    new = "https://renamed.amocrm.ru"
    assert isinstance(desk.refusal(desk.token(iss=new), new), TokenForeign)
    desk.moved_to = "renamed.amocrm.ru"
    assert desk.verifier.verify(desk.token(iss=new), origin=new).domain == "renamed.amocrm.ru"


def test_a_forged_token_never_makes_us_ask_the_platform(desk: Desk) -> None:
    desk.refusal(desk.token(secret="another-secret-that-is-long-enough-too", iss="https://x.amocrm.ru"))
    assert desk.asked == 0


def test_expiry_is_told_before_the_addressee(desk: Desk) -> None:
    """The order of the checks: signature, time, audience, integration, issuer, origin, account."""
    token = desk.token(aud="https://other.example")
    desk.clock.move(hours=1)
    assert isinstance(desk.refusal(token, "https://evil.example"), TokenExpired)


def test_nothing_outside_learns_more_than_a_code(desk: Desk) -> None:
    refused = desk.refusal(desk.token(aud="https://other.example"))
    assert refused.data == {}
