"""Answers that are JSON already, or become it once."""

from __future__ import annotations

import json

from flask import Response

from backend.services.panel.texts import Json

JSON_TYPE = "application/json"


def send(body: bytes, status: int = 200) -> Response:
    """Bytes a use case made, as they are."""
    return Response(body, status=status, mimetype=JSON_TYPE)


def dumped(told: Json) -> bytes:
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
