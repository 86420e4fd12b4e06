"""The guardian process of an embedded Redis: `python guardian.py FOLDER SOCKET EXECUTABLE` (standard library only).

Starts Redis, starts it again when it dies, and ends it (and itself) once nobody owns it.
"""

from __future__ import annotations

import ctypes
import fcntl
import signal
import subprocess
import sys
import time
from pathlib import Path

_LOOK_EVERY = 0.3
_PR_SET_PDEATHSIG = 1


def main(folder: Path, socket: Path, executable: str) -> None:
    """Runs until the owners' lock is free."""
    child = _redis(folder, socket, executable)
    with (folder / "redis.owners").open("rb") as owners:
        try:
            while not _alone(owners.fileno()):
                time.sleep(_LOOK_EVERY)
                if child.poll() is not None:
                    child = _redis(folder, socket, executable)
        finally:
            _end(child, socket)


def _redis(folder: Path, socket: Path, executable: str) -> subprocess.Popen[bytes]:
    settings = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "600",
        "dir": str(folder),
        "save": "",
        "appendonly": "no",
        "daemonize": "no",
        "maxmemory": "256mb",
        "maxmemory-policy": "volatile-lru",
    }
    words = [word for name, value in settings.items() for word in (f"--{name}", value)]
    quiet = subprocess.DEVNULL
    return subprocess.Popen([executable, *words], stdout=quiet, stderr=quiet, preexec_fn=_die_with_parent)  # noqa: S603, PLW1509


def _die_with_parent() -> None:
    """On Linux: a guardian that is killed takes its Redis along."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _alone(owners: int) -> bool:
    try:
        fcntl.flock(owners, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _end(child: subprocess.Popen[bytes], socket: Path) -> None:
    """While the owners' lock is still ours, so that a newcomer finds either a living Redis or none."""
    if child.poll() is None:
        child.terminate()
        child.wait(timeout=10)
    socket.unlink(missing_ok=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
