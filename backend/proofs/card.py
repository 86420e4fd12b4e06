"""The web processes of an installation, and a deal's card that asks them over HTTP as the widget does."""

from __future__ import annotations

import sys
import time
import uuid
from datetime import timedelta
from typing import Any

import requests
from joserfc import jwt
from joserfc.jwk import OctKey

from backend.ports.tokens import TokenPair
from backend.proofs.command import Impossible
from backend.proofs.crew import SECRET
from backend.proofs.office import MANAGER, domain_of
from backend.proofs.plant import ACCOUNT, Plant, wait_until

PATIENCE = 60.0
TOKEN_LIVES = 1800
OURS, REAL = "backend.proofs.wsgi:app", "backend.wsgi:app"


def start_web(plant: Plant, app: str) -> None:
    """gunicorn as in production, under the name `web`; ready when this returns. Raises Impossible."""
    plant.crew.run("web", [sys.executable, "-m", "gunicorn", "--config", "python:backend.gunicorn_conf", app])
    if wait_until(lambda: _ready(plant), PATIENCE) is None:
        raise Impossible(f"the web process does not start; its log is in {plant.here.config.data_dir}")


def connect(plant: Plant) -> None:
    """The account has tokens, so the widget's calls are let in. No CRM ever sees them."""
    now = plant.here.clock.now()
    pair = TokenPair("access", "refresh", expires_at=now + timedelta(days=1), issued_at=now)
    plant.here.api.token_store.save(ACCOUNT, pair)


class Card:
    """One person's card of a deal."""

    def __init__(self, plant: Plant, deal_id: int) -> None:
        self._integration = plant.here.config
        self._address = f"{_address(plant)}/api/v1/deals/{deal_id}"

    def panel(self, figures: str = "live") -> dict[str, Any]:
        """Raises requests.RequestException."""
        answer = requests.get(f"{self._address}/panel?figures={figures}", headers=self._headers(), timeout=30)
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found

    def order(self, fingerprint: str, key: str) -> requests.Response:
        """*Place order* under an Idempotency-Key. Raises requests.RequestException."""
        headers = {**self._headers(), "Idempotency-Key": key}
        return requests.post(f"{self._address}/order", json={"fingerprint": fingerprint}, headers=headers, timeout=60)

    def _headers(self) -> dict[str, str]:
        origin, now = f"https://{domain_of(ACCOUNT)}", int(time.time())
        claims = {
            "iss": origin,
            "aud": "http://127.0.0.1",
            "jti": str(uuid.uuid4()),
            "iat": now,
            "nbf": now,
            "exp": now + TOKEN_LIVES,
            "account_id": ACCOUNT,
            "user_id": MANAGER,
            "subdomain": domain_of(ACCOUNT).partition(".")[0],
            "client_uuid": self._integration.amocrm_client_id,
        }
        token = jwt.encode({"alg": "HS256", "typ": "JWT"}, claims, OctKey.import_key(SECRET))
        return {"X-Auth-Token": token, "Origin": origin}


def _ready(plant: Plant) -> bool:
    try:
        return requests.get(f"{_address(plant)}/ready", timeout=2).status_code == 200
    except requests.RequestException:
        return False


def _address(plant: Plant) -> str:
    config = plant.here.config
    return f"http://{config.host}:{config.port}"
