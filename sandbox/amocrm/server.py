"""Start and stop an account: the CRM on one port, its drive on another."""

from __future__ import annotations

import json
import tempfile
import threading
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Any

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from .app import create_app
from .core.clock import Clock
from .core.limits import Limiter, LimitRules
from .core.store import Store
from .core.world import World
from .core.wrap import Wrap
from .crm.seed import fill, load_seed
from .drive.app import create_drive
from .hooks.sender import HookSender
from .oauth.tokens import load_key, passing_key
from .web.installs import register
from .web.packages import package_of

POLL = 0.05  # seconds between looks at the stop flag


class QuietHandler(WSGIRequestHandler):
    """Writes no access log: the request log of the control surface holds it."""

    def log(self, type: str, message: str, *args: Any) -> None:
        """Keep silent about single requests."""


class AmoServer:
    """One account, running.

    `seed` is a path or a dict (README.md), `integrations` a list of paths or dicts, `limits` changes to the rate
    rules by name, `clock` a Clock. Port 0 takes a free one. Without `data_dir` the state is lost at `stop`.
    """

    def __init__(
        self,
        port: int = 0,
        drive_port: int = 0,
        data_dir: Path | str | None = None,
        *,
        seed: Path | dict[str, Any] | None = None,
        integrations: list[Path | dict[str, Any]] | None = None,
        limits: dict[str, Any] | None = None,
        clock: Clock | None = None,
        host: str = "127.0.0.1",
        reset: bool = False,
    ) -> None:
        self._temporary = None if data_dir else tempfile.TemporaryDirectory(prefix="crm-")
        folder = Path(data_dir) if data_dir else Path(self._temporary.name)  # type: ignore[union-attr]
        folder.mkdir(parents=True, exist_ok=True)
        clock = clock or Clock()
        self.world = World(Store(folder / "account.sqlite" if data_dir else None), clock, folder)
        self.world.limiter = Limiter(LimitRules(**(limits or {})))
        self.world.switches["limits"] = asdict(self.world.limiter.rules)
        self.world.signing_key = load_key(folder) if data_dir else passing_key()
        self._host = host
        self._servers: list[BaseWSGIServer] = []
        self._threads: list[threading.Thread] = []
        self._seed(load_seed(seed), reset)
        self._bind(port, drive_port)
        for given in integrations or []:
            self.add_integration(given)

    @property
    def url(self) -> str:
        """The CRM's address."""
        return self.world.url

    @property
    def drive_url(self) -> str:
        """The drive's address."""
        return self.world.drive_url

    def add_integration(self, given: Path | str | dict[str, Any]) -> dict[str, Any]:
        """Register an integration (README.md); raises BadArchive for a widget the upload would refuse."""
        loaded = given if isinstance(given, dict) else json.loads(Path(given).read_text(encoding="utf-8"))
        row = register(self.world, loaded)
        if row["widget_zip"]:
            package_of(row)
        return row

    def start(self) -> AmoServer:
        """Serve in threads of this process."""
        self.world.hooks.start()
        for server in self._servers:
            thread = threading.Thread(target=server.serve_forever, args=(POLL,), daemon=True)
            thread.start()
            self._threads.append(thread)
        return self

    def stop(self) -> None:
        """Stop serving and close the state."""
        for server in self._servers:
            server.shutdown()
            server.server_close()
        for thread in self._threads:
            thread.join(timeout=5)
        self.world.hooks.stop()
        self.world.store.close()
        if self._temporary:
            self._temporary.cleanup()

    def __enter__(self) -> AmoServer:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _seed(self, seed: dict[str, Any], reset: bool) -> None:
        self.world.switches["seed"] = seed
        if reset:
            self.world.store.clear()
        if self.world.store.get("account", "account") is None:
            fill(self.world, seed)
        self.world.hooks = HookSender(self.world)

    def _bind(self, port: int, drive_port: int) -> None:
        apps = ((port, create_app(self.world), "crm"), (drive_port, create_drive(self.world), "drive"))
        for number, app, name in apps:
            wrapped = Wrap(app.wsgi_app, self.world, name)
            server = make_server(self._host, number, wrapped, threaded=True, request_handler=QuietHandler)
            self._servers.append(server)
        crm, drive = self._servers
        self.world.url = f"http://{self._host}:{crm.port}"
        self.world.drive_url = f"http://{self._host}:{drive.port}"
