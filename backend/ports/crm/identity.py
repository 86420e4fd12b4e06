"""Who clicked: the identity a widget's signed token proves, and the errors of a token that does not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Protocol

from backend.domain.errors import StockgateError


@dataclass(frozen=True, slots=True)
class WidgetIdentity:
    """A user of a connected account. It says who clicked, not what they may do or what is on their screen.

    `is_admin` only if the token says so (the claim may be missing). `jti` and `expires_at` (aware UTC) serve
    replay rules.
    """

    account_id: int
    user_id: int
    is_admin: bool
    jti: str
    domain: str
    expires_at: datetime


class WidgetTokenError(StockgateError):
    """A token was not accepted. `status` is the HTTP status; the code is all a caller learns (no detail outside)."""

    code = "token_invalid"
    status: ClassVar[int] = 401


class TokenMissing(WidgetTokenError):
    """No token came."""

    code = "token_missing"


class TokenInvalid(WidgetTokenError):
    """Not a token, another algorithm, a wrong signature, claims missing or of a wrong type."""

    code = "token_invalid"


class TokenExpired(WidgetTokenError):
    """Its time is over; the page can fetch a new one."""

    code = "token_expired"


class TokenForeign(WidgetTokenError):
    """Well signed, but meant for another integration, address or page."""

    code = "token_foreign"
    status = 403


class TokenAccountUnknown(WidgetTokenError):
    """Well signed, but this account is not connected (any more)."""

    code = "token_account_unknown"
    status = 403


class WidgetTokens(Protocol):
    """Verifier of the one-time token that the deal card sends with every call."""

    def verify(self, token: str | None, *, origin: str | None, fresh: bool = True) -> WidgetIdentity:
        """The identity behind `X-Auth-Token` (`token`) and `Origin`. Raises WidgetTokenError and its children.

        Not `fresh` (for reads): that the account is connected may have been seen some seconds ago.
        """
        ...
