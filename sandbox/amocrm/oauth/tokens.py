"""Codes and tokens: what is given out, for how long, and when it is dead."""

from __future__ import annotations

import secrets
import uuid
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey, RSAKey

from ..core.errors import ApiProblem, unauthorized
from ..core.store import Doc
from ..core.world import World

CODE_SECONDS = 20 * 60
ACCESS_SECONDS = 24 * 3600
REFRESH_SECONDS = 90 * 24 * 3600
DISPOSABLE_SECONDS = 1800


def oauth_problem(hint: str, status: int = 400) -> ApiProblem:
    """The token endpoint's refusal."""
    return ApiProblem(
        status,
        "Некорректный запрос",
        "В запросе отсутствует ряд параметров или параметры невалидны",
        extra={"hint": hint, "type": "https://developers.amocrm.ru/v3/errors/OAuthProblemJson"},
    )


@cache
def passing_key() -> RSAKey:
    """The RS256 key of accounts that are forgotten with their process."""
    return RSAKey.generate_key(2048)


def load_key(data_dir: Path) -> RSAKey:
    """The platform's RS256 key of a kept account, made once."""
    path = data_dir / "platform_key.pem"
    if path.exists():
        return RSAKey.import_key(path.read_text())
    key = RSAKey.generate_key(2048)
    path.write_text(key.as_pem(private=True).decode())
    return key


def new_code(world: World, integration: Doc, user_id: int) -> str:
    """An authorization code: 20 minutes, one use."""
    code = f"def502{secrets.token_hex(380)}"
    due = world.clock.now() + CODE_SECONDS
    world.store.put(
        "code", {"id": code, "client_id": integration["id"], "user_id": user_id, "expires": due, "used": False}
    )
    return code


def exchange_code(world: World, integration: Doc, code: Any) -> Doc:
    """A code for a pair of tokens."""
    with world.store.lock:
        row = world.store.get("code", code)
        if not row or row["client_id"] != integration["id"]:
            raise oauth_problem("Cannot decrypt the authorization code")
        if row["used"]:
            raise oauth_problem("Authorization code has been revoked")
        if row["expires"] < world.clock.now():
            raise oauth_problem("Authorization code has expired")
        world.store.put("code", {**row, "used": True})
        return new_pair(world, integration, row["user_id"])


def rotate(world: World, integration: Doc, refresh_token: Any) -> Doc:
    """A refresh token for a new pair; the old one is dead from here on."""
    with world.store.lock:
        row = _alive_refresh(world, refresh_token)
        if row is None or row["client_id"] != integration["id"]:
            raise oauth_problem("Token has been revoked", 401)
        world.store.put("refresh", {**row, "used": True})
        return new_pair(world, integration, row["user_id"])


def new_pair(world: World, integration: Doc, user_id: int) -> Doc:
    """Tokens as the endpoint answers them."""
    now = world.clock.timestamp()
    access = _access(world, integration, user_id, ACCESS_SECONDS)
    refresh = f"def502{secrets.token_hex(480)}"
    due = now + REFRESH_SECONDS
    world.store.put(
        "refresh",
        {"id": refresh, "client_id": integration["id"], "user_id": user_id, "expires": due, "used": False},
    )
    return {
        "token_type": "Bearer",
        "expires_in": ACCESS_SECONDS,
        "server_time": now,
        "access_token": access,
        "refresh_token": refresh,
    }


def long_lived(world: World, integration: Doc, user_id: int, days: int) -> str:
    """A token of the Keys tab, one day to five years; shown once, never refreshed."""
    if not 1 <= days <= 5 * 366:
        raise ApiProblem(400, "Bad Request", "Token lives from 1 day to 5 years")
    return _access(world, integration, user_id, days * 86400)


def read_access(world: World, token: str) -> Doc:
    """The token's row; 401 for a foreign, expired or revoked one."""
    assert world.signing_key is not None
    try:
        claims = jwt.decode(token, world.signing_key, algorithms=["RS256"]).claims
    except (JoseError, ValueError):
        raise unauthorized() from None
    row = world.store.get("access", claims.get("jti"))
    if not row or row["revoked"] or row["expires"] < world.clock.now():
        raise unauthorized("Token has expired" if row and not row["revoked"] else "Token has been revoked")
    return row


def refresh_is_alive(world: World, token: str | None) -> bool:
    """Whether the account may be asked about with this refresh token (it is not spent)."""
    return _alive_refresh(world, token) is not None


def revoke_all(world: World, client_id: str) -> None:
    """Every token and code of an integration is dead."""
    with world.store.lock:
        for row in world.store.all("access"):
            if row["client_id"] == client_id:
                world.store.put("access", {**row, "revoked": True})
        for kind in ("refresh", "code"):
            for row in world.store.all(kind):
                if row["client_id"] == client_id:
                    world.store.put(kind, {**row, "used": True})


def disposable(world: World, integration: Doc, user: Doc) -> str:
    """The page's one-time token, HS256 with the integration's secret, spoilt as the control surface asks."""
    mode, now = world.token_mode, world.clock.timestamp()
    cached = world.store.get("disposable", f"{integration['id']}:{user['id']}") if mode.cached else None
    if cached and cached["expires"] > now + 60:
        return str(cached["token"])
    issued = now - 2 * DISPOSABLE_SECONDS if mode.expired else now
    target = urlsplit(integration["redirect_uri"])
    audience = "https://somebody.else.example" if mode.wrong_audience else f"{target.scheme}://{target.hostname}"
    claims: Doc = {
        "iss": world.base_url,
        "aud": audience,
        "jti": str(uuid.uuid4()),
        "iat": issued,
        "nbf": issued,
        "exp": issued + DISPOSABLE_SECONDS,
        "account_id": world.account["id"],
        "user_id": user["id"],
        "subdomain": world.account["subdomain"],
        "client_uuid": integration["id"],
    }
    if mode.is_admin_claim:
        claims["is_admin"] = bool(user.get("is_admin"))
    secret = secrets.token_hex(32) if mode.wrong_key else integration["client_secret"]
    token = jwt.encode({"alg": "HS256", "typ": "JWT"}, claims, OctKey.import_key(secret))
    if mode.cached:
        key = f"{integration['id']}:{user['id']}"
        world.store.put("disposable", {"id": key, "token": token, "expires": claims["exp"]})
    return token


def _access(world: World, integration: Doc, user_id: int, seconds: int) -> str:
    assert world.signing_key is not None
    now, jti = world.clock.timestamp(), secrets.token_hex(32)
    claims: Doc = {
        "aud": integration["id"],
        "jti": jti,
        "iat": now,
        "nbf": now,
        "exp": now + seconds,
        "sub": str(user_id),
        "grant_type": "",
        "account_id": world.account["id"],
        "base_domain": urlsplit(world.url).netloc,
        "version": 2,
        "scopes": integration["scopes"],
        "hash_uuid": str(uuid.uuid4()),
        "api_domain": urlsplit(world.url).netloc,
    }
    row = {"id": jti, "client_id": integration["id"], "user_id": user_id, "expires": now + seconds}
    world.store.put("access", {**row, "scopes": integration["scopes"], "revoked": False})
    return jwt.encode({"alg": "RS256", "typ": "JWT"}, claims, world.signing_key)


def _alive_refresh(world: World, token: Any) -> Doc | None:
    row = world.store.get("refresh", token) if isinstance(token, str) else None
    return row if row and not row["used"] and row["expires"] > world.clock.now() else None
