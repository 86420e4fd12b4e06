"""Processes of ours, started and killed by a proof."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import redis

from backend.config import Config
from backend.proofs.outside.far import ADDRESS_VARIABLE

PATIENCE = 60
SECRET = "a-secret-of-the-integration-of-proofs"  # noqa: S105 (of no real integration)


class Crew:
    """Workers, clocks and web processes of one installation, each under a name. Their log is in the data directory."""

    def __init__(self, config: Config, address: str) -> None:
        self._folder = config.data_dir
        self._environment = {**_without_settings(), **_settings(config), ADDRESS_VARIABLE: address}
        self._running: dict[str, subprocess.Popen[str]] = {}

    def start(self, **kinds: str) -> None:
        """Run processes (name=kind) and wait until all of them are ready. Raises TimeoutError."""
        for name, kind in kinds.items():
            self.run(name, [sys.executable, "-m", "backend.proofs.process", kind])
        for name in kinds:
            self._until_ready(name)

    def run(self, name: str, command: Sequence[str]) -> None:
        """Run a command in the installation's environment."""
        with self._log(name).open("ab") as log:
            self._running[name] = subprocess.Popen(  # noqa: S603 (our own words)
                command, env=self._environment, stdout=subprocess.PIPE, stderr=log, text=True, start_new_session=True
            )

    def kill(self, *names: str) -> float:
        """`kill -9`, children too. The moment (monotonic seconds)."""
        for name in names:
            os.killpg(self._running[name].pid, signal.SIGKILL)
        at = time.monotonic()
        for name in names:
            self._gone(name)
        return at

    def pid(self, name: str) -> int:
        return self._running[name].pid

    def close(self) -> None:
        """Stop whoever still runs."""
        for one in self._running.values():
            one.terminate()
        for name in list(self._running):
            try:
                self._running[name].wait(PATIENCE)
            except subprocess.TimeoutExpired:
                os.killpg(self._running[name].pid, signal.SIGKILL)
            self._gone(name)

    def _until_ready(self, name: str) -> None:
        out = self._running[name].stdout
        waiting = threading.Timer(PATIENCE, self.kill, [name])
        waiting.start()
        try:
            if out is None or out.readline() != "ready\n":
                raise TimeoutError(f"{name} does not start; its log is {self._log(name)}")
        finally:
            waiting.cancel()

    def _gone(self, name: str) -> None:
        gone = self._running.pop(name)
        gone.wait()
        if gone.stdout is not None:
            gone.stdout.close()

    def _log(self, name: str) -> Path:
        return self._folder / f"{name}.log"


def kill_redis(url: str) -> float:
    """`kill -9` of the Redis at this URL. The moment."""
    with redis.Redis.from_url(url) as client:
        pid = int(client.info("server")["process_id"])
    os.kill(pid, signal.SIGKILL)
    return time.monotonic()


def _settings(config: Config) -> Mapping[str, str]:
    return {
        "STOCKGATE_DATA_DIR": str(config.data_dir),
        "STOCKGATE_DATABASE_URL": config.database_url,
        "STOCKGATE_SECRET_KEYS": ",".join(config.secret_keys),
        "STOCKGATE_AMOCRM_CLIENT_ID": config.amocrm_client_id,
        "STOCKGATE_AMOCRM_CLIENT_SECRET": config.amocrm_client_secret,
        "STOCKGATE_HOST": config.host,
        "STOCKGATE_PORT": str(config.port),
        "STOCKGATE_LOG_LEVEL": "warning",
    }


def _without_settings() -> Mapping[str, str]:
    """This process's environment without the settings of whatever installation it is for."""
    return {name: value for name, value in os.environ.items() if not name.startswith("STOCKGATE_")}
