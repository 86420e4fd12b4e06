"""What tests need of the machine beside Python packages: Chromium, PostgreSQL's programs, RabbitMQ.

    python -m tests.support.machine

Takes what is there; installs what is missing with the distribution's packages where it may. What can neither be found
nor installed is named, and the tests that need it then fail.
"""

from __future__ import annotations

import glob
import os
import shutil
import socket
import subprocess
import sys
import time

from tests.support.chromium import executable, playwrights_own

RABBITMQ = ("127.0.0.1", 5672)
POSTGRES = ("127.0.0.1", 5432)
PATIENCE_SECONDS = 60


def main() -> None:
    """Install what is missing, and say what each part is."""
    missing = [package for package, there in _needs().items() if not there]
    if missing:
        _install(missing)
    if not (executable() or playwrights_own()):
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=True)
    if not _rabbitmq() and shutil.which("rabbitmq-server"):
        _start_rabbitmq()
    for name, there in (("PostgreSQL", _postgres()), ("RabbitMQ", _rabbitmq())):
        print(f"{name}: {'found' if there else 'MISSING, its tests will fail'}")
    print(f"Chromium: {executable() or 'Playwright’s own'}")


def _needs() -> dict[str, bool]:
    return {
        "chromium": bool(executable() or playwrights_own()),
        "postgresql": _postgres(),
        "rabbitmq-server": _rabbitmq() or bool(shutil.which("rabbitmq-server")),
    }


def _postgres() -> bool:
    """A server to use, or programs to start one with."""
    return bool(os.environ.get("TEST_POSTGRES") or _answers(POSTGRES) or glob.glob("/usr/lib/postgresql/*/bin/initdb"))


def _rabbitmq() -> bool:
    return bool(os.environ.get("TEST_RABBITMQ") or _answers(RABBITMQ))


def _answers(address: tuple[str, int]) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(address) == 0


def _install(packages: list[str]) -> None:
    if not shutil.which("apt-get") or os.geteuid() != 0:
        print(f"Missing on this machine: {', '.join(packages)}. Install them, or run as root on Debian or Ubuntu.")
        return
    quiet = {"stdout": subprocess.DEVNULL, "env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}}
    subprocess.run(["apt-get", "update", "-q"], check=False, **quiet)  # type: ignore[call-overload]
    command = ["apt-get", "install", "-q", "-y", "--no-install-recommends", *packages]
    subprocess.run(command, check=False, **quiet)  # type: ignore[call-overload]


def _start_rabbitmq() -> None:
    subprocess.run(["rabbitmq-server", "-detached"], check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    until = time.monotonic() + PATIENCE_SECONDS
    while not _rabbitmq() and time.monotonic() < until:
        time.sleep(0.5)


if __name__ == "__main__":
    main()
