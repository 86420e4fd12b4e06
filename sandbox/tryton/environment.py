"""Tryton's own Python environment, made from the hashed lock file.

Tryton is GPL-3: it never shares an environment, let alone a process, with Stockgate.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOCK = ROOT / "requirements" / "tryton.txt"
MODULE = Path(__file__).resolve().parent / "ru_forms"
DEFAULT_VENV = ROOT / ".venv-tryton"

Progress = Callable[[str], None]


class EnvironmentFailed(RuntimeError):
    """Tryton's environment could not be made; carries the end of the installer's output."""

    def __init__(self, step: str, output: str) -> None:
        super().__init__(f"{step} failed:\n{output[-2000:]}")
        self.step = step
        self.output = output


def fingerprint(*paths: Path) -> str:
    """A short hash of files, and of all sources below directories."""
    digest = hashlib.sha256()
    for path in paths:
        files = [path] if path.is_file() else sorted(p for p in path.rglob("*") if _is_source(p))
        for file in files:
            digest.update(str(file.relative_to(path)).encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def _is_source(path: Path) -> bool:
    return path.is_file() and path.suffix in {".py", ".cfg", ".xml", ".yaml", ".toml"}


def ensure_environment(venv: Path, progress: Progress) -> Path:
    """Create or renew the environment when the lock says so; return its Python."""
    python = venv / "bin" / "python"
    stamp = venv / "lock.stamp"
    wanted = f"{fingerprint(LOCK)}-{fingerprint(MODULE / 'pyproject.toml')}"
    if python.exists() and stamp.exists() and stamp.read_text() == wanted:
        return python
    progress("Tryton: creating its environment (about a minute, the first time only)")
    _run("creating the environment", [sys.executable, "-m", "venv", str(venv)])
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    progress("Tryton: installing the locked packages")
    _run("installing the packages", [*pip, "--require-hashes", "-r", str(LOCK)])
    progress("Tryton: adding the Russian print forms")
    _run("installing the print forms", [*pip, "--no-deps", "--no-build-isolation", "-e", str(MODULE)])
    stamp.write_text(wanted)
    return python


def _run(step: str, command: list[str]) -> None:
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode:
        raise EnvironmentFailed(step, done.stdout)
