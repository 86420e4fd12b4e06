"""What the API tests ask of an answer."""

from __future__ import annotations

from typing import Any

import requests

from sandbox.amocrm.server import AmoServer

from .house import (
    control,
)

HAL, PROBLEM = "application/hal+json", "application/problem+json"


def rows(answer: requests.Response, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = answer.json()["_embedded"][name]
    return found


def errors(answer: requests.Response) -> list[tuple[str, str]]:
    assert answer.status_code == 400, answer.text
    assert answer.headers["Content-Type"] == PROBLEM
    return [(e["code"], e["path"]) for item in answer.json()["validation-errors"] for e in item["errors"]]


def session(server: AmoServer, user_id: int) -> dict[str, str]:
    return {server.world.cookie_name: control(server, "session", {"user_id": user_id})["value"]}
