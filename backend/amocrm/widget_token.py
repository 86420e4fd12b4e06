"""The one-time token (`X-Auth-Token`) of a widget's call: who clicked, proved by the integration's secret.

Checks in the order the platform's rules give: header, HS256, signature, time, audience, integration, issuer against the
stored domain, Origin against issuer, account connected, user.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from joserfc import jwt
from joserfc.errors import ExpiredTokenError, JoseError
from joserfc.jwk import OctKey

from backend.amocrm.platform import Integration, Platform
from backend.ports.clock import Clock
from backend.ports.crm import (
    TokenAccountUnknown,
    TokenExpired,
    TokenForeign,
    TokenInvalid,
    TokenMissing,
    WidgetIdentity,
)
from backend.ports.tokens import AccountHome, TokenStore

LEEWAY_SECONDS = 60
SEEN_FOR = timedelta(seconds=5)
LONGEST_TOKEN = 8192


class WidgetTokenVerifier:
    """Verifies tokens of one integration.

    `lives_at(account_id, domain)` asks the platform when the issuer is not the stored domain (a renamed
    account); it may raise the errors of the CRM port.
    """

    def __init__(
        self,
        integration: Integration,
        platform: Platform,
        store: TokenStore,
        clock: Clock,
        lives_at: Callable[[int, str], bool],
    ) -> None:
        self._integration = integration
        self._platform = platform
        self._store = store
        self._clock = clock
        self._lives_at = lives_at
        self._key = OctKey.import_key(integration.client_secret)
        self._seen: dict[int, tuple[datetime, AccountHome]] = {}

    def verify(self, token: str | None, *, origin: str | None, fresh: bool = True) -> WidgetIdentity:
        """The identity a token proves. Raises WidgetTokenError in its kinds."""
        if not token:
            raise TokenMissing
        claims = self._signed_claims(token)
        self._check_time(claims)
        self._check_addressee(claims)
        account_id, user_id = _number(claims, "account_id"), _number(claims, "user_id")
        domain = self._platform.host_of(_text(claims, "iss"))
        if domain is None:
            raise TokenForeign("issuer")
        known = self._at_home(account_id, domain, fresh)
        if origin != self._platform.origin(domain):
            raise TokenForeign("origin")
        if not known.connected:
            raise TokenAccountUnknown
        return WidgetIdentity(
            account_id=account_id,
            user_id=user_id,
            is_admin=claims.get("is_admin") is True,
            jti=_text(claims, "jti"),
            domain=domain,
            expires_at=datetime.fromtimestamp(_number(claims, "exp"), UTC),
        )

    def _signed_claims(self, token: str) -> dict[str, Any]:
        if len(token) > LONGEST_TOKEN:
            raise TokenInvalid("size")
        try:
            return jwt.decode(token, self._key, algorithms=["HS256"]).claims
        except (JoseError, ValueError) as refused:
            raise TokenInvalid(type(refused).__name__) from refused

    def _check_time(self, claims: dict[str, Any]) -> None:
        now = int(self._clock.now().timestamp())
        times = jwt.JWTClaimsRegistry(now=now, leeway=LEEWAY_SECONDS, exp={"essential": True}, nbf={"essential": True})
        try:
            times.validate({name: claims[name] for name in ("exp", "nbf") if name in claims})
        except ExpiredTokenError as expired:
            raise TokenExpired from expired
        except JoseError as refused:
            raise TokenInvalid(type(refused).__name__) from refused

    def _check_addressee(self, claims: dict[str, Any]) -> None:
        if _text(claims, "aud") != self._integration.audience:
            raise TokenForeign("audience")
        if _text(claims, "client_uuid") != self._integration.client_id:
            raise TokenForeign("integration")

    def _at_home(self, account_id: int, domain: str, fresh: bool) -> AccountHome:
        """The account, if it lives at this domain. One to be authorised again counts: its people must be told so."""
        now = self._clock.now()
        seen = self._seen.get(account_id)
        if not fresh and seen is not None and now < seen[0] and seen[1].domain == domain:
            return seen[1]
        known = self._store.home(account_id)
        if known is None:
            raise TokenAccountUnknown
        if known.domain != domain and (not known.connected or not self._lives_at(account_id, domain)):
            raise TokenForeign("domain")
        if known.connected:
            self._seen[account_id] = (now + SEEN_FOR, known)
        return known


def _number(claims: dict[str, Any], name: str) -> int:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int):
        raise TokenInvalid(name)
    return value


def _text(claims: dict[str, Any], name: str) -> str:
    value = claims.get(name)
    if not isinstance(value, str) or not value:
        raise TokenInvalid(name)
    return value
