"""Chromium for browser tests: the distribution's where it can be had, else Playwright's own.

python -m tests.support.chromium installs it where it is missing; fails, rather than skips, where it cannot be
had
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_NAMES = ("chromium", "chromium-browser", "google-chrome")


def executable() -> str | None:
    """The machine's Chromium; None = Playwright's own."""
    return next((path for name in _NAMES if (path := shutil.which(name))), None)


def ensure() -> None:
    """Install Chromium unless it is there.

    Raises CalledProcessError where neither way works.
    """
    if executable() or _playwrights_own():
        return
    if shutil.which("apt-get") and os.geteuid() == 0:
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        subprocess.run(["apt-get", "update", "-q"], check=False, **quiet)  # type: ignore[call-overload]
        command = ["apt-get", "install", "-q", "-y", "--no-install-recommends", "chromium"]
        if (
            subprocess.run(command, check=False, env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"}).returncode
            == 0
        ):
            return
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=True)


def _playwrights_own() -> bool:
    cache = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH", Path.home() / ".cache" / "ms-playwright"))
    return any(cache.glob("chromium-*"))


if __name__ == "__main__":
    ensure()
    print(f"Chromium: {executable() or 'Playwright’s own'}")
