"""The page's own small JSON-RPC client for Tryton, signed in as the storekeeper."""

from __future__ import annotations

import base64
import threading
from datetime import date
from decimal import Decimal
from typing import Any

import requests

TIMEOUT = (5, 60)
MOST_WARNINGS = 10


class ErpRefused(Exception):
    """Tryton said no: ``code`` is its error's class, ``message`` its words.

    ``warning`` names a warning that a person may answer; None for a refusal that stands.
    """

    def __init__(self, code: str, message: str, warning: str | None = None) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.warning = warning


class ErpClient:
    """One signed-in user. Calls are made one at a time: the ERP behind it is served by one worker."""

    def __init__(self, url: str, database: str, login: str, password: str) -> None:
        self._endpoint = f"{url}/{database}/rpc/"
        self._login = login
        self._password = password
        self._session = requests.Session()
        self._lock = threading.Lock()
        self._context: dict[str, Any] = {}
        self._signed_in = False

    def call(self, method: str, *params: Any, **context: Any) -> Any:
        """Call ``method``; the user's context, and what is added to it here, goes last."""
        with self._lock:
            if not self._signed_in:
                self._sign_in()
            try:
                return self._post(method, [*params, {**self._context, **context}])
            except SessionLost:
                self._sign_in()
                return self._post(method, [*params, {**self._context, **context}])

    def press(self, button: str, records: list[int]) -> None:
        """Press a button such as ``model.sale.sale.quote``; says "yes" to the warnings that a person may answer."""
        for _ in range(MOST_WARNINGS):
            try:
                self.call(button, records)
                return
            except ErpRefused as refusal:
                if refusal.warning is None:
                    raise
                self.call("model.res.user.warning.skip", refusal.warning, False)
        raise ErpRefused("TooManyWarnings", "ERP предупреждает снова и снова")

    def _sign_in(self) -> None:
        self._session.headers.pop("Authorization", None)
        try:
            user, token = self._post("common.db.login", [self._login, {"password": self._password}, "ru"])[:2]
        except SessionLost as error:
            raise ErpRefused("LoginRefused", "ERP не принял логин или пароль") from error
        secret = base64.b64encode(f"{self._login}:{user}:{token}".encode()).decode()
        self._session.headers["Authorization"] = f"Session {secret}"
        self._context = self._post("model.res.user.get_preferences", [True, {}])
        self._signed_in = True

    def _post(self, method: str, params: list[Any]) -> Any:
        body = {"id": 1, "method": method, "params": encode(params)}
        try:
            response = self._session.post(self._endpoint, json=body, timeout=TIMEOUT)
        except requests.RequestException as error:
            raise ErpRefused("Unreachable", "ERP не отвечает") from error
        if response.status_code == 401:
            raise SessionLost
        if response.status_code != 200:
            raise ErpRefused(f"Http{response.status_code}", response.reason)
        answer = response.json()
        if "error" in answer:
            kind, detail = answer["error"][0], answer["error"][1]
            raise ErpRefused(kind, _words(kind, detail), detail[0] if kind == "UserWarning" else None)
        return decode(answer.get("result"))


class SessionLost(Exception):
    """The session is dead or was never there."""


def _words(kind: str, detail: Any) -> str:
    if kind == "UserWarning":
        return str(detail[1])
    return str(detail[0]) if isinstance(detail, list) else kind


def encode(value: Any) -> Any:
    """Python values as Tryton's JSON."""
    if isinstance(value, Decimal):
        return {"__class__": "Decimal", "decimal": str(value)}
    if isinstance(value, date):
        return {"__class__": "date", "year": value.year, "month": value.month, "day": value.day}
    if isinstance(value, (list, tuple)):
        return [encode(item) for item in value]
    if isinstance(value, dict):
        return {key: encode(item) for key, item in value.items()}
    return value


def decode(value: Any) -> Any:
    """Tryton's JSON as Python values; a datetime stays as it came."""
    if isinstance(value, list):
        return [decode(item) for item in value]
    if not isinstance(value, dict):
        return value
    kind = value.get("__class__")
    if kind == "Decimal":
        return Decimal(value["decimal"])
    if kind == "date":
        return date(value["year"], value["month"], value["day"])
    if kind == "bytes":
        return base64.b64decode(value["base64"])
    return {key: decode(item) for key, item in value.items()}
