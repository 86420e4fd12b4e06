"""Requests recorded as they leave, and sent again."""

from __future__ import annotations

import pytest
import requests

from benchmarks.bare import BareClient, BareRefused
from benchmarks.plan import Step
from benchmarks.tap import Sent, recording
from tests.unit.benchmarks.conftest import Listener


def _get(listener: Listener, path: str) -> Sent:
    return Sent("127.0.0.1", listener.port, f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())


def test_what_leaves_is_recorded_whole(listener: Listener) -> None:
    at = f"http://127.0.0.1:{listener.port}"
    with recording() as sent:
        requests.get(f"{at}/one?a=1", timeout=5)
        requests.post(f"{at}/two", json={"b": 2}, timeout=5)
    assert [one.line for one in sent] == ["GET /one?a=1", "POST /two"]
    assert [one.body for one in sent] == [b"", b'{"b": 2}']
    assert {(one.host, one.port) for one in sent} == {("127.0.0.1", listener.port)}


def test_only_the_block_is_recorded(listener: Listener) -> None:
    at = f"http://127.0.0.1:{listener.port}"
    requests.get(at, timeout=5)
    with recording() as sent:
        pass
    requests.get(at, timeout=5)
    assert sent == []


def test_a_recorded_request_arrives_again_as_it_was(listener: Listener) -> None:
    with recording() as sent:
        requests.post(f"http://127.0.0.1:{listener.port}/rpc", json={"b": 2}, timeout=5)
    with BareClient() as bare:
        assert bare.run([Step("rpc", sent[0], ())]) > 0
    assert listener.asked == ["/rpc", "/rpc"]
    assert listener.bodies[0] == listener.bodies[1] == b'{"b": 2}'


def test_what_needs_an_answer_waits_for_it(listener: Listener) -> None:
    steps = [
        Step("a", _get(listener, "/a"), ()),
        Step("b", _get(listener, "/b"), (0,)),
        Step("c", _get(listener, "/c"), (1,)),
    ]
    with BareClient() as bare:
        for _ in range(5):
            bare.run(steps)
    assert listener.asked == ["/a", "/b", "/c"] * 5


def test_connections_are_kept(listener: Listener) -> None:
    with BareClient() as bare:
        for _ in range(5):
            bare.run([Step("a", _get(listener, "/a"), ())])
    assert len(listener.connections) == 1


def test_a_refusal_is_no_measurement(listener: Listener) -> None:
    with BareClient() as bare, pytest.raises(BareRefused, match="deal: HTTP 410"):
        bare.run([Step("deal", _get(listener, "/gone"), ())])
