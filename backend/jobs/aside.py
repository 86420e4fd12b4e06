"""Announcing off the path of a request: a broker that hangs delays no answer."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta

import structlog

from backend.jobs.engine import UNHEARD
from backend.ports.queue import Announcer, Queue

log = structlog.get_logger()

ROOM = 10_000
FAREWELL_SECONDS = 5


@dataclass(frozen=True, slots=True)
class _Word:
    """One announcement."""

    operation_id: str
    delay: timedelta
    queue: Queue


class AsideAnnouncer:
    """Implements `ports.queue.Announcer` over another one, which a thread of its own waits for.

    What finds no room, or dies with the process, is lost as with any broker that is down: the sweep announces it.
    """

    def __init__(self, inner: Announcer, *, room: int = ROOM) -> None:
        self._inner = inner
        self._words: queue.Queue[_Word | None] = queue.Queue(room)

    @contextmanager
    def running(self) -> Iterator[AsideAnnouncer]:
        """For the time of the block. What was announced by its end is told, if that takes no more than seconds."""
        thread = threading.Thread(target=self._run, name="announcer", daemon=True)
        thread.start()
        try:
            yield self
        finally:
            with suppress(queue.Full):
                self._words.put(None, timeout=FAREWELL_SECONDS)
            thread.join(FAREWELL_SECONDS)

    def announce(self, operation_id: str, *, delay: timedelta, queue: Queue) -> None:
        if not self._offered(_Word(operation_id, delay, queue)):
            UNHEARD.inc()

    def waiting(self) -> int | None:
        return self._inner.waiting()

    def _offered(self, word: _Word) -> bool:
        try:
            self._words.put_nowait(word)
        except queue.Full:
            return False
        return True

    def _run(self) -> None:
        while (word := self._words.get()) is not None:
            try:
                self._inner.announce(word.operation_id, delay=word.delay, queue=word.queue)
            except Exception as error:  # noqa: BLE001 (a client library's own fault must not silence the process)
                UNHEARD.inc()
                log.error("operation.unannounced", operation_id=word.operation_id, error=type(error).__name__)
