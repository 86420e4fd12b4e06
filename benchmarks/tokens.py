"""One-time tokens as the CRM's page gets them, signed with the integration's secret."""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from joserfc import jwt
from joserfc.jwk import OctKey

LIFETIME = 1800


@dataclass(frozen=True, slots=True)
class TokenMaker:
    """`integration`: what the demo registered (integration.json). `crm`: the page's origin."""

    integration: Mapping[str, str]
    crm: str
    account_id: int

    def token(self, user_id: int) -> str:
        """A fresh one for this user."""
        now = int(time.time())
        aim = urlsplit(self.integration["redirect_uri"])
        claims = {
            "iss": self.crm,
            "aud": f"{aim.scheme}://{aim.hostname}",
            "jti": str(uuid.uuid4()),
            "iat": now,
            "nbf": now,
            "exp": now + LIFETIME,
            "account_id": self.account_id,
            "user_id": user_id,
            "subdomain": "elektrosnab",
            "client_uuid": self.integration["client_id"],
        }
        key = OctKey.import_key(self.integration["client_secret"])
        return jwt.encode({"alg": "HS256", "typ": "JWT"}, claims, key)
