"""The seeded database as a file, made once and copied afterwards.

Two layers are kept: the base (Tryton's modules in an empty database, dateless) and the company (seeded for a day).
A template's name carries a hash of everything it was made from, so a change of source makes a new one.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import sqlite3
import subprocess
import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sandbox.tryton.environment import LOCK, MODULE, ROOT, Progress, fingerprint

DATABASE = "erp"
MODULES = (
    "ru_forms", "sale_price_list", "sale_stock_quantity", "sale_credit_limit", "product_kit", "purchase",
    "account_invoice_stock", "stock_assign_manual",
)
CONFIG = """[database]
uri = sqlite://
path = {path}
[web]
listen = 127.0.0.1:{port}
[product]
price_decimal = 6
"""
_HERE = Path(__file__).resolve().parent


class SeedFailed(RuntimeError):
    """The database could not be created or filled; carries the end of Tryton's output."""

    def __init__(self, step: str, output: str) -> None:
        super().__init__(f"{step} failed:\n{output[-3000:]}")
        self.step = step
        self.output = output


@dataclass(frozen=True)
class Template:
    """A seeded database file and the passwords that open it."""

    database: Path
    credentials: Path


def base_key() -> str:
    """Changes with Tryton's version, its modules and our print forms."""
    return fingerprint(LOCK, MODULE / "trytond_ru_forms", Path(__file__))


def seed_key() -> str:
    """Changes with the base and with every figure or step of the seed (not with the day)."""
    return f"{base_key()}-{fingerprint(_HERE / 'seeding', _HERE / 'data', _HERE / 'seed.py')}"


def ensure_template(cache: Path, python: Path, day: date, progress: Progress) -> Template:
    """The template of that day: found, or made (about a minute; half of it when the base is there)."""
    name = f"company-{seed_key()}-{day.isoformat()}"
    template = Template(cache / f"{name}.sqlite", cache / f"{name}.json")
    if template.database.exists() and template.credentials.exists():
        return template
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache) as scratch:
        work = _Workshop(Path(scratch), python)
        _start_from_base(work, cache, progress)
        progress("Tryton: filling the demo company (half a minute)")
        work.seed(day, progress)
        _drop_old(cache, "company-")
        os.replace(work.credentials, template.credentials)
        os.replace(work.database, template.database)
    return template


def _start_from_base(work: _Workshop, cache: Path, progress: Progress) -> None:
    base = Template(cache / f"base-{base_key()}.sqlite", cache / f"base-{base_key()}.json")
    if not (base.database.exists() and base.credentials.exists()):
        progress("Tryton: creating an empty database (half a minute)")
        work.create()
        _drop_old(cache, "base-")
        shutil.copyfile(work.database, base.database)
        shutil.copy(work.admin, base.credentials)
    else:
        shutil.copyfile(base.database, work.database)
        shutil.copy(base.credentials, work.admin)


def _drop_old(cache: Path, prefix: str) -> None:
    for path in cache.glob(f"{prefix}*"):
        path.unlink()


class _Workshop:
    """A scratch directory in which Tryton's own tools make a database."""

    def __init__(self, directory: Path, python: Path) -> None:
        self.python = python
        self.database = directory / f"{DATABASE}.sqlite"
        self.credentials = directory / "credentials.json"
        self.admin = directory / "admin.password"
        self._config = directory / "trytond.conf"
        self._config.write_text(CONFIG.format(path=directory, port=0))

    def create(self) -> None:
        """An empty database with the modules, Russian texts and a generated administrator's password."""
        self.database.touch()
        self.admin.touch(mode=0o600)
        self.admin.write_text(secrets.token_urlsafe(18))
        admin = [str(self.python.with_name("trytond-admin")), "-c", str(self._config), "-d", DATABASE, "-l", "ru"]
        self._run("creating the database", [*admin, "--all", "--email", "admin@example.com", "-p"], lambda _: None)
        self._run("installing the modules", [*admin, "-u", *MODULES, "--activate-dependencies"], lambda _: None)
        self._settle()

    def seed(self, day: date, progress: Progress) -> None:
        """Run the seed in Tryton's environment."""
        command = [str(self.python), "-m", "sandbox.tryton.seed", str(self._config), DATABASE,
                   str(self.credentials), day.isoformat()]
        self._run("filling the company", command, lambda line: progress(f"Tryton: … {line}"))
        self._settle()

    def _run(self, step: str, command: list[str], progress: Progress) -> None:
        env = {**os.environ, "TRYTONPASSFILE": str(self.admin)}
        if self.admin.exists():
            env["DEMO_ADMIN_PASSWORD"] = self.admin.read_text()
        lines = []
        with subprocess.Popen(command, cwd=ROOT, env=env, text=True, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
            for line in process.stdout or ():
                lines.append(line)
                progress(line.rstrip())
        if process.returncode:
            raise SeedFailed(step, "".join(lines))

    def _settle(self) -> None:
        """Fold SQLite's write-ahead log into the file, so that the file alone is the database."""
        connection = sqlite3.connect(self.database)
        connection.execute("pragma wal_checkpoint(truncate)")
        connection.close()


def read_users(template: Template) -> dict[str, dict[str, str]]:
    """Logins and passwords by user: ``{"stockgate": {"login": …, "password": …}, …}``."""
    users: dict[str, dict[str, str]] = json.loads(template.credentials.read_text())["users"]
    return users
