"""Signed words that travel through a browser: links to documents, the state of a grant."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from itsdangerous import BadData, URLSafeSerializer

from backend.domain.errors import Forbidden, Invalid
from backend.ports.clock import Clock

DOCUMENT_LINK_LIVES = timedelta(minutes=5)
STATE_LIVES = timedelta(minutes=20)


class SignatureForged(Forbidden):
    """Not signed by us, or not for this purpose."""

    code = "link_forged"


class SignatureExpired(Invalid):
    """Signed by us, but its time is over."""

    code = "link_expired"
    http_status = 410


@dataclass(frozen=True, slots=True)
class DocumentLink:
    """Who may open what until when."""

    account_id: int
    document_id: str


class Signer:
    """Signs with the first of `keys`, accepts any, so that keys can be changed without a stop. Time is the clock's."""

    def __init__(self, keys: Sequence[str], clock: Clock) -> None:
        """Raises ValueError without a key: an empty one would sign for everybody."""
        if not keys or not all(keys):
            raise ValueError("a signing key is needed")
        self._keys = [*reversed(keys)]
        self._clock = clock

    def document_link(self, link: DocumentLink) -> tuple[str, datetime]:
        """The signed path segment and the moment it dies."""
        until = self._clock.now() + DOCUMENT_LINK_LIVES
        return self._sign("document", {"a": link.account_id, "d": link.document_id}, until), until

    def read_document_link(self, text: str) -> DocumentLink:
        """Raises SignatureForged, SignatureExpired."""
        claims = self._read("document", text)
        return DocumentLink(int(str(claims["a"])), str(claims["d"]))

    def grant_state(self, nonce: str) -> str:
        """OAuth `state` bound to the browser that holds `nonce` in a cookie."""
        return self._sign("grant", {"n": nonce}, self._clock.now() + STATE_LIVES)

    def read_grant_state(self, text: str) -> str:
        """The nonce. Raises SignatureForged, SignatureExpired."""
        return str(self._read("grant", text)["n"])

    def erp_hook(self, account_id: int) -> str:
        """The secret part of the address that an account's ERP calls. It never dies: it is typed into the ERP."""
        return str(self._serializer("erp_hook").dumps(account_id))

    def read_erp_hook(self, text: str) -> int | None:
        """Whose ERP calls; None where we did not sign it."""
        try:
            return int(self._serializer("erp_hook").loads(text))
        except BadData:
            return None

    def digest(self, text: bytes) -> str:
        """A keyed digest (hex): tells whether two texts are the same, and nothing of a text that holds a password."""
        return hmac.new(self._keys[-1].encode(), text, hashlib.sha256).hexdigest()

    def _sign(self, purpose: str, claims: Mapping[str, object], until: datetime) -> str:
        return str(self._serializer(purpose).dumps({**claims, "e": int(until.timestamp())}))

    def _read(self, purpose: str, text: str) -> dict[str, object]:
        try:
            claims = self._serializer(purpose).loads(text)
        except BadData as forged:
            raise SignatureForged from forged
        if datetime.fromtimestamp(claims["e"], UTC) <= self._clock.now():
            raise SignatureExpired
        return dict(claims)

    def _serializer(self, purpose: str) -> URLSafeSerializer:
        return URLSafeSerializer(self._keys, salt=f"stockgate.{purpose}")
