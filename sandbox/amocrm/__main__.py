"""`python -m sandbox.amocrm`: run an account until stopped."""

from __future__ import annotations

import argparse
import signal
from pathlib import Path
from queue import SimpleQueue

from .assets import ensure_assets
from .server import AmoServer


def main() -> None:
    """Parse the command line, serve, stop on SIGINT or SIGTERM."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.amocrm", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--drive-port", type=int, default=8004)
    parser.add_argument("--data", type=Path, help="folder of the state; without it nothing is kept")
    parser.add_argument("--seed", type=Path, help="JSON description of the account")
    parser.add_argument("--integration", type=Path, action="append", default=[], help="may be repeated")
    parser.add_argument("--reset", action="store_true", help="forget the state and fill it from the seed")
    given = parser.parse_args()
    ensure_assets()
    asked: SimpleQueue[int] = SimpleQueue()  # unlike an Event it may be put into by a signal's handler at any moment
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, _: asked.put(number))
    server = AmoServer(
        given.port,
        given.drive_port,
        given.data,
        seed=given.seed,
        integrations=list(given.integration),
        host=given.host,
        reset=given.reset,
    )
    with server:
        print(f"amoCRM  {server.url}  drive {server.drive_url}", flush=True)
        asked.get()


if __name__ == "__main__":
    main()
