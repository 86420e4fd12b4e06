"""Headers every answer carries."""

from __future__ import annotations

from flask import Response

from backend.api.request_log import REQUEST_ID_HEADER, request_id

_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
}
_UNLESS_SET = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
HSTS = "max-age=31536000; includeSubDomains"


def harden(response: Response, *, https: bool) -> Response:
    """Nothing is guessed, framed or kept by the browser; the request's id is told."""
    headers = response.headers
    for name, value in _ALWAYS.items():
        headers[name] = value
    for name, value in _UNLESS_SET.items():
        headers.setdefault(name, value)
    if https:
        headers["Strict-Transport-Security"] = HSTS
    headers[REQUEST_ID_HEADER] = request_id()
    return response
