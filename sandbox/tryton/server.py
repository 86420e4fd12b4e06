"""Starts, resets and stops the demo company's Tryton."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from types import TracebackType

from sandbox.tryton.day import company_today
from sandbox.tryton.environment import DEFAULT_VENV, Progress, ensure_environment
from sandbox.tryton.template import CONFIG, DATABASE, Template, ensure_template, read_users, seed_key

START_SECONDS = 60
CALL_SECONDS = 30
_CONF = Path(__file__).resolve().parent / "gunicorn_conf.py"


class TrytonDied(RuntimeError):
    """Tryton ended or never answered; carries the end of its log."""

    def __init__(self, reason: str, log_tail: str) -> None:
        super().__init__(f"Tryton {reason}. The end of its log:\n{log_tail}")
        self.reason = reason
        self.log_tail = log_tail


class TrytonServer:
    """One demo ERP in ``data_dir``, on ``http://host:port``; also a context manager (start … stop)."""

    database = DATABASE

    def __init__(
        self,
        data_dir: Path,
        port: int,
        progress: Progress = lambda line: None,
        *,
        host: str = "127.0.0.1",
        venv: Path = DEFAULT_VENV,
        today: date | None = None,
    ) -> None:
        self.data_dir = Path(data_dir).resolve()
        self.url = f"http://{host}:{port}"
        self.credentials_file = self.data_dir / "credentials.json"
        self.log_file = self.data_dir / "tryton.log"
        self._address = f"{host}:{port}"
        self._venv = Path(venv).absolute()
        self._progress = progress
        self._today = today
        self._live = self.data_dir / "db" / f"{DATABASE}.sqlite"
        self._process: subprocess.Popen[bytes] | None = None
        self._kept: Template | None = None

    def ensure_built(self) -> None:
        """Make environment, template and the live copy, whichever is missing or out of date. Keeps live data."""
        stamp = self.data_dir / "seed.stamp"
        with self._one_builder():
            ensure_environment(self._venv, self._progress)
        whole = self._live.exists() and self.credentials_file.exists() and stamp.exists()
        if whole and stamp.read_text() == seed_key():
            return
        self._restore()
        stamp.write_text(seed_key())

    def start(self) -> None:
        """Serve; returns when Tryton answers. Raises TrytonDied."""
        self.ensure_built()
        self._refuse_taken_port()
        config = self.data_dir / "trytond.conf"
        config.write_text(CONFIG.format(path=self._live.parent, port=self._address.rpartition(":")[2]))
        self._write_credentials()
        command = [str(self._venv / "bin" / "gunicorn"), "-c", str(_CONF), "-b", self._address,
                   "trytond.application:app"]
        env = {**os.environ, "TRYTOND_CONFIG": str(config), "TRYTOND_DATABASE_NAMES": DATABASE}
        with self.log_file.open("ab") as log:
            self._process = subprocess.Popen(
                command, env=env, cwd=self.data_dir, stdin=subprocess.PIPE, stdout=log, stderr=log,
                start_new_session=True,
            )
        self._wait()
        self._progress(f"Tryton: ready at {self.url}")

    def stop(self) -> None:
        """End the server and its worker; does nothing when it is not running."""
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdin:
            process.stdin.close()

    def reset(self) -> None:
        """Put back the company as it was seeded; a running server is restarted around it."""
        running = self._process is not None
        self.stop()
        self._restore()
        if running:
            self.start()

    def credentials(self, user: str = "stockgate") -> dict[str, str]:
        """``{"login": …, "password": …}`` of stockgate, stockgate_limited, sklad or admin."""
        users: dict[str, dict[str, str]] = json.loads(self.credentials_file.read_text())["users"]
        return users[user]

    def wait(self) -> int:
        """Block until the server ends; its exit code."""
        return self._process.wait() if self._process else 0

    def __enter__(self) -> TrytonServer:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _restore(self) -> None:
        template = self._template()
        self._live.parent.mkdir(parents=True, exist_ok=True)
        for suffix in ("", "-wal", "-shm"):
            # A log left beside a replaced file makes SQLite call the file malformed.
            self._live.with_name(self._live.name + suffix).unlink(missing_ok=True)
        shutil.copyfile(template.database, self._live)
        users = {"users": read_users(template)}
        self._write_private(users)

    def _template(self) -> Template:
        """The template of this server's first day, so that a reset always gives the same company."""
        if self._kept is None or not self._kept.database.exists():
            with self._one_builder():
                python = ensure_environment(self._venv, self._progress)
                day = self._today or company_today()
                self._kept = ensure_template(self._venv / "templates", python, day, self._progress)
        return self._kept

    def _write_credentials(self) -> None:
        users = json.loads(self.credentials_file.read_text())["users"]
        self._write_private({"url": self.url, "database": DATABASE, "users": users})

    def _write_private(self, content: dict[str, object]) -> None:
        handle = os.open(self.credentials_file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(content, file, indent=2)

    @contextmanager
    def _one_builder(self) -> Iterator[None]:
        """Only one process at a time makes the environment or a template."""
        self.data_dir.mkdir(parents=True, exist_ok=True)
        self._venv.mkdir(parents=True, exist_ok=True)
        with (self._venv / "build.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _wait(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self._process is None or self._process.poll() is not None:
                self._process = None
                raise TrytonDied("ended while starting", self._log_tail())
            if answers(self.url):
                self._open_database()
                return
            time.sleep(0.1)
        self.stop()
        raise TrytonDied(f"did not answer within {START_SECONDS} s", self._log_tail())

    def _open_database(self) -> None:
        """Sign in once: the server answers even when its database cannot be opened."""
        known = self.credentials("sklad")
        params = [known["login"], {"password": known["password"]}, "ru"]
        if _result(f"{self.url}/{DATABASE}/rpc/", "common.db.login", params) is None:
            self.stop()
            raise TrytonDied("started, but its database does not open", self._log_tail())

    def _refuse_taken_port(self) -> None:
        """Before anything is started: another server there would answer in our place."""
        host, _, port = self._address.rpartition(":")
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, int(port)))
            except OSError as error:
                raise TrytonDied(f"cannot listen on {self._address} ({error.strerror})", self._log_tail()) from error

    def _log_tail(self) -> str:
        if not self.log_file.exists():
            return ""
        return "\n".join(self.log_file.read_text(errors="replace").splitlines()[-20:])


def answers(url: str) -> bool:
    """True when a Tryton says its version there."""
    return _result(f"{url}/rpc/", "common.server.version", []) is not None


def _result(endpoint: str, method: str, params: list[object]) -> object:
    """The result of one call; None for no answer or an error."""
    body = json.dumps({"id": 0, "method": method, "params": params}).encode()
    request = urllib.request.Request(endpoint, body, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=CALL_SECONDS) as response:
            return json.loads(response.read()).get("result")
    except (urllib.error.URLError, ConnectionError, TimeoutError, ValueError):
        return None
