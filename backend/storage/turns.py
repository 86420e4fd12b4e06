"""SQLite has one writer at a time. By itself it lets those who wait ask again now and then, and who is unlucky waits
for seconds while others pass by; here they stand in a line."""

from __future__ import annotations

import fcntl
import os
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import timedelta
from pathlib import Path

from backend.storage.errors import StoreBusy

ASK_AGAIN = 0.0005
"""Seconds. Only the first of each process's line asks."""


class WriteLine:
    """The line for writing into one database file, for threads and processes; a process that dies leaves its place.

    Within a process strictly one after another. Between processes by two locks on files beside the database: who has
    `next` has the turn after the one that runs, so no process can go twice while another waits.
    """

    def __init__(self, database: Path, *, patience: timedelta) -> None:
        self._turn = database.with_name(f"{database.name}-turn")
        self._next = database.with_name(f"{database.name}-next")
        self._patience = patience.total_seconds()
        self._guard = threading.Lock()
        self._taken = False
        self._waiting: deque[threading.Event] = deque()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for our turn, and have it for the time of the block. Raises StoreBusy for one that does not come.

        Where no file can be made beside the database, SQLite's own lock has to do between processes.
        """
        until = time.monotonic() + self._patience
        with ExitStack() as places:
            self._stand(until)
            places.callback(self._leave)
            with suppress(OSError), ExitStack() as before_us:
                _lock(self._next, before_us, until)
                _lock(self._turn, places, until)
            yield

    def _stand(self, until: float) -> None:
        ours = threading.Event()
        with self._guard:
            if not self._taken:
                self._taken = True
                return
            self._waiting.append(ours)
        if ours.wait(max(0.0, until - time.monotonic())):
            return
        with self._guard:
            if not ours.is_set():
                self._waiting.remove(ours)
                raise StoreBusy("the line")

    def _leave(self) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._taken = False


def _lock(path: Path, places: ExitStack, until: float) -> None:
    """Have the file's lock until `places` is closed."""
    place = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    places.callback(os.close, place)
    while True:
        try:
            fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                raise StoreBusy("the line between processes") from None
            time.sleep(ASK_AGAIN)
        else:
            return
