"""Waiting for what another process or thread does: by looking, with an end."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


def until(holds: Callable[[], object], *, seconds: float = 20.0) -> None:
    """Return once `holds()` is true; fail after `seconds`."""
    give_up_at = time.monotonic() + seconds
    pause = threading.Event()
    while not holds():
        assert time.monotonic() < give_up_at, "it did not happen"
        pause.wait(0.02)
