"""Chromium for browser tests: the distribution's where it can be had, else Playwright's own."""

from __future__ import annotations

import os
import shutil
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


def playwrights_own() -> bool:
    """Whether Playwright has downloaded a Chromium."""
    cache = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH", Path.home() / ".cache" / "ms-playwright"))
    return any(cache.glob("chromium-*"))
