"""The load from a process of its own."""

from __future__ import annotations

from benchmarks.load import Order, from_outside
from tests.unit.benchmarks.conftest import Listener


def _order(listener: Listener, path: str, tokens: list[str]) -> Order:
    return Order("127.0.0.1", listener.port, f"GET {path}{{token}} HTTP/1.1\r\nHost: x", tokens, 2, 0.3)


def test_every_request_carries_the_next_token(listener: Listener) -> None:
    load = from_outside(_order(listener, "/", ["a", "b", "c"]))
    assert load.failures == 0
    assert load.per_second == len(load.latencies) / 0.3
    assert 0 < len(load.latencies) <= len(listener.asked)
    counts = [listener.asked.count(path) for path in ("/a", "/b", "/c")]
    assert max(counts) - min(counts) <= 2
    assert len(listener.connections) == 2


def test_an_answer_that_is_no_200_is_a_failure(listener: Listener) -> None:
    load = from_outside(_order(listener, "/gone", [""]))
    assert load.failures == len(load.latencies) > 0
