"""Gates in front of the outside and behind it: a call may be stopped there, and it is known whose it is."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Call:
    """A call as it arrived: whose (process id), what (`erp.place_order`), about what (its first argument's text), and
    when (monotonic seconds)."""

    pid: int
    name: str
    about: str
    at: float


@dataclass(eq=False)
class Gate:
    """Stops the first call of `name` that speaks of `about`, before its work or after it, until it is opened; later
    ones pass."""

    name: str
    about: str
    after: bool
    caught: Call | None = None
    arrived: threading.Event = field(default_factory=threading.Event)
    opened: threading.Event = field(default_factory=threading.Event)

    def wait(self, seconds: float) -> Call:
        """The call that is stopped here. Raises TimeoutError where none comes."""
        if not self.arrived.wait(seconds) or self.caught is None:
            raise TimeoutError(f"no {self.name} of {self.about} within {seconds:g} s")
        return self.caught

    def open(self) -> None:
        self.opened.set()


class Gates:
    """All of them, and every call in the order it arrived."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._gates: list[Gate] = []
        self.calls: list[Call] = []

    def close(self, name: str, about: str, *, after: bool = False) -> Gate:
        gate = Gate(name, about, after)
        with self._lock:
            self._gates.append(gate)
        return gate

    def open_all(self) -> None:
        with self._lock:
            for gate in self._gates:
                gate.open()

    def arrive(self, pid: int, name: str, about: str) -> Call:
        call = Call(pid, name, about, time.monotonic())
        with self._lock:
            self.calls.append(call)
        return call

    def stop(self, call: Call, *, after: bool) -> None:
        """Wait where a gate is closed for this call."""
        with self._lock:
            gate = next((one for one in self._gates if _is_for(one, call, after)), None)
            if gate is not None:
                gate.caught = call
        if gate is not None:
            gate.arrived.set()
            gate.opened.wait()

    def since(self, at: float, name: str, about: str) -> Call | None:
        """The first such call that arrived later than `at`."""
        with self._lock:
            found = [one for one in self.calls if one.at > at and one.name == name and about in one.about]
        return found[0] if found else None


def _is_for(gate: Gate, call: Call, after: bool) -> bool:
    return gate.caught is None and gate.after is after and gate.name == call.name and gate.about in call.about
