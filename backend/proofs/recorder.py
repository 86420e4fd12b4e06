"""Writes a history for the judge (`history`): one file a hand, in the order of one clock that all processes share."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from backend.proofs.history import Event


class Recorder:
    """One thread's hand. Every event is out of our hands at once, so a process that is killed leaves a true history."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("w", buffering=1, encoding="utf-8")

    def write(self, event: str, **facts: Any) -> None:
        """`event` now. What it means: `history`."""
        line: Event = {"event": event, "at": time.monotonic_ns(), **facts}
        self._file.write(json.dumps(line) + "\n")

    def ask(self, order: str, lines: Mapping[str, int]) -> None:
        self.write("ask", order=order, lines={product: str(pieces) for product, pieces in lines.items()})

    def held(self, holds: Mapping[str, object]) -> None:
        """The answer to an earlier `look`."""
        self.write("held", holds={product: str(quantity) for product, quantity in holds.items()})

    def kept(self, orders: Sequence[str]) -> None:
        self.write("kept", orders=list(orders))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._file.close()
