"""The WSGI layer around an application: faults, the request log, X-Request-Id."""

from __future__ import annotations

import json
import socket
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from flask import Response

from ..api.answers import gateway_html, problem, too_many_json
from .faults import Fault
from .world import World

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
QUIET = ("/_sandbox", "/static/", "/vendor/", "/ajax/socket", "/favicon")


class Wrap:
    """Meets faults before (or instead of) the application and writes the log."""

    def __init__(self, app: Wsgi, world: World, port: str) -> None:
        self.app, self.world, self.port = app, world, port

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path.startswith(QUIET):
            return self.app(environ, start_response)
        request_id = uuid.uuid4().hex
        began, seen = time.monotonic(), {"status": 0}

        def answer(status: str, headers: list[tuple[str, str]], exc: Any = None) -> Any:
            seen["status"] = int(status.split(" ", 1)[0])
            return start_response(status, [*headers, ("X-Request-Id", request_id)], exc)

        fault = self.world.faults.meet(environ["REQUEST_METHOD"], path, self.port)
        body = self._serve(fault, environ, answer)
        self.world.request_log.append({
            "at": self.world.clock.now(), "port": self.port, "method": environ["REQUEST_METHOD"], "path": path,
            "query": environ.get("QUERY_STRING", ""), "status": seen["status"],
            "fault": fault.kind if fault else None, "integration": environ.get("amo.integration"),
            "user_id": environ.get("amo.user"), "ms": round((time.monotonic() - began) * 1000, 1),
            "request_id": request_id,
        })  # fmt: skip
        return body

    def _serve(self, fault: Fault | None, environ: dict[str, Any], answer: Callable[..., Any]) -> Iterable[bytes]:
        if fault is None:
            return self.app(environ, answer)
        if fault.kind == "slow":
            time.sleep(fault.seconds)
            return self.app(environ, answer)
        if fault.kind == "lost_update":
            with self.world.store.forgotten():
                return [b"".join(self.app(environ, answer))]
        if fault.kind in ("half", "drop"):
            return self._broken(fault, environ, answer)
        if fault.when == "after":
            b"".join(self.app(environ, lambda *_: None))
        return made_up(fault)(environ, answer)

    def _broken(self, fault: Fault, environ: dict[str, Any], answer: Callable[..., Any]) -> Iterable[bytes]:
        """A connection that dies: at once (drop), or in the middle of the body (half)."""
        if fault.kind == "drop" and fault.when == "before":
            answer("500 Dropped", [])
            _cut(environ)
            return []
        body = b"".join(self.app(environ, answer))
        if fault.kind == "drop":
            _cut(environ)
            return []
        return _half(environ, body or json.dumps({"_links": {}}).encode())


def made_up(fault: Fault) -> Response:
    """The answer a fault gives instead of the application."""
    if fault.kind == "429_json":
        return too_many_json(fault.retry_after)
    if fault.kind == "402":
        return problem(402, "Payment Required", "Account is not paid")
    if fault.kind == "500":
        body = {"title": "ErrInternalServer", "type": "https://httpstatus.es/500", "status": 500, "trace_id": "0"}
        return Response(json.dumps(body), 500, content_type="application/problem+json")
    if fault.kind == "empty":
        return Response(b"", 200, content_type="application/hal+json")
    if fault.kind == "html_200":
        return gateway_html(200)
    answer = gateway_html(int(fault.kind.split("_")[0]))
    if fault.retry_after is not None:
        answer.headers["Retry-After"] = str(fault.retry_after)
    return answer


def _half(environ: dict[str, Any], body: bytes) -> Iterator[bytes]:
    yield body[: max(len(body) // 2, 1)]
    _cut(environ)


def _cut(environ: dict[str, Any]) -> None:
    connection: socket.socket = environ["werkzeug.socket"]
    connection.shutdown(socket.SHUT_RDWR)
