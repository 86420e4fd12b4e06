"""A notice over real HTTP: what the address answers decides whether it is sent again."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from backend.alert_post import AlertPost
from backend.config import Config, ConfigError
from backend.ports.alarms import AlertRefused, AlertUndelivered

NOTICE = {"kind": "erp_down", "data": {"name": "Склад"}}


class Receiver(ThreadingHTTPServer):
    """Answers `status` and keeps what came; `silent` until it is released."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.status = 204
        self.location = ""
        self.bodies: list[tuple[str, bytes]] = []
        self.released = threading.Event()
        self.released.set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/alerts?key=s3cret"


class Answering(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        self.server.bodies.append((self.headers["Content-Type"], self.rfile.read(length)))
        self.server.released.wait(10)
        self.send_response(self.server.status)
        if self.server.location:
            self.send_header("Location", self.server.location)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    server = Receiver()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.released.set()
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_notice_arrives_as_json(receiver: Receiver) -> None:
    AlertPost(receiver.url).send(NOTICE)
    [(kind, body)] = receiver.bodies
    assert (kind, json.loads(body)) == ("application/json", NOTICE)


@pytest.mark.parametrize("status", [408, 429, 500, 503])
def test_trouble_there_is_tried_again(receiver: Receiver, status: int) -> None:
    receiver.status = status
    with pytest.raises(AlertUndelivered, match=str(status)):
        AlertPost(receiver.url).send(NOTICE)


@pytest.mark.parametrize("status", [400, 401, 404, 410])
def test_a_refusal_is_not(receiver: Receiver, status: int) -> None:
    receiver.status = status
    with pytest.raises(AlertRefused) as caught:
        AlertPost(receiver.url).send(NOTICE)
    assert caught.value.data == {"status": status}


def test_a_redirect_is_not_followed(receiver: Receiver) -> None:
    receiver.status, receiver.location = 307, receiver.url
    with pytest.raises(AlertRefused):
        AlertPost(receiver.url).send(NOTICE)
    assert len(receiver.bodies) == 1


def test_nobody_there_is_tried_again_and_the_address_is_not_told() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/hook/s3cret"
        with pytest.raises(AlertUndelivered) as caught:
            AlertPost(url).send(NOTICE)
    assert "s3cret" not in f"{caught.value!r} {caught.value.detail} {caught.value.__cause__!r}"


def test_silence_ends(receiver: Receiver) -> None:
    receiver.released.clear()
    with pytest.raises(AlertUndelivered):
        AlertPost(receiver.url, timeout=(1, 0.2)).send(NOTICE)


@pytest.mark.parametrize("url", ["ftp://alerts.example", "alerts.example/x", "https://", "javascript:alert(1)"])
def test_an_address_that_is_none_is_refused_at_the_start_and_not_told(url: str) -> None:
    with pytest.raises(ConfigError) as caught:
        Config(alert_url=url)
    assert caught.value.data == {"variable": "STOCKGATE_ALERT_URL"}
    assert url not in str(caught.value)


def test_the_address_is_a_secret() -> None:
    assert "s3cret" not in repr(Config(alert_url="https://alerts.example/s3cret"))
