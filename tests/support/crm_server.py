"""A small strict HTTP server on loopback that answers as scripted and keeps every request it got."""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

HAL = "application/hal+json"
PROBLEM = "application/problem+json"


@dataclass
class Got:
    """A request as it came."""

    method: str
    path: str
    query: list[tuple[str, str]]
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Answer:
    """What is sent back: these headers and no others.

    `length` lies about the body's length; `drop` closes without an answer; `after` waits for an event.
    """

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    length: int | None = None
    drop: bool = False
    after: threading.Event | None = None


def hal(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> Answer:
    """hal+json."""
    return Answer(status, json.dumps(body).encode(), {"Content-Type": HAL, **(headers or {})})


def raw_json(text: str, kind: str = HAL) -> Answer:
    """JSON exactly as written."""
    return Answer(200, text.encode(), {"Content-Type": kind})


def problem(status: int, detail: str = "", **more: Any) -> Answer:
    """problem+json."""
    body = {"title": "Problem", "status": status, "detail": detail, **more}
    return Answer(status, json.dumps(body).encode(), {"Content-Type": PROBLEM})


def page(status: int) -> Answer:
    """An HTML page of a gateway."""
    return Answer(status, b"<html><h1>nginx</h1></html>", {"Content-Type": "text/html"})


Script = Answer | Callable[[Got], Answer]


class ScriptedServer:
    """Answers `on(method, path)` in the order given; the last answer repeats. Anything else gets 599."""

    def __init__(self) -> None:
        self.got: list[Got] = []
        self._scripts: dict[tuple[str, str], deque[Script]] = {}
        self._guard = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self._server.server_port}"

    @property
    def url(self) -> str:
        return f"http://{self.host}"

    def on(self, method: str, path: str, *answers: Script) -> None:
        """Script the answers of one path."""
        self._scripts[method, path] = deque(answers)

    def calls(self, method: str, path: str) -> list[Got]:
        """The requests that one path got."""
        return [g for g in self.got if (g.method, g.path) == (method, path)]

    def __enter__(self) -> ScriptedServer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=5)

    def answer(self, got: Got) -> Answer:
        with self._guard:
            self.got.append(got)
            answers = self._scripts.get((got.method, got.path))
            if not answers:
                return Answer(599, f"unscripted {got.method} {got.path}".encode())
            script = answers.popleft() if len(answers) > 1 else answers[0]
        return script(got) if callable(script) else script

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        owner = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = 1 << 16  # one packet an answer: no waiting for the acknowledgement of the headers

            def _serve(self) -> None:
                parts = urlsplit(self.path)
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                query = parse_qsl(parts.query, keep_blank_values=True)
                answer = owner.answer(Got(self.command, parts.path, query, dict(self.headers), body))
                if answer.after is not None:
                    answer.after.wait(timeout=10)
                if answer.drop:
                    self.close_connection = True
                    return
                self.send_response_only(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                if answer.status != 204:
                    self.send_header("Content-Length", str(answer.length or len(answer.body)))
                self.end_headers()
                self.wfile.write(answer.body)
                self.close_connection = self.close_connection or answer.length is not None

            do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = _serve  # noqa: N815

            def log_message(self, *_: object) -> None:
                """Keep silent."""

        return Handler
