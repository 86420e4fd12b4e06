"""The whole product as the demo runs it, with two web processes of eight threads."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from sandbox.demo.town import Town

WORKERS, THREADS = 2, 8


class BenchTown(Town):
    """The demo's town, begun anew. `environment`: what its backend processes are told."""

    environment: Mapping[str, str]

    def _backend_environment(self, integration: Path) -> dict[str, str]:
        sized = {
            **super()._backend_environment(integration),
            "STOCKGATE_WEB_WORKERS": str(WORKERS),
            "STOCKGATE_WEB_THREADS": str(THREADS),
        }
        self.environment = sized
        return sized


@contextmanager
def environment(variables: Mapping[str, str]) -> Iterator[None]:
    """This process with the same variables, for the time of the block."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
