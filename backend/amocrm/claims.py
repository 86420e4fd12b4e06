"""What a token of amoCRM's own says, read without verification: for routing, never for rights."""

from __future__ import annotations

import json
from typing import Any

from joserfc.errors import JoseError
from joserfc.jws import extract_compact


def unverified_claims(token: str) -> dict[str, Any]:
    """The claims of a JWT as written; empty where it is none."""
    try:
        claims = json.loads(extract_compact(token.encode()).payload)
    except (JoseError, ValueError):
        return {}
    return claims if isinstance(claims, dict) else {}


def api_domain(access_token: str) -> str:
    """The host that knows an account under any name (`api-b.amocrm.ru`), '' in tokens older than August 2024."""
    found = unverified_claims(access_token).get("api_domain")
    return found if isinstance(found, str) else ""
