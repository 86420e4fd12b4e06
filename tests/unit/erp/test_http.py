"""The session every ERP adapter shares."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import replace
from ipaddress import ip_address
from itertools import islice

import pytest

from backend.erp.exchange import Exchange
from backend.erp.http import ErpHttp, Request
from backend.erp.network import NetworkPolicy, is_public
from backend.erp.slots import Crowded
from backend.ports.erp import ErpAddressForbidden, ErpOutcomeUnknown, ErpUnavailable
from tests.support.erp_proxy import Call, Proxy, Reply
from tests.unit.erp.conftest import HERE, QUICK

ASK = Request("POST", "/rpc/", "ask", b'{"method":"ask","params":[]}')
TELL = replace(ASK, writes=True)


def _patient(server: Proxy, *, at_once: int) -> ErpHttp:
    limits = replace(QUICK, read_seconds=30, total_seconds=30, at_once=at_once, stuck_seconds=0.3)
    return ErpHttp(server.url, policy=HERE, limits=limits)


class TestLimits:
    def test_an_answer_may_be_too_large(self, http: ErpHttp, server: Proxy) -> None:
        with server.ruled(lambda call, forward: Reply(body=b"x" * 200_000)):
            with pytest.raises(ErpUnavailable, match="large"):
                http.send(ASK)
            with pytest.raises(ErpOutcomeUnknown, match="large"):
                http.send(TELL)

    def test_a_packed_answer_is_measured_unpacked(self, http: ErpHttp, server: Proxy) -> None:
        bomb = Reply(body=gzip.compress(b"\0" * 5_000_000), headers={"Content-Encoding": "gzip"})
        with server.ruled(lambda call, forward: bomb), pytest.raises(ErpUnavailable, match="large"):
            http.send(ASK)

    def test_a_lie_about_gzip_is_no_crash(self, http: ErpHttp, server: Proxy) -> None:
        lie = Reply(body=b"plain", headers={"Content-Encoding": "gzip"})
        with server.ruled(lambda call, forward: lie), pytest.raises(ErpUnavailable):
            http.send(ASK)

    def test_an_answer_that_comes_byte_by_byte_has_its_time_too(self, http: ErpHttp, server: Proxy) -> None:
        """No single byte is late; without the limit for all of it a thread would be held for as long as they come."""
        with server.ruled(lambda call, forward: Reply(body=b"x" * 200, every=0.1)):
            with pytest.raises(ErpUnavailable, match="slow"):
                http.send(ASK)
            with pytest.raises(ErpOutcomeUnknown, match="slow"):
                http.send(TELL)

    def test_redirects_are_not_followed(self, http: ErpHttp, server: Proxy) -> None:
        away = Reply(302, headers={"Location": "http://169.254.169.254/latest/meta-data"})
        with server.ruled(lambda call, forward: away), pytest.raises(ErpUnavailable, match="302"):
            http.send(ASK)
        assert len(server.seen) == 1

    def test_cookies_are_forgotten(self, http: ErpHttp, server: Proxy) -> None:
        with server.ruled(lambda call, forward: Reply(headers={"Set-Cookie": "session=1"})):
            http.send(ASK)
            http.send(ASK)
        assert "Cookie" not in server.seen[-1].headers

    def test_failures_in_a_row_open_the_breaker(self, server: Proxy) -> None:
        http = ErpHttp(server.url, policy=HERE, limits=replace(QUICK, breaker_failures=3))
        with server.ruled(lambda call, forward: Reply(drop=True)):
            for _ in range(5):
                with pytest.raises(ErpUnavailable):
                    http.send(ASK)
        assert len(server.seen) == 3
        assert http.calls == 3

    def test_an_open_breaker_says_when_to_come_again(self, server: Proxy) -> None:
        http = ErpHttp(server.url, policy=HERE, limits=replace(QUICK, breaker_failures=1, breaker_seconds=7))
        with server.ruled(lambda call, forward: Reply(drop=True)):
            with pytest.raises(ErpUnavailable):
                http.send(ASK)
            with pytest.raises(ErpUnavailable) as caught:
                http.send(TELL)
        assert caught.value.after is not None
        assert caught.value.after.total_seconds() == 7

    def test_the_breaker_tells_when_it_opens_and_closes(self, server: Proxy) -> None:
        told: list[bool] = []
        limits = replace(QUICK, breaker_failures=2, breaker_seconds=0)
        http = ErpHttp(server.url, policy=HERE, limits=limits, breaker=told.append)
        with server.ruled(lambda call, forward: Reply(drop=True)):
            for _ in range(2):
                with pytest.raises(ErpUnavailable):
                    http.send(ASK)
        assert told == [False, True]
        with server.ruled(lambda call, forward: Reply(body=b"ok")):
            http.send(ASK)
        assert told == [False, True, False]

    @pytest.mark.parametrize("status", [502, 504])
    def test_a_proxy_that_answers_for_a_dead_erp_is_a_failure(
        self, http: ErpHttp, server: Proxy, exchanges: list[Exchange], status: int
    ) -> None:
        with server.ruled(lambda call, forward: Reply(status, b"<html>", "text/html")):
            with pytest.raises(ErpUnavailable):
                http.send(ASK)
            with pytest.raises(ErpOutcomeUnknown):
                http.send(TELL)
        assert [(one.status, one.failure) for one in exchanges] == [
            (status, "ErpUnavailable"),
            (status, "ErpOutcomeUnknown"),
        ]

    def test_an_erp_that_hangs_holds_only_so_many_threads(self, server: Proxy) -> None:
        """Eight threads ask at once and nothing is answered: three wait, the others are turned away while they do."""
        http, answer = _patient(server, at_once=3), threading.Event()
        with server.ruled(lambda call, forward: Reply(body=b"late", hold=answer)), ThreadPoolExecutor(8) as pool:
            asked = [pool.submit(http.send, ASK) for _ in range(8)]
            turned_away = list(islice(as_completed(asked, timeout=20), 5))
            assert [type(one.exception()) for one in turned_away] == [Crowded] * 5
            answer.set()
            assert [one.result(20).body for one in asked if one not in turned_away] == [b"late"] * 3
        assert http.calls == 3

    def test_without_the_bound_it_holds_them_all(self, server: Proxy) -> None:
        """The control of the test above: with room for all of them nobody is turned away."""
        http, answer = _patient(server, at_once=8), threading.Event()
        here = threading.Semaphore(0)

        def hang(call: Call, forward: Callable[[], Reply]) -> Reply:
            here.release()
            return Reply(body=b"late", hold=answer)

        with server.ruled(hang), ThreadPoolExecutor(8) as pool:
            asked = [pool.submit(http.send, ASK) for _ in range(8)]
            assert all(here.acquire(timeout=20) for _ in asked)
            answer.set()
            assert [one.result(20).body for one in asked] == [b"late"] * 8

    def test_requests_run_side_by_side(self, server: Proxy) -> None:
        both_here = threading.Barrier(2)

        def meet(call: Call, forward: Callable[[], Reply]) -> Reply:
            both_here.wait(timeout=5)
            return Reply(body=b"met")

        patient = ErpHttp(server.url, policy=HERE, limits=replace(QUICK, read_seconds=6, total_seconds=6))
        with server.ruled(meet), ThreadPoolExecutor(2) as pool:
            answers = list(pool.map(patient.send, [ASK, ASK]))
        assert [answer.body for answer in answers] == [b"met", b"met"]

    def test_failures_are_logged_too(self, http: ErpHttp, server: Proxy, exchanges: list[Exchange]) -> None:
        with server.ruled(lambda call, forward: Reply(drop=True)), pytest.raises(ErpOutcomeUnknown):
            http.send(TELL)
        assert [(each.status, each.failure) for each in exchanges] == [(None, "ErpOutcomeUnknown")]


class TestAddresses:
    @pytest.mark.parametrize(
        "url",
        ["ftp://erp.example", "file:///etc/passwd", "http://", "//erp.example", "http://user:pw@erp.example", "erp"],
    )
    def test_only_plain_http(self, url: str) -> None:
        with pytest.raises(ErpAddressForbidden):
            ErpHttp(url, policy=NetworkPolicy())

    @pytest.mark.parametrize(
        "address",
        ["127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "::1",
         "fe80::1%eth0", "fc00::1", "::ffff:127.0.0.1", "64:ff9b:1::1", "64:ff9b::10.0.0.1", "224.0.0.1",
         "2002:7f00:1::"],
    )  # fmt: skip
    def test_private_addresses_are_refused(self, server: Proxy, address: str) -> None:
        policy = NetworkPolicy(resolver=lambda host, port: [address])
        with pytest.raises(ErpAddressForbidden):
            ErpHttp("http://erp.example", policy=policy, limits=QUICK).send(ASK)
        assert server.seen == []

    def test_one_private_address_among_public_ones_is_enough(self) -> None:
        policy = NetworkPolicy(resolver=lambda host, port: ["93.184.216.34", "127.0.0.1"])
        with pytest.raises(ErpAddressForbidden):
            policy.addresses("erp.example", 443)

    def test_public_addresses_pass(self) -> None:
        policy = NetworkPolicy(resolver=lambda host, port: ["93.184.216.34", "2606:2800:220:1::1"])
        assert len(policy.addresses("erp.example", 443)) == 2

    def test_an_allowed_name_may_be_private(self, server: Proxy) -> None:
        policy = NetworkPolicy(allowed_hosts=frozenset({"127.0.0.1"}))
        with server.ruled(lambda call, forward: Reply(body=b"ok")):
            assert ErpHttp(server.url, policy=policy, limits=QUICK).send(ASK).body == b"ok"

    def test_the_connection_goes_where_the_check_looked(self, server: Proxy) -> None:
        """A name that resolves to something else the second time (DNS rebinding) is never resolved a second time."""
        port = int(server.url.rpartition(":")[2])
        asked: list[str] = []

        def resolver(host: str, port: int) -> Sequence[str]:
            asked.append(host)
            return ["127.0.0.1"]

        policy = NetworkPolicy(allow_private=True, resolver=resolver)
        with server.ruled(lambda call, forward: Reply(body=b"ok")):
            answer = ErpHttp(f"http://no-such-name.example:{port}", policy=policy, limits=QUICK).send(ASK)
        assert answer.body == b"ok"
        assert asked == ["no-such-name.example"]
        assert server.seen[-1].headers["Host"] == f"no-such-name.example:{port}"

    def test_a_name_nobody_knows_is_unavailable(self) -> None:
        def resolver(host: str, port: int) -> Sequence[str]:
            raise OSError("unknown")

        http = ErpHttp("http://erp.example", policy=NetworkPolicy(resolver=resolver), limits=QUICK)
        with pytest.raises(ErpUnavailable):
            http.send(TELL)

    def test_is_public(self) -> None:
        assert is_public(ip_address("8.8.8.8"))
        assert not is_public(ip_address("::ffff:10.0.0.1"))
