"""Child processes that never outlive us."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import requests

GRACE_SECONDS = 15
_PR_SET_PDEATHSIG = 1


class ChildDied(RuntimeError):
    """A process of the demo ended by itself; carries the end of its log."""

    def __init__(self, name: str, log: Path) -> None:
        tail = log.read_text(errors="replace").splitlines()[-25:] if log.exists() else []
        super().__init__(f"{name} ended unexpectedly. The end of {log}:\n" + "\n".join(tail))


@dataclass(slots=True)
class Child:
    """One running process and where its output goes."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    def require_alive(self) -> None:
        """Raises ChildDied."""
        if self.process.poll() is not None:
            raise ChildDied(self.name, self.log)


class Children:
    """Started in order, stopped in reverse order. On Linux the kernel ends them too if we are killed."""

    def __init__(self, logs: Path, environment: Mapping[str, str]) -> None:
        self._logs = logs
        self._environment = {**os.environ, **environment}
        self._running: list[Child] = []

    def start(self, name: str, command: Sequence[str | Path]) -> Child:
        """Run a command in a process group of its own, its output in `<name>.log`."""
        self._logs.mkdir(parents=True, exist_ok=True)
        log = self._logs / f"{name}.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [str(part) for part in command],
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_die_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509 (one prctl call)
            )
        child = Child(name, process, log)
        self._running.append(child)
        return child

    def run(self, name: str, command: Sequence[str | Path], *, seconds: float = 120) -> None:
        """Run a command to its end. Raises ChildDied when it fails."""
        child = self.start(name, command)
        self._running.remove(child)
        if child.process.wait(timeout=seconds) != 0:
            raise ChildDied(name, child.log)

    def require_alive(self) -> None:
        """Raises ChildDied for the first that ended."""
        for child in self._running:
            child.require_alive()

    def stop(self) -> None:
        """Ask each to end, the last started first; kill what does not within the grace."""
        for child in reversed(self._running):
            _end(child.process)
        self._running.clear()


def wait_for(url: str, *, alive: Callable[[], None], seconds: float = 60) -> None:
    """Until `url` answers 200. Raises TimeoutError, and whatever `alive` raises."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        alive()
        try:
            if requests.get(url, timeout=2).status_code == 200:
                return
        except requests.RequestException:
            pass
        time.sleep(0.1)
    raise TimeoutError(f"{url} does not answer")


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=GRACE_SECONDS)
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    process.wait()


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
