"""`stockgate serve`: a real process group that answers, works, gets over a killed worker, and ends when asked."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from backend.jobs.engine import DramatiqAnnouncer, make_broker
from backend.ports.store import OperationState
from backend.storage import SqlStore
from backend.storage.redis.embedded import EmbeddedRedis
from tests.support.storage import ACCOUNT, WallClock, add_accounts, open_store, sqlite_url
from tests.support.waiting import until


@dataclass
class Served:
    process: subprocess.Popen[bytes]
    port: int
    store: SqlStore

    def ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/ready", timeout=2) as answer:
                return answer.status == 200
        except OSError:
            return False

    def web_process(self) -> int | None:
        """The parent's child that answers (the guardian of Redis is another)."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        found = [int(pid) for pid in children if b"gunicorn" in Path(f"/proc/{pid}/cmdline").read_bytes()]
        return found[0] if found else None

    def add(self) -> str:
        """Work that asks nothing outside."""
        with self.store.write() as unit:
            return unit.operations.add(
                ACCOUNT, kind="account.clean_up", key=os.urandom(4).hex(), payload={}, deal_id=None, due_at=CLOCK.now()
            )

    def done(self, operation_id: str) -> bool:
        with self.store.read() as unit:
            found = unit.operations.get(operation_id)
        return found is not None and found.state is OperationState.DONE


CLOCK = WallClock()


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = {
        "STOCKGATE_DATA_DIR": str(tmp_path),
        "STOCKGATE_PORT": str(port),
        "STOCKGATE_AMOCRM_CLIENT_SECRET": "a-long-secret-of-the-integration",
        "STOCKGATE_WORKER_THREADS": "2",
        "STOCKGATE_METRICS_PORT": "0",
    }
    command = [sys.executable, "-m", "backend.cli", "serve"]
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(command, env={**os.environ, **settings}, stdout=log, stderr=log)
    redis = EmbeddedRedis(tmp_path / "redis")
    announcer = DramatiqAnnouncer(make_broker(redis.url))
    store = open_store(sqlite_url(tmp_path), clock=CLOCK, announcer=announcer)
    one = Served(process, port, store)
    try:
        until(one.ready, seconds=60)
        add_accounts(store, (ACCOUNT,))
        yield one
    finally:
        store.close()
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)


def test_everything_in_one_gets_over_a_killed_worker_and_ends_when_asked(served: Served) -> None:
    first = served.add()
    until(lambda: served.done(first))
    killed = served.web_process()
    assert killed is not None
    os.kill(killed, signal.SIGKILL)
    waiting = served.add()
    until(lambda: served.ready() and served.web_process() not in (None, killed), seconds=60)
    until(lambda: served.done(waiting), seconds=30)
    served.process.send_signal(signal.SIGTERM)
    assert served.process.wait(timeout=60) == 0
