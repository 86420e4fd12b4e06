"""Announcing aside: whoever announces waits for nobody, and nothing is told in another order."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest

from backend.jobs.aside import AsideAnnouncer
from backend.jobs.engine import UNHEARD
from backend.ports.queue import Queue

NOW = timedelta(0)


class Hanging:
    """A broker that answers nobody before it is let go."""

    def __init__(self) -> None:
        self.asked, self.go = threading.Event(), threading.Event()
        self.told: list[tuple[str, timedelta, Queue]] = []

    def announce(self, operation_id: str, *, delay: timedelta, queue: Queue) -> None:
        self.asked.set()
        self.go.wait(10)
        self.told.append((operation_id, delay, queue))

    def waiting(self) -> int | None:
        return 7


@pytest.fixture
def broker() -> Iterator[Hanging]:
    hanging = Hanging()
    yield hanging
    hanging.go.set()


def test_a_broker_that_hangs_keeps_nobody_waiting_and_hears_everything_in_order(broker: Hanging) -> None:
    with AsideAnnouncer(broker).running() as aside:
        for number in range(5):
            aside.announce(str(number), delay=timedelta(seconds=number), queue=Queue.QUICK)
        assert broker.asked.wait(10)
        assert broker.told == []
        broker.go.set()
    assert broker.told == [(str(number), timedelta(seconds=number), Queue.QUICK) for number in range(5)]


def test_what_finds_no_room_is_counted_and_left_to_the_sweep(broker: Hanging) -> None:
    before = UNHEARD._value.get()
    with AsideAnnouncer(broker, room=2).running() as aside:
        aside.announce("at work", delay=NOW, queue=Queue.CRM)
        assert broker.asked.wait(10)
        for one in ("first", "second", "lost"):
            aside.announce(one, delay=NOW, queue=Queue.CRM)
        broker.go.set()
    assert [told[0] for told in broker.told] == ["at work", "first", "second"]
    assert UNHEARD._value.get() == before + 1


class Stumbling(Hanging):
    """Its client library breaks once, with an error that no broker's unreachability explains."""

    def announce(self, operation_id: str, *, delay: timedelta, queue: Queue) -> None:
        if not self.asked.is_set():
            self.asked.set()
            raise AssertionError("frame out of order")
        super().announce(operation_id, delay=delay, queue=queue)


def test_a_client_library_that_breaks_costs_one_announcement_and_no_more() -> None:
    """This thread speaks for the whole process: without it the clock's sweep would announce nothing ever again."""
    broker, before = Stumbling(), UNHEARD._value.get()
    broker.go.set()
    with AsideAnnouncer(broker).running() as aside:
        for one in ("lost", "told", "told too"):
            aside.announce(one, delay=NOW, queue=Queue.ERP)
    assert [told[0] for told in broker.told] == ["told", "told too"]
    assert UNHEARD._value.get() == before + 1


def test_a_process_ends_though_its_broker_hangs_and_nothing_more_finds_room(
    broker: Hanging, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("backend.jobs.aside.FAREWELL_SECONDS", 0.1)
    aside, ended = AsideAnnouncer(broker, room=1), threading.Event()

    def process() -> None:
        with aside.running():
            aside.announce("at work", delay=NOW, queue=Queue.CRM)
            assert broker.asked.wait(10)
            aside.announce("waits", delay=NOW, queue=Queue.CRM)
        ended.set()

    threading.Thread(target=process, daemon=True).start()
    assert ended.wait(5)
    assert broker.told == []


def test_it_asks_the_broker_how_much_waits(broker: Hanging) -> None:
    assert AsideAnnouncer(broker).waiting() == 7
