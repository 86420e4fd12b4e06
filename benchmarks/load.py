"""Load from a process of its own: `python -m benchmarks.load` reads an order from standard input and answers in JSON.

Every connection sends its next request when the last answer is whole. Each request carries the next token of the list.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Self

WARM_UP = 1.0
_END = b"\r\n\r\n"
_LENGTH = b"content-length: "


@dataclass(frozen=True, slots=True)
class Order:
    """`head`: the request's text without the blank line; `tokens` fill its `{token}` (none: sent as it is)."""

    host: str
    port: int
    head: str
    tokens: Sequence[str]
    connections: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Load:
    """Answers within the time, per second; latencies in milliseconds; `failures` were no 200."""

    per_second: float
    latencies: Sequence[float]
    failures: int

    @classmethod
    def parsed(cls, text: str) -> Self:
        return cls(**json.loads(text))


class _Caller(asyncio.Protocol):
    """One connection."""

    def __init__(self, requests: Iterator[bytes], record: _Record) -> None:
        self._requests = requests
        self._record = record
        self._buffer = b""
        self._sent = 0.0
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._send()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if _whole(self._buffer):
            self._record.add(self._sent, self._buffer.startswith(b"HTTP/1.1 200"))
            self._buffer = b""
            self._send()

    def connection_lost(self, exc: Exception | None) -> None:
        self._record.lost()

    def _send(self) -> None:
        assert self._transport is not None
        self._sent = time.perf_counter()
        self._transport.write(next(self._requests))


class _Record:
    """What was answered after the warm-up."""

    def __init__(self, seconds: float) -> None:
        self._from = time.perf_counter() + WARM_UP
        self._until = self._from + seconds
        self._seconds = seconds
        self.latencies: list[float] = []
        self.failures = 0

    def add(self, sent: float, good: bool) -> None:
        now = time.perf_counter()
        if self._from <= now < self._until:
            self.latencies.append((now - sent) * 1000)
            self.failures += not good

    def lost(self) -> None:
        if time.perf_counter() < self._until:
            self.failures += 1

    def summary(self) -> Load:
        return Load(len(self.latencies) / self._seconds, self.latencies, self.failures)


def _whole(buffer: bytes) -> bool:
    end = buffer.find(_END)
    if end < 0:
        return False
    head = buffer[:end].lower()
    at = head.find(_LENGTH)
    length = int(head[at + len(_LENGTH) :].split(b"\r\n", 1)[0]) if at >= 0 else 0
    return len(buffer) >= end + len(_END) + length


async def _run(order: Order) -> Load:
    texts = [order.head.replace("{token}", token) for token in order.tokens] or [order.head]
    requests = itertools.cycle([(text + "\r\n\r\n").encode() for text in texts])
    record = _Record(order.seconds)
    loop = asyncio.get_running_loop()
    opened = [
        await loop.create_connection(lambda: _Caller(requests, record), order.host, order.port)
        for _ in range(order.connections)
    ]
    await asyncio.sleep(WARM_UP + order.seconds)
    summary = record.summary()
    for transport, _ in opened:
        transport.close()
    return summary


def from_outside(order: Order) -> Load:
    """Run it in a process of its own. Raises CalledProcessError."""
    ran = subprocess.run(
        [sys.executable, "-m", "benchmarks.load"],
        input=json.dumps(asdict(order)),
        capture_output=True,
        text=True,
        check=True,
    )
    return Load.parsed(ran.stdout)


if __name__ == "__main__":
    print(json.dumps(asdict(asyncio.run(_run(Order(**json.load(sys.stdin)))))))
