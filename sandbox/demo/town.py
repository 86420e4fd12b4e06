"""All parts of the demo, started and stopped together."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import sys
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from sandbox.amocrm.assets import ensure_assets
from sandbox.demo.children import Children, wait_for
from sandbox.tryton.server import TrytonServer
from widget.build import build

ROOT = Path(__file__).resolve().parents[2]
SEED = Path(__file__).with_name("crm_seed.json")
HOST = "127.0.0.1"

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where everything is, from the first port on."""

    port: int

    @property
    def crm(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def backend(self) -> str:
        return f"http://{HOST}:{self.port + 1}"

    @property
    def erp(self) -> str:
        return f"http://{HOST}:{self.port + 2}"

    @property
    def warehouse(self) -> str:
        return f"http://{HOST}:{self.port + 3}"

    @property
    def drive_port(self) -> int:
        return self.port + 4


class Town:
    """The demo; also what browser tests drive. `data_dir` keeps everything between starts; `reset` begins anew.

    A context manager: everything runs inside the block and nothing of it after it. Raises ChildDied, TimeoutError.
    """

    def __init__(self, data_dir: Path, port: int, progress: Progress, *, reset: bool = False) -> None:
        self.data_dir = data_dir.resolve()
        self.at = Addresses(port)
        self._progress = progress
        self._reset = reset
        self._children: Children | None = None
        self.erp = TrytonServer(self.data_dir / "erp", port + 2, progress)

    def __enter__(self) -> Town:
        try:
            self._start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def require_alive(self) -> None:
        """Raises ChildDied when a part ended by itself."""
        if self._children is not None:
            self._children.require_alive()

    def stop(self) -> None:
        """Stop everything; safe to repeat."""
        if self._children is not None:
            self._children.stop()
            self._children = None
        self.erp.stop()

    def _start(self) -> None:
        if self._reset:
            for part in ("backend", "crm"):
                shutil.rmtree(self.data_dir / part, ignore_errors=True)
        self.data_dir.mkdir(parents=True, exist_ok=True)
        self._progress("Widget: building")
        archive = build(self.at.backend, self.data_dir / "widget")
        self._progress("CRM page: libraries")
        ensure_assets()
        self._progress("ERP: Tryton (the first time it is created and filled, about two minutes)")
        self.erp.ensure_built()
        if self._reset:
            self.erp.reset()
        self.erp.start()
        integration = self._integration(archive)
        self._children = Children(self.data_dir / "logs", self._backend_environment(integration))
        self._start_backend(self._children)
        self._start_crm(self._children, integration)
        self._start_warehouse(self._children)

    def _integration(self, archive: Path) -> Path:
        """The integration as an administrator would have registered it; its keys stay the same between starts."""
        file = self.data_dir / "integration.json"
        known = json.loads(file.read_text()) if file.exists() else {}
        kept = {
            "client_id": known.get("client_id", str(uuid.uuid4())),
            "client_secret": known.get("client_secret", secrets.token_urlsafe(48)),
        }
        described = {
            **kept,
            "name": "Stockgate: остатки и заказы",
            "description": "Остатки из учётной системы, резерв и документы прямо в сделке",
            "redirect_uri": f"{self.at.backend}/oauth/callback",
            "uninstall_hook_url": f"{self.at.backend}/hooks/uninstall",
            "scopes": ["crm", "files"],
            "widget_zip": str(archive),
        }
        file.write_text(json.dumps(described, ensure_ascii=False, indent=1))
        file.chmod(0o600)
        return file

    def _backend_environment(self, integration: Path) -> dict[str, str]:
        keys = json.loads(integration.read_text())
        crm = self.at.crm.removeprefix("http://")
        return {
            "STOCKGATE_PUBLIC_URL": self.at.backend,
            "STOCKGATE_DATA_DIR": str(self.data_dir / "backend"),
            "STOCKGATE_AMOCRM_CLIENT_ID": keys["client_id"],
            "STOCKGATE_AMOCRM_CLIENT_SECRET": keys["client_secret"],
            "STOCKGATE_AMOCRM_SANDBOX_HOSTS": f"{crm},{HOST}:{self.at.drive_port}",
            "STOCKGATE_ERP_PRIVATE_HOSTS": HOST,
            "STOCKGATE_HOST": HOST,
            "STOCKGATE_PORT": str(self.at.port + 1),
            "STOCKGATE_WEB_WORKERS": "1",
            "STOCKGATE_WEB_THREADS": "12",
            "STOCKGATE_FOLLOW_SECONDS": "5",
            "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")])),
        }

    def _start_backend(self, children: Children) -> None:
        self._progress("Backend: database, web, worker, clock")
        folder = Path(sys.executable).parent
        stockgate = folder / "stockgate"
        children.run("release", [stockgate, "migrate"])
        children.start("web", [folder / "gunicorn", "--config", "python:backend.gunicorn_conf", "backend.wsgi:app"])
        children.start("worker", [stockgate, "worker"])
        children.start("clock", [stockgate, "clock"])
        wait_for(f"{self.at.backend}/ready", alive=self.require_alive)

    def _start_crm(self, children: Children, integration: Path) -> None:
        self._progress("CRM: account, deals, drive")
        children.start(
            "crm",
            [
                sys.executable, "-m", "sandbox.amocrm", "--port", str(self.at.port), "--drive-port",
                str(self.at.drive_port), "--data", self.data_dir / "crm", "--seed", SEED,
                "--integration", integration,
            ],
        )  # fmt: skip
        wait_for(f"{self.at.crm}/_sandbox/state", alive=self.require_alive)

    def _start_warehouse(self, children: Children) -> None:
        children.start(
            "warehouse",
            [
                sys.executable, "-m", "sandbox.tryton.warehouse", "--port", str(self.at.port + 3),
                "--erp", self.erp.url, "--db", self.erp.database, "--credentials", self.erp.credentials_file,
            ],
        )  # fmt: skip
        wait_for(f"{self.at.warehouse}/", alive=self.require_alive)
