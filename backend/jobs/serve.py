"""Parts of a process that start and stop together."""

from __future__ import annotations

import signal
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from queue import SimpleQueue
from typing import Protocol


class Part(Protocol):
    """Something with threads of its own: `Work`, `Schedule`."""

    def start(self) -> None: ...

    def stop(self) -> None: ...


@contextmanager
def running(parts: Sequence[Part]) -> Iterator[None]:
    """Started in order for the time of the block, stopped in reverse order whatever happens.

    `with running([Work(…), Schedule(…)]):` is worker and clock inside one process.
    """
    with ExitStack() as stack:
        for part in parts:
            part.start()
            stack.callback(part.stop)
        yield


def serve(parts: Sequence[Part]) -> None:
    """Run until SIGTERM or SIGINT, then stop in good order: the main thread of a `worker` or `clock` process."""
    # Not an Event: its lock is not ours again in a handler that comes while the main thread is entering the wait.
    asked: SimpleQueue[int] = SimpleQueue()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, _: asked.put(number))
    with running(parts):
        asked.get()
