"""A process of ours for proofs: `python -m backend.proofs.process worker|clock`. What customers run, except that ERP
and CRM are the proof's. Says `ready` on standard output when its parts run."""

from __future__ import annotations

import os
import sys

from backend.bootstrap import clock_parts, container, worker_parts
from backend.config import load_config
from backend.jobs.serve import serve
from backend.logs import configure_logs
from backend.ports.tokens import Priority
from backend.proofs.outside.far import ADDRESS_VARIABLE, far_outside

PARTS = {"worker": worker_parts, "clock": clock_parts}


class Ready:
    """A part that is started last."""

    def start(self) -> None:
        sys.stdout.write("ready\n")
        sys.stdout.flush()

    def stop(self) -> None:
        """Nothing to stop."""


def main(kind: str) -> None:
    """Run until SIGTERM."""
    config = load_config()
    configure_logs(config)
    outside = far_outside(os.environ[ADDRESS_VARIABLE])
    with container(config, priority=Priority.BACKGROUND, outside=outside) as parts:
        serve([*PARTS[kind](parts), Ready()])


if __name__ == "__main__":
    main(sys.argv[1])
