"""``python -m sandbox.tryton --data DIR --port P``: the demo company's ERP in the foreground until Ctrl-C."""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path

from sandbox.tryton.environment import DEFAULT_VENV, EnvironmentFailed
from sandbox.tryton.server import TrytonDied, TrytonServer
from sandbox.tryton.template import SeedFailed


def main() -> int:
    """Build what is missing, serve, and stop on SIGINT or SIGTERM."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.tryton", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="directory of the live database and the log")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--venv", type=Path, default=DEFAULT_VENV, help="Tryton's own environment")
    parser.add_argument("--reset", action="store_true", help="start from the company as it was seeded")
    options = parser.parse_args()
    server = TrytonServer(options.data, options.port, _say, host=options.host, venv=options.venv)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        if options.reset:
            server.reset()
        with server:
            _say(f"Tryton: database {server.database}, passwords in {server.credentials_file}")
            return server.wait()
    except KeyboardInterrupt:
        return 0
    except (EnvironmentFailed, SeedFailed, TrytonDied) as error:
        print(error, file=sys.stderr)
        return 1


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
