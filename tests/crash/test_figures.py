"""What the proofs count with: percentiles of a load, the order of a deal's writes, ends that differ."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest

from backend.proofs.audit import Books
from backend.proofs.office import inn_of, make_crm
from backend.proofs.outage.order_kept import out_of_order
from backend.proofs.webhooks.load import Posted, post_all
from backend.proofs.webhooks.state import differences
from backend.proofs.webhooks.story import make_changes, partly_lost, repeated_and_shuffled

DEAL = 1001


class Counting(http.server.BaseHTTPRequestHandler):
    """Answers 200, and 503 to a body that says so."""

    protocol_version = "HTTP/1.1"
    seen: list[bytes]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.seen.append(body)
        self.send_response(503 if body == b"refuse" else 200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""


@pytest.fixture
def port() -> Iterator[int]:
    Counting.seen = []
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Counting) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


def test_a_load_counts_answers_and_refusals(port: int) -> None:
    bodies = [b"one", b"refuse", b"two"]
    posted = post_all("127.0.0.1", port, "/", bodies, per_second=1000, connections=2)
    assert (posted.acknowledged, posted.refused) == (2, {"503": 1})
    assert sorted(Counting.seen) == sorted(bodies)


def test_a_load_on_nobody_is_refused_and_not_lost_sight_of() -> None:
    posted = post_all("127.0.0.1", 1, "/", [b"one"], per_second=1000, connections=1)
    assert (posted.acknowledged, sum(posted.refused.values())) == (0, 1)


def test_percentiles() -> None:
    posted = Posted([float(one) for one in range(1, 101)])
    assert (posted.percentile(0.5), posted.percentile(0.99), posted.percentile(1)) == (51.0, 100.0, 100.0)
    assert Posted().percentile(0.99) == 0.0


def test_repeats_and_losses_of_the_story() -> None:
    from_seed = Random(7)
    bodies = [one.body for one in make_changes(from_seed, 1, range(10, 20), 100)]
    many = repeated_and_shuffled(from_seed, bodies)
    assert set(many) == set(bodies)
    assert len(many) > len(bodies)
    assert many[: len(bodies)] != bodies
    assert 0 < len(partly_lost(from_seed, bodies)) < len(bodies)


def test_ends_that_differ_are_told() -> None:
    one, other = {1: {"stage": 10, "notes": []}}, {1: {"stage": 11, "notes": []}, 2: {"stage": 10}}
    assert differences(one, one) == []
    assert len(differences(one, other)) == 2


@pytest.mark.parametrize("written", [["a", "b"], ["b", "a"], ["a"]], ids=["kept", "turned round", "one missing"])
def test_the_order_of_a_deals_notes_is_judged_by_the_crm(written: list[str]) -> None:
    crm = make_crm(1, [DEAL], datetime(2026, 11, 22, tzinfo=UTC))
    crm.of(DEAL).notes.update(dict.fromkeys(written, "text"))
    asked = [SimpleNamespace(kind="crm.note", deal_id=DEAL, key=key, sequence=at) for at, key in enumerate("ab")]
    found = list(out_of_order(Books([], [], asked, [], [], crm)))
    assert bool(found) is (written != ["a", "b"])


def test_the_inns_of_the_office_pass_the_check_and_differ() -> None:
    made = [inn_of(deal_id) for deal_id in range(1000, 1100)]
    assert len(set(made)) == 100
    assert all(one.isdigit() and len(one) == 10 for one in made)
