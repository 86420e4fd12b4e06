"""Which requests leave this process, byte for byte: Python announces them (the audit event `http.client.send`)."""

from __future__ import annotations

import http.client
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

_VERBS = (b"GET ", b"POST ", b"PATCH ", b"PUT ", b"DELETE ")


@dataclass(slots=True)
class Sent:
    """One request as it left: where to, and its bytes from the first line to the end of the body."""

    host: str
    port: int
    raw: bytes = field(repr=False)

    @property
    def line(self) -> str:
        """'GET /path'."""
        verb, target, _ = self.raw.split(b"\r\n", 1)[0].split(b" ", 2)
        return f"{verb.decode()} {target.decode()}"

    @property
    def body(self) -> bytes:
        return self.raw.partition(b"\r\n\r\n")[2]


class _Tap:
    """The process's only hook (Python has no way to take one out again); listens while `recording` runs."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sent: list[Sent] | None = None
        self._open: dict[int, Sent] = {}
        self._hooked = False

    @contextmanager
    def recording(self) -> Iterator[list[Sent]]:
        if not self._hooked:
            sys.addaudithook(self._hear)
            self._hooked = True
        found: list[Sent] = []
        with self._lock:
            self._sent, self._open = found, {}
        try:
            yield found
        finally:
            with self._lock:
                self._sent = None

    def _hear(self, event: str, args: tuple[object, ...]) -> None:
        if event != "http.client.send":
            return
        connection, data = args
        if isinstance(connection, http.client.HTTPConnection) and isinstance(data, bytes):
            with self._lock:
                if self._sent is not None:
                    self._add(connection, data, self._sent)

    def _add(self, connection: http.client.HTTPConnection, data: bytes, sent: list[Sent]) -> None:
        if data.startswith(_VERBS):
            one = self._open[id(connection)] = Sent(connection.host, connection.port or 80, data)
            sent.append(one)
        elif id(connection) in self._open:
            self._open[id(connection)].raw += data


_tap = _Tap()
recording = _tap.recording
