"""OAuth 2.0 of amoCRM: codes for tokens, tokens for newer ones, and where a renamed account went.

authlib builds the grants; a client-authentication method of our own turns its form into the JSON body with
the client's id and secret that amoCRM wants, because authlib has no hook for the request of the code grant.
Its automatic refresh is not used: it knows no lock, no store and no second process.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import requests
from authlib.common.urls import url_decode
from authlib.integrations.requests_client import OAuth2Session, OAuthError
from authlib.oauth2.auth import ClientAuth

from backend.amocrm.answers import Json, NotThere, Unauthorised, body_of, is_json, raise_for, read_answer
from backend.amocrm.claims import api_domain
from backend.amocrm.platform import Integration, Platform
from backend.ports.clock import Clock
from backend.ports.crm import CrmGarbled, CrmReauthorise, CrmRefused, CrmUnavailable
from backend.ports.tokens import TokenPair

TIMEOUT = (5.0, 20.0)
TOKEN_PATH = "/oauth2/access_token"  # noqa: S105
SUBDOMAIN_PATH = "/oauth2/account/current/subdomain"
_OUR_FAULT = re.compile(r"client_id|client_secret|redirect_uri|grant_type", re.IGNORECASE)


class GrantRefused(Exception):
    """The token endpoint refused the code or refresh token with a 4xx. `hint` has the platform's words."""

    def __init__(self, hint: str) -> None:
        super().__init__(hint)
        self.hint = hint


class OAuth:
    """The token endpoint for one integration. Safe to call from several threads; nothing is kept between calls."""

    def __init__(self, integration: Integration, platform: Platform, clock: Clock) -> None:
        self._integration = integration
        self._platform = platform
        self._clock = clock

    def authorize_url(self, state: str) -> str:
        """The consent page; `state` comes back with the code."""
        with self._session() as session:
            page = self._platform.origin(self._platform.authorize_host) + "/oauth"
            url, _ = session.create_authorization_url(page, state=state, mode="post_message")
        return str(url)

    def exchange(self, domain: str, code: str) -> TokenPair:
        """A code for a pair. Raises GrantRefused (spent, false, too old) and the retryable errors of the port."""
        return self._grant(lambda session, url, options: session.fetch_token(url, code=code, **options), domain)

    def refresh(self, domain: str, refresh_token: str) -> TokenPair:
        """The next pair; the old refresh token is dead afterwards. Raises as `exchange`."""
        redirect = {"redirect_uri": self._integration.redirect_uri}
        return self._grant(
            lambda session, url, options: session.refresh_token(
                url, refresh_token=refresh_token, **redirect, **options
            ),
            domain,
        )

    def current_domain(self, pair: TokenPair) -> str | None:
        """Where the account lives now, asked by its refresh token (not consumed); None where it cannot be told."""
        host = self._platform.host(api_domain(pair.access))
        if host is None or not pair.refresh:
            return None
        headers = {"X-Refresh-Token": pair.refresh, "User-Agent": self._integration.user_agent}
        answer = _guarded(lambda: self._get(self._platform.origin(host) + SUBDOMAIN_PATH, headers))
        domain = answer.get("domain") if answer else None
        return self._platform.host(domain) if isinstance(domain, str) else None

    def account_id(self, domain: str, pair: TokenPair) -> int:
        """Which account these tokens open, by the account itself: claims inside a token are not proof."""
        headers = {"Authorization": f"Bearer {pair.access}", "User-Agent": self._integration.user_agent}
        answer = _guarded(lambda: self._get(self._platform.origin(domain) + "/api/v4/account", headers))
        if answer is None:
            raise CrmReauthorise("the tokens do not open the account")
        if not isinstance(answer.get("id"), int):
            raise CrmGarbled("an account without an id")
        return int(answer["id"])

    def _get(self, url: str, headers: dict[str, str]) -> Json | None:
        with requests.Session() as session:
            session.trust_env = False
            response = session.get(url, headers=headers, timeout=TIMEOUT, allow_redirects=False)
        try:
            return read_answer(response, write=False)
        except (Unauthorised, NotThere):
            return None

    def _grant(self, ask: Callable[[Any, str, Json], Any], domain: str) -> TokenPair:
        url = self._platform.origin(domain) + TOKEN_PATH
        options: Json = {"timeout": TIMEOUT, "allow_redirects": False}
        with self._session() as session:
            token = _guarded(lambda: ask(session, url, options))
        access, refresh, lifetime = (token.get(k) for k in ("access_token", "refresh_token", "expires_in"))
        if not isinstance(access, str) or not isinstance(refresh, str) or not isinstance(lifetime, int):
            raise CrmGarbled("the token endpoint answered without a pair")
        now = self._clock.now()
        return TokenPair(access, refresh, expires_at=now + timedelta(seconds=lifetime), issued_at=now)

    def _session(self) -> OAuth2Session:
        session = OAuth2Session(
            self._integration.client_id,
            self._integration.client_secret,
            redirect_uri=self._integration.redirect_uri,
            token_endpoint_auth_method="amocrm_json",  # noqa: S106
        )
        session.trust_env = False
        session.headers["User-Agent"] = self._integration.user_agent
        session.register_client_auth_method(("amocrm_json", _as_json))
        session.register_compliance_hook("access_token_response", _check_grant)
        session.register_compliance_hook("refresh_token_response", _check_grant)
        return session


def _as_json(client: ClientAuth, _method: str, uri: str, headers: Any, body: Any) -> tuple[str, Any, bytes]:
    text = body.decode() if isinstance(body, bytes) else body
    fields = dict(url_decode(text)) | {"client_id": client.client_id, "client_secret": client.client_secret}
    headers["Content-Type"] = "application/json"
    content = json.dumps(fields).encode()
    headers["Content-Length"] = str(len(content))
    return uri, headers, content


def _check_grant(response: requests.Response) -> requests.Response:
    """Sort the token endpoint's answers.

    A 400 or 401 that blames our own configuration must not cost the account its tokens.
    """
    status = response.status_code
    if status in (400, 401):
        hint = str(body_of(response).get("hint") or "")
        if _OUR_FAULT.search(hint):
            raise CrmRefused("the integration's keys are refused", status=status, message=hint)
        raise GrantRefused(hint)
    if status != 200:
        _raise_outside(response)
    if not is_json(response) or not body_of(response):
        raise CrmGarbled("the token endpoint answered without JSON")
    return response


def _raise_outside(response: requests.Response) -> None:
    try:
        raise_for(response, write=False)
    except NotThere:
        raise GrantRefused("no such account host") from None


def _guarded(call: Callable[[], Any]) -> Any:
    try:
        return call()
    except OAuthError as refused:
        raise GrantRefused(str(refused.error)) from refused
    except requests.RequestException as lost:
        raise CrmUnavailable(type(lost).__name__) from lost
