"""`make demo`: start everything, print the addresses and a tour, stop everything on Ctrl-C."""

from __future__ import annotations

import argparse
import signal
import sys
import time
import webbrowser
from pathlib import Path
from queue import Empty, SimpleQueue

from rich.console import Console
from rich.panel import Panel

from sandbox.demo.children import ChildDied
from sandbox.demo.tour import tour
from sandbox.demo.town import ROOT, Town
from sandbox.tryton.server import TrytonDied
from widget.build import BuildFailed


def main() -> int:
    """Exit status 0 after Ctrl-C or SIGTERM, 1 when a part failed."""
    parser = argparse.ArgumentParser(prog="make demo ARGS=…", description=__doc__)
    parser.add_argument("--port", type=int, default=8000, help="CRM; backend, ERP, warehouse and drive follow")
    parser.add_argument("--reset", action="store_true", help="forget everything and begin anew")
    parser.add_argument("--headless", action="store_true", help="open no browser")
    parser.add_argument("--data", type=Path, default=ROOT / "var" / "demo", help="where the demo keeps its state")
    options = parser.parse_args()
    console = Console(highlight=False)
    asked: SimpleQueue[int] = SimpleQueue()  # unlike an Event it may be put into by a signal's handler at any moment
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, _: asked.put(number))
    begun = time.monotonic()

    def progress(line: str) -> None:
        console.print(f"[dim]{time.monotonic() - begun:6.1f} s[/dim]  {line}")

    try:
        with Town(options.data, options.port, progress, reset=options.reset) as town:
            console.print(Panel(tour(town.at, town.erp.credentials_file), title="Stockgate demo", expand=False))
            if not options.headless:
                webbrowser.open(f"{town.at.crm}/leads/detail/20501")
            while not _stopped(asked):
                town.require_alive()
            console.print("Stopping …")
    except (ChildDied, TrytonDied, BuildFailed, TimeoutError, OSError) as error:
        console.print(f"[red]The demo stopped:[/red] {error}", markup=True)
        return 1
    console.print("Stopped; nothing is left running.")
    return 0


def _stopped(asked: SimpleQueue[int]) -> bool:
    """Whether somebody asks to stop within a second."""
    try:
        asked.get(timeout=1)
    except Empty:
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())
