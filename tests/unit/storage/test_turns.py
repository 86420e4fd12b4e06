"""The line before SQLite's one pen: first come, first served; nobody waits for ever, nobody's death blocks it."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from backend.storage.errors import StoreBusy
from backend.storage.turns import WriteLine
from tests.support.waiting import until

LONG = timedelta(seconds=20)
HOLDER = """
import sys, datetime, pathlib
from backend.storage.turns import WriteLine
with WriteLine(pathlib.Path(sys.argv[1]), patience=datetime.timedelta(seconds=5)).turn():
    print("mine", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "stockgate.db"


def waits(database: Path) -> bool:
    """Whether somebody of another process (or another line) has the next turn."""
    place = os.open(database.with_name("stockgate.db-next"), os.O_RDWR | os.O_CREAT)
    try:
        fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    else:
        return False
    finally:
        os.close(place)


def join(line: WriteLine, name: str, served: list[str]) -> threading.Thread:
    def work() -> None:
        with line.turn():
            served.append(name)

    thread = threading.Thread(target=work, name=name)
    thread.start()
    return thread


def test_turns_come_in_the_order_of_asking(database: Path) -> None:
    line, served = WriteLine(database, patience=LONG), list[str]()
    with line.turn():
        threads = []
        for number in range(8):
            threads.append(join(line, str(number), served))
            until(lambda: len(line._waiting) == len(threads))
        assert served == []
    for thread in threads:
        thread.join(10)
    assert served == [str(number) for number in range(8)]


def test_another_process_goes_before_our_own_next(database: Path) -> None:
    """Two lines stand for two processes: they share nothing but the files."""
    ours, theirs, served = WriteLine(database, patience=LONG), WriteLine(database, patience=LONG), list[str]()
    with ours.turn():
        threads = [join(theirs, "theirs", served)]
        until(lambda: waits(database))
        threads.append(join(ours, "ours", served))
        until(lambda: len(ours._waiting) == 1)
    for thread in threads:
        thread.join(10)
    assert served == ["theirs", "ours"]


@pytest.mark.parametrize("other", [True, False])
def test_a_turn_that_does_not_come_is_given_up_and_leaves_no_gap(database: Path, other: bool) -> None:
    line = WriteLine(database, patience=timedelta(milliseconds=50))
    holder = WriteLine(database, patience=LONG) if other else line
    with holder.turn(), pytest.raises(StoreBusy), line.turn():
        raise AssertionError
    with line.turn():
        pass


def test_a_block_that_fails_gives_its_turn_back(database: Path) -> None:
    line = WriteLine(database, patience=timedelta(milliseconds=50))
    with pytest.raises(ZeroDivisionError), line.turn():
        raise ZeroDivisionError
    with line.turn():
        pass


def test_a_process_that_is_killed_leaves_its_turn(database: Path) -> None:
    command = [sys.executable, "-c", HOLDER, str(database)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "mine\n"
        with pytest.raises(StoreBusy), WriteLine(database, patience=timedelta(milliseconds=50)).turn():
            raise AssertionError
        holder.kill()
        with WriteLine(database, patience=LONG).turn():
            pass


def test_where_no_file_can_be_made_there_is_no_line(tmp_path: Path) -> None:
    """A folder that is read-only: what SQLite says of it is said, and nothing else."""
    with WriteLine(tmp_path / "nowhere" / "stockgate.db", patience=LONG).turn():
        pass
