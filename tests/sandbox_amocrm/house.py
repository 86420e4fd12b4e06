"""What the tests of the stand-in share: an integration, a caller with a token, a place that receives calls."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import requests

from sandbox.amocrm.server import AmoServer

CLIENT_ID = "6b1f5c1e-0f3b-4a52-9a0e-1b4b6f0f8a11"
SECRET = "s3cret-of-somebody-else-0123456789-0123456789"
LEAD, MANAGER, WHOLESALE, HEAD, ADMIN, FREE = 3912171, 504141, 504142, 504143, 504140, 504144
CATALOG, KETTLE, TOASTER, LAMP = 4521, 525439, 525440, 525442
PIPELINE, TALKS, DECIDING = 3177727, 32392159, 32392162


@dataclass
class Call:
    """One request that arrived."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """A small HTTP server that writes down what it gets and answers with the next status of `answers`."""

    answers: list[int] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    arrived: threading.Condition = field(default_factory=threading.Condition)
    url: str = ""
    server: ThreadingHTTPServer | None = None

    def start(self) -> Receiver:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                size = int(self.headers.get("Content-Length") or 0)
                call = Call(self.command, self.path, dict(self.headers), self.rfile.read(size))
                with outer.arrived:
                    status = outer.answers.pop(0) if outer.answers else 200
                    outer.calls.append(call)
                    outer.arrived.notify_all()
                self.send_response(status)
                self.send_header("Access-Control-Allow-Origin", "*")
                self.send_header("Access-Control-Allow-Headers", "X-Auth-Token, Content-Type")
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(b'{"sky": "clear"}')

            do_GET = answer  # noqa: N815
            do_POST = answer  # noqa: N815
            do_OPTIONS = answer  # noqa: N815

            def log_message(self, format: str, *args: Any) -> None:
                """Silent."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def stop(self) -> None:
        assert self.server is not None
        self.server.shutdown()
        self.server.server_close()

    def wait(self, count: int) -> list[Call]:
        """The calls once there are so many; fails after ten seconds."""
        with self.arrived:
            assert self.arrived.wait_for(lambda: len(self.calls) >= count, 10), f"{len(self.calls)} of {count} calls"
            return list(self.calls)


class Caller:
    """The API with a token (or headers of one's own)."""

    def __init__(self, base: str, token: str, **headers: str) -> None:
        self.base = base
        self.headers = {"Authorization": f"Bearer {token}", **headers}

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> requests.Response:
        return requests.request(
            method, f"{self.base}/api/v4/{path}", json=body, headers={**self.headers, **headers}, timeout=20
        )


def control(server: AmoServer, path: str, body: Any = None, method: str = "POST") -> Any:
    """A call of the control surface."""
    answer = requests.request(method, f"{server.url}/_sandbox/{path}", json=body, timeout=20)
    answer.raise_for_status()
    return answer.json()


def token(server: AmoServer, user_id: int = ADMIN) -> str:
    """A long-lived token of a user."""
    found = control(server, f"integrations/{CLIENT_ID}/token", {"user_id": user_id})["access_token"]
    assert isinstance(found, str)
    return found


def settled(server: AmoServer, ready: Callable[[], bool]) -> None:
    """Wait (with the sender's own wake-ups) until something is true; fails after ten seconds."""
    done = threading.Event()
    for _ in range(200):
        if ready():
            return
        done.wait(0.05)
    raise AssertionError("it did not come true")
