"""The stand-in for our backend behind a real socket, with the CORS answers a browser demands."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.widget.backend import Backend

CORS = {
    "Access-Control-Allow-Methods": "GET, POST, PUT, PATCH, DELETE, OPTIONS",
    "Access-Control-Allow-Headers": "X-Auth-Token, Content-Type, Idempotency-Key",
    "Vary": "Origin",
}


@contextmanager
def served(backend: Backend) -> Iterator[str]:
    """The base URL while the server runs. `backend.asked` also gets each request's one-time token as `token`."""

    class Handler(BaseHTTPRequestHandler):
        def _send(self, status: int, body: object) -> None:
            data = b"" if body is None else json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Access-Control-Allow-Origin", self.headers.get("Origin", ""))
            for name, value in CORS.items():
                self.send_header(name, value)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def _answer(self) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            request = {
                "method": self.command,
                "url": f"http://{self.headers['Host']}{self.path}",
                "headers": dict(self.headers),
                "token": self.headers.get("X-Auth-Token"),
                "body": json.loads(raw) if raw else None,
            }
            self._send(*backend.answer(request))

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _answer  # noqa: N815

        def do_OPTIONS(self) -> None:
            self._send(204, None)

        def log_message(self, format: str, *args: Any) -> None:
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
