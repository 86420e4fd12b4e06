"""The same requests sent again with nothing around them: the least that a hand-written client would need.

Bytes as recorded, over connections kept where the server keeps them; each request leaves as soon as the answers it
needs are there; answers are read to their end and not looked into.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from http.client import HTTPConnection, HTTPResponse
from queue import Empty, LifoQueue
from types import TracebackType

from benchmarks.plan import Step

TIMEOUT = 60


class BareRefused(RuntimeError):
    """A request sent again was not answered with 200; carries its kind and the status."""


class BareClient:
    """Use as a context manager. `side_by_side` requests at a time at most."""

    def __init__(self, side_by_side: int = 32) -> None:
        self._pool = ThreadPoolExecutor(side_by_side, thread_name_prefix="bare")
        self._connections: dict[tuple[str, int], LifoQueue[HTTPConnection]] = {}

    def __enter__(self) -> BareClient:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown()
        for kept in self._connections.values():
            while not kept.empty():
                kept.get_nowait().close()

    def run(self, steps: Sequence[Step]) -> float:
        """Seconds from the first request to the end of the last answer. Raises BareRefused."""
        for step in steps:
            self._connections.setdefault((step.sent.host, step.sent.port), LifoQueue())
        begun = time.perf_counter()
        running: list[Future[None]] = []
        for step in steps:
            # Steps come in order, so whatever one waits for is already running: no thread waits for ever.
            running.append(self._pool.submit(self._step, step, [running[one] for one in step.after]))
        for one in running:
            one.result()
        return time.perf_counter() - begun

    def _step(self, step: Step, after: Sequence[Future[None]]) -> None:
        for one in after:
            one.result()
        kept = self._connections[step.sent.host, step.sent.port]
        try:
            connection = kept.get_nowait()
        except Empty:
            connection = HTTPConnection(step.sent.host, step.sent.port, timeout=TIMEOUT)
            connection.connect()
        status, closes = _exchange(connection, step.sent.raw)
        if closes:
            connection.close()
        else:
            kept.put(connection)
        if status not in {200, 204}:
            raise BareRefused(f"{step.kind}: HTTP {status}")


def _exchange(connection: HTTPConnection, raw: bytes) -> tuple[int, bool]:
    """The answer's status, and whether the server ends the connection with it."""
    assert connection.sock is not None
    connection.sock.sendall(raw)
    with HTTPResponse(connection.sock, method=raw[:4].decode().strip()) as response:
        response.begin()
        response.read()
        return response.status, response.will_close
