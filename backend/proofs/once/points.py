"""The boundaries of a run: every transaction of the store and every call outside, before and after. A run may be killed
at any of them, an answer may be lost at a call, and the ERP may be gone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from typing import Any

from backend.domain.errors import OutsideError
from backend.ports.queue import Queue
from backend.ports.store import Store, UnitOfWork


class Crash(BaseException):
    """`kill -9`: nothing of ours catches it."""


class Points:
    """Counts the boundaries that a run passes and kills it at one of them. `passed` names them in order."""

    def __init__(self, crash_at: int | None = None) -> None:
        self.passed: list[str] = []
        self._crash_at = crash_at

    def reach(self, name: str) -> None:
        self.passed.append(name)
        if len(self.passed) - 1 == self._crash_at:
            raise Crash(name)

    def disarm(self) -> None:
        """The next life is not killed."""
        self._crash_at = None


class TappedStore:
    """Implements `ports.store.Store` over another: a boundary before a transaction, before its commit, and after."""

    def __init__(self, store: Store, points: Points) -> None:
        self._store = store
        self._points = points

    @contextmanager
    def write(self) -> Iterator[UnitOfWork]:
        self._points.reach("write: begin")
        with self._store.write() as unit:
            yield unit
            self._points.reach("write: commit")
        self._points.reach("write: committed")

    def read(self) -> AbstractContextManager[UnitOfWork]:
        self._points.reach("read")
        return self._store.read()


class TappedAnnouncer:
    """Implements `ports.queue.Announcer`: keeps what was announced in the memory of the process that `hear` is of."""

    def __init__(self, points: Points) -> None:
        self._points = points
        self.hear: Callable[[str], None] = lambda _operation_id: None

    def announce(self, operation_id: str, *, delay: timedelta, queue: Queue) -> None:
        self._points.reach("announce")
        if not delay:
            self.hear(operation_id)

    def waiting(self) -> int:
        """None that a process has not heard of."""
        return 0


class TappedPort:
    """A port with a boundary before and after each call. `lose`: the next call of a method ends with this error, before
    or after its work was done; `gone`: every call does."""

    def __init__(self, name: str, port: object, points: Points, local: frozenset[str] = frozenset()) -> None:
        self._name, self._port, self._points, self._local = name, port, points, local
        self._lost: dict[str, tuple[OutsideError, bool]] = {}
        self.gone: OutsideError | None = None

    def lose(self, method: str, error: OutsideError, *, after: bool) -> None:
        self._lost[method] = (error, after)

    def __getattr__(self, method: str) -> Any:
        asked = getattr(self._port, method)
        if method in self._local:
            return asked

        def call(*args: object, **kwargs: object) -> object:
            self._points.reach(f"{self._name}.{method}: ask")
            error, after = self._lost.pop(method, (self.gone, False))
            if error is not None and not after:
                raise error
            answer = asked(*args, **kwargs)
            self._points.reach(f"{self._name}.{method}: answered")
            if error is not None:
                raise error
            return answer

        return call
