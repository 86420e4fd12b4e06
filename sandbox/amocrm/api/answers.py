"""Answers that are not the API's own: rate limits, the gateway's HTML pages."""

from __future__ import annotations

import json

from flask import Response

from ..core.limits import LimitRules

NGINX = (
    "<html>\r\n<head><title>{0}</title></head>\r\n<body>\r\n<center><h1>{0}</h1></center>\r\n"
    "<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
)
TITLES = {
    402: "402 Payment Required", 403: "403 Forbidden", 429: "429 Too Many Requests", 500: "500 Internal Server Error",
    502: "502 Bad Gateway", 503: "503 Service Temporarily Unavailable", 504: "504 Gateway Time-out",
    200: "amoCRM",
}  # fmt: skip


def gateway_html(status: int) -> Response:
    """A page of nginx."""
    return Response(NGINX.format(TITLES[status]), status, content_type="text/html")


def blocked_html() -> Response:
    """The block that follows persistent abuse."""
    return gateway_html(403)


def too_many(rules: LimitRules) -> Response:
    """429, as JSON or as HTML."""
    if rules.body == "html":
        return gateway_html(429)
    return too_many_json(rules.retry_after)


def too_many_json(retry_after: int | None) -> Response:
    """429 with the usual JSON; Retry-After only when asked for."""
    answer = problem(429, "Too Many Requests", "Too many requests. Try again later.")
    if retry_after is not None:
        answer.headers["Retry-After"] = str(retry_after)
    return answer


def problem(status: int, title: str, detail: str) -> Response:
    """problem+json."""
    body = {"title": title, "type": f"https://httpstatus.es/{status}", "status": status, "detail": detail}
    return Response(json.dumps(body, ensure_ascii=False), status, content_type="application/problem+json")
