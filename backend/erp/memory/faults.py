"""Bad days of the in-memory ERP, and rivals that strike exactly before or after a step."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum

from backend.ports.erp import ErpBusy, ErpDenied, ErpGarbled, ErpOutcomeUnknown, ErpUnavailable

Rival = Callable[[], None]


class Fault(StrEnum):
    """`lost_before`: no answer came and nothing was done; `lost_after`: it was done, but no answer came."""

    UNAVAILABLE = "unavailable"
    BUSY = "busy"
    GARBLED = "garbled"
    DENIED = "denied"
    LOST_BEFORE = "lost_before"
    LOST_AFTER = "lost_after"


ERRORS: dict[Fault, type[Exception]] = {
    Fault.UNAVAILABLE: ErpUnavailable,
    Fault.BUSY: ErpBusy,
    Fault.GARBLED: ErpGarbled,
    Fault.DENIED: ErpDenied,
    Fault.LOST_BEFORE: ErpOutcomeUnknown,
    Fault.LOST_AFTER: ErpOutcomeUnknown,
}


class Script:
    """What is to go wrong or happen at which step. Steps are the port's method names, and within `place_order` also
    `place_order.create`, `.confirm` and `.reserve`. '*' stands for every step. Each rival runs once, with no lock
    held, so that it may call the same ERP from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: dict[str, list[Fault]] = defaultdict(list)
        self._standing: dict[str, Fault] = {}
        self._before: dict[str, list[Rival]] = defaultdict(list)
        self._after: dict[str, list[Rival]] = defaultdict(list)

    def fail(self, step: str, fault: Fault, *, times: int = 1) -> None:
        """The next `times` passes of `step` fail so."""
        with self._lock:
            self._faults[step].extend([fault] * times)

    def down(self, fault: Fault = Fault.UNAVAILABLE, *, step: str = "*") -> None:
        """Fail at `step` until `up`."""
        with self._lock:
            self._standing[step] = fault

    def up(self) -> None:
        """All well again."""
        with self._lock:
            self._standing.clear()
            self._faults.clear()

    def before(self, step: str, rival: Rival) -> None:
        """Run `rival` once, right before the next pass of `step`."""
        with self._lock:
            self._before[step].append(rival)

    def after(self, step: str, rival: Rival) -> None:
        """Run `rival` once, right after the next pass of `step` was done (and before a lost answer is noticed)."""
        with self._lock:
            self._after[step].append(rival)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """A pass of a step: rivals and faults around what is done inside."""
        for rival in self._take(self._before, name):
            rival()
        fault = self._fault(name)
        if fault is not None and fault is not Fault.LOST_AFTER:
            raise ERRORS[fault](f"{name}: {fault}")
        yield
        for rival in self._take(self._after, name):
            rival()
        if fault is Fault.LOST_AFTER:
            raise ERRORS[fault](f"{name}: {fault}")

    def _take(self, rivals: dict[str, list[Rival]], name: str) -> list[Rival]:
        with self._lock:
            return rivals.pop(name, [])

    def _fault(self, name: str) -> Fault | None:
        with self._lock:
            planned = self._faults.get(name)
            return planned.pop(0) if planned else self._standing.get(name) or self._standing.get("*")
