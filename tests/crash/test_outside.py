"""ERP and CRM in another process: calls, gates, and ends of the line that go away."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.ports.erp import ErpOutcomeUnknown, ErpRefused, ErpUnavailable
from backend.proofs.outside.line import Desk, Far, Line
from tests.support.waiting import until

CALLER = """
import sys
from backend.proofs.outside.line import Line
Line(sys.argv[1]).ask("erp", "place", (sys.argv[2],), {})
"""


class Books:
    """An ERP that only remembers."""

    def __init__(self) -> None:
        self.placed: list[str] = []

    def place(self, name: str) -> str:
        self.placed.append(name)
        return f"order {name}"

    def refuse(self) -> None:
        raise ErpRefused("no", message="Нет")


@pytest.fixture
def books() -> Books:
    return Books()


@pytest.fixture
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(tmp_path_factory.mktemp("d", numbered=True) / "desk")


@pytest.fixture
def desk(books: Books, address: str) -> Iterator[Desk]:
    opened = Desk(address, {"erp": books})
    yield opened
    opened.close()


def far(address: str) -> Far:
    return Far(Line(address), "erp", ErpUnavailable, ErpOutcomeUnknown)


def test_answers_and_refusals_come_through(desk: Desk, address: str) -> None:
    assert far(address).place("one") == "order one"
    with pytest.raises(ErpRefused) as caught:
        far(address).refuse()
    assert caught.value.data == {"message": "Нет"}


def test_nobody_there(address: str) -> None:
    with pytest.raises(ErpUnavailable):
        far(address).place("one")


def test_an_end_that_goes_away_in_mid_call_leaves_the_outcome_unknown(address: str, tmp_path: Path) -> None:
    """The desk is a process of its own here, killed while it answers."""
    server = (
        "import os, sys, time\n"
        "from backend.proofs.outside.line import Desk\n"
        "class Dying:\n"
        "    def place(self, name): os._exit(1)\n"
        "desk = Desk(sys.argv[1], {'erp': Dying()})\n"
        "print('ready', flush=True)\n"
        "time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", server, address], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        with pytest.raises(ErpOutcomeUnknown):
            far(address).place("one")


@pytest.mark.parametrize("after", [False, True], ids=["asked", "done"])
def test_a_caller_killed_at_a_gate_has_asked_all_the_same(desk: Desk, books: Books, address: str, after: bool) -> None:
    gate = desk.gates.close("erp.place", "one", after=after)
    with subprocess.Popen([sys.executable, "-c", CALLER, address, "one"]) as caller:
        assert gate.wait(60).pid == caller.pid
        assert books.placed == (["one"] if after else [])
        caller.kill()
    gate.open()
    until(lambda: books.placed == ["one"])


def test_a_gate_stops_one_call_of_what_it_is_for(desk: Desk, books: Books, address: str) -> None:
    gate = desk.gates.close("erp.place", "one")
    assert far(address).place("two") == "order two"
    first = threading.Thread(target=lambda: far(address).place("one"))
    first.start()
    gate.wait(60)
    assert far(address).place("one") == "order one"
    gate.open()
    first.join()
    assert books.placed == ["two", "one", "one"]
    assert desk.gates.since(0, "erp.place", "'two'") is not None
