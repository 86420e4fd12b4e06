"""A small HTTP server between an adapter and its ERP, or in its place, that answers badly on demand."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import requests

DROP = object()


@dataclass
class Call:
    """One JSON-RPC request as it came."""

    method: str
    params: list[object]
    body: bytes
    headers: dict[str, str]


@dataclass
class Reply:
    """What is sent back. `drop`: close the connection without a word. `hold`: wait for the event first. `every`:
    seconds between one byte of the body and the next, until nobody listens."""

    status: int = 200
    body: bytes = b""
    content_type: str = "application/json"
    drop: bool = False
    hold: threading.Event | None = None
    headers: dict[str, str] = field(default_factory=dict)
    every: float = 0.0


Rule = Callable[[Call, Callable[[], Reply]], Reply]


def pass_on(_: Call, forward: Callable[[], Reply]) -> Reply:
    """The rule that changes nothing."""
    return forward()


class Proxy:
    """Serves on loopback. `rule` decides each answer and may `forward` to `upstream` before or instead."""

    def __init__(self, upstream: str = "") -> None:
        self.upstream = upstream
        self.rule: Rule = pass_on
        self.seen: list[Call] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Proxy:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @contextmanager
    def ruled(self, rule: Rule) -> Iterator[None]:
        """Answer by `rule` inside the block."""
        before, self.rule = self.rule, rule
        try:
            yield
        finally:
            self.rule = before

    def forward(self, path: str, call: Call) -> Reply:
        headers = {
            name: value for name, value in call.headers.items() if name.lower() in {"authorization", "content-type"}
        }
        found = requests.post(self.upstream + path, data=call.body, headers=headers, timeout=60)
        return Reply(found.status_code, found.content, found.headers.get("Content-Type", ""))


def result(value: object) -> Reply:
    """A good JSON-RPC answer."""
    return Reply(body=json.dumps({"id": 1, "result": value}).encode())


def _handler(proxy: Proxy) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            asked = json.loads(body)
            call = Call(asked["method"], asked["params"], body, dict(self.headers.items()))
            proxy.seen.append(call)
            reply = proxy.rule(call, lambda: proxy.forward(self.path, call))
            if reply.hold:
                reply.hold.wait(30)
            self.close_connection = True
            if reply.drop:
                return
            self.send_response(reply.status)
            self.send_header("Content-Type", reply.content_type)
            self.send_header("Content-Length", str(len(reply.body)))
            self.send_header("Connection", "close")
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.end_headers()
            if reply.every:
                with suppress(OSError):
                    self._drip(reply)
            else:
                self.wfile.write(reply.body)

        def _drip(self, reply: Reply) -> None:
            for byte in reply.body:
                self.wfile.write(bytes([byte]))
                time.sleep(reply.every)

        def log_message(self, *_: object) -> None:
            return

    return Handler
